/** Phase `defaults`: what the specification fills in where an attribute is written without them. */

import { scalarText } from './merge.ts';
import { isMap, type MapNode, mapEntries, mapItems, type Node, text, textOf, withEntries } from './node.ts';

/** Build contexts, targets of secrets, protocol and mode of ports, the count of device requests. */
export function applyDefaults(root: MapNode): MapNode {
  return onMap(root, 'services', (services) =>
    mapEntries(services, (service) => (isMap(service) ? serviceDefaults(service) : service)),
  );
}

function serviceDefaults(service: MapNode): MapNode {
  let result = onMap(service, 'build', (build) => withMissing(build, { context: text('.', build) }));
  result = onItems(result, ['secrets'], (secret) =>
    withMissing(secret, { target: text(`/run/secrets/${nameOf(secret)}`, secret) }),
  );
  result = onItems(result, ['ports'], (port) =>
    withMissing(port, { protocol: text('tcp', port), mode: text('ingress', port) }),
  );
  result = onItems(result, ['gpus'], deviceDefaults);
  return onItems(result, ['deploy', 'resources', 'reservations', 'devices'], deviceDefaults);
}

function nameOf(mount: MapNode): string {
  const source = mount.get('source');
  return textOf(source) ?? (source?.kind === 'scalar' ? scalarText(source) : '');
}

/** Without ids or a count all devices are meant. */
function deviceDefaults(request: MapNode): MapNode {
  return request.get('device_ids') ? request : withMissing(request, { count: text('all', request) });
}

function withMissing(map: MapNode, defaults: Readonly<Record<string, Node>>): MapNode {
  const missing = Object.entries(defaults).filter(([key]) => !map.entries.has(key));
  return missing.length === 0 ? map : withEntries(map, Object.fromEntries(missing));
}

function onMap(map: MapNode, key: string, change: (inner: MapNode) => MapNode): MapNode {
  const inner = map.get(key);
  if (!isMap(inner)) return map;
  const changed = change(inner);
  return changed === inner ? map : withEntries(map, { [key]: changed });
}

function onItems(map: MapNode, path: readonly string[], change: (item: MapNode) => MapNode): MapNode {
  const [key = '', ...rest] = path;
  if (rest.length > 0) return onMap(map, key, (inner) => onItems(inner, rest, change));
  const list = map.get(key);
  if (list?.kind !== 'seq') return map;
  const changed = mapItems(list, (item) => (isMap(item) ? change(item) : item));
  return changed === list ? map : withEntries(map, { [key]: changed });
}
