/**
 * Podman's own attributes in the two spellings that files have: `x-podman.NAME: value` and `x-podman: {NAME: value}`.
 * They become one spelling, standard attributes where there is one, and a warning where they can have no effect.
 *
 * @see https://github.com/containers/podman-compose/blob/main/docs/Extensions.md
 */
import type { LoadContext } from './context.ts';
import { entryPlace, isMap, MapNode, mapEntries, type Node, nodeAt, withEntries } from './node.ts';

const prefix = 'x-podman.';

/** Runs on the typed tree of a project that is going to be carried out; what `config` prints keeps its spelling. */
export function applyPodmanExtensions(root: MapNode, context: LoadContext): MapNode {
  warnWithoutEffect(root, context);
  return withEntries(gathered(root), {
    ...changed(root, 'services', (service) => withStandardNetworks(gathered(service))),
    ...changed(root, 'networks', gathered),
  });
}

function changed(root: MapNode, section: string, change: (value: MapNode) => MapNode): Record<string, Node> {
  const values = root.get(section);
  if (!isMap(values)) return {};
  return { [section]: mapEntries(values, (value) => (isMap(value) ? change(value) : value)) };
}

/** Moves `x-podman.NAME` into `x-podman`; a dash in the name is an underscore. What the mapping says itself wins. */
function gathered(map: MapNode): MapNode {
  const dotted = [...map.entries].filter(([key]) => key.startsWith(prefix));
  if (dotted.length === 0) return map;
  const own = map.get('x-podman');
  const entries = new Map<string, Node>();
  const keys = new Map(isMap(own) ? own.keys : []);
  for (const [key, value] of dotted) {
    const name = key.slice(prefix.length).replaceAll('-', '_');
    entries.set(name, value);
    if (!keys.has(name)) keys.set(name, entryPlace(map, key));
  }
  if (isMap(own)) for (const [key, value] of own.entries) entries.set(key, value);
  const removed = Object.fromEntries(dotted.map(([key]) => [key, undefined]));
  return withEntries(map, { ...removed, 'x-podman': new MapNode(entries, keys, own ?? map) });
}

/** `mac_address` and `interface_name` of an attachment have become standard attributes. */
function withStandardNetworks(service: MapNode): MapNode {
  const networks = service.get('networks');
  if (!isMap(networks)) return service;
  const standard = mapEntries(networks, (attachment) =>
    isMap(attachment) ? withStandardNames(gathered(attachment)) : attachment,
  );
  return standard === networks ? service : withEntries(service, { networks: standard });
}

function withStandardNames(attachment: MapNode): MapNode {
  const changes: Record<string, Node> = {};
  for (const name of ['mac_address', 'interface_name']) {
    const value = nodeAt(attachment, ['x-podman', name]);
    if (value && !attachment.get(name)) changes[name] = value;
  }
  return Object.keys(changes).length === 0 ? attachment : withEntries(attachment, changes);
}

/** Said once for each place, so that nobody waits for an effect. */
function warnWithoutEffect(root: MapNode, context: LoadContext): void {
  const project = root.get('x-podman');
  if (isMap(project) && project.get('pod_args')) {
    context.report.add(
      'W_UNSUPPORTED',
      'x-podman.pod_args: the pod is made over the API',
      entryPlace(project, 'pod_args'),
      {
        hint: 'its settings come from the services; in_pod: false does without a pod',
      },
    );
  }
  const secrets = root.get('secrets');
  for (const [name, secret] of isMap(secrets) ? secrets.entries : []) {
    const key = `${prefix}relabel`;
    const relabel = isMap(secret) ? (secret.get(key) ?? nodeAt(secret, ['x-podman', 'relabel'])) : undefined;
    if (!relabel) continue;
    const message = `secrets.${name}: ${key} has no effect: secrets are kept by Podman and not mounted from files`;
    context.report.add('W_UNSUPPORTED', message, relabel);
  }
}
