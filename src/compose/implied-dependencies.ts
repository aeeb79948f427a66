/** Dependencies that other attributes than `depends_on` imply. */
import { bool, type MapNode, mapOf, type Node, type Place, text, textOf } from './node.ts';

/** By service name: of links, of shared namespaces, of volumes_from; the first that names a service says how. */
export function impliedDependencies(service: MapNode): Map<string, Node> {
  const found = new Map<string, Node>();
  const add = (name: string, at: Place, restart: boolean): void => {
    if (!found.has(name)) found.set(name, started(at, restart));
  };
  for (const link of itemsOf(service, 'links')) {
    const parts = (textOf(link) ?? '').split(':');
    add(parts.length === 2 ? (parts[0] ?? '') : parts.join(':'), link, true);
  }
  for (const key of ['network_mode', 'ipc', 'pid', 'uts', 'cgroup']) {
    const value = service.get(key);
    const name = /^service:(.*)$/s.exec(textOf(value) ?? '')?.[1];
    if (value && name !== undefined) add(name, value, true);
  }
  for (const item of itemsOf(service, 'volumes_from')) {
    const source = textOf(item) ?? '';
    if (!source.startsWith('container:')) add(source.split(':')[0] ?? '', item, false);
  }
  return found;
}

function itemsOf(service: MapNode, key: string): readonly Node[] {
  const list = service.get(key);
  return list?.kind === 'seq' ? list.items : [];
}

/** @param restart - whether the service starts again when the other one does */
function started(at: Place, restart: boolean): MapNode {
  return mapOf(
    [
      ['condition', text('service_started', at)],
      ['restart', bool(restart, at)],
      ['required', bool(true, at)],
    ],
    at,
  );
}
