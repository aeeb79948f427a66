/** Networks, volumes, secrets, configs and models that no service uses are left out. */
import { isMap, MapNode, type Node, nodeAt, textOf, withEntries } from './node.ts';

type Section = 'networks' | 'volumes' | 'secrets' | 'configs' | 'models';

/** What a service names of each section. */
const uses: Readonly<Record<Section, (service: MapNode) => readonly string[]>> = {
  networks: (service) => keysOf(service.get('networks')),
  volumes: (service) =>
    mapsIn(service.get('volumes')).flatMap((mount) =>
      textOf(mount.get('type')) === 'volume' ? (textOf(mount.get('source')) ?? []) : [],
    ),
  secrets: (service) => [
    ...sourcesOf(service.get('secrets')),
    ...sourcesOf(nodeAt(service, ['build', 'secrets'])),
  ],
  configs: (service) => sourcesOf(service.get('configs')),
  models: (service) => keysOf(service.get('models')),
};

export function dropUnused(root: MapNode): MapNode {
  const services = root.get('services');
  const all = isMap(services) ? [...services.entries.values()].filter(isMap) : [];
  const changes: Record<string, Node | undefined> = {};
  for (const [section, usesOf] of Object.entries(uses)) {
    const resources = root.get(section);
    if (!isMap(resources)) continue;
    const used = new Set(all.flatMap(usesOf));
    const kept = new Map([...resources.entries].filter(([name]) => used.has(name)));
    changes[section] = kept.size > 0 ? new MapNode(kept, resources.keys, resources) : undefined;
  }
  return withEntries(root, changes);
}

function keysOf(node: Node | undefined): string[] {
  return isMap(node) ? [...node.entries.keys()] : [];
}

function mapsIn(node: Node | undefined): MapNode[] {
  return node?.kind === 'seq' ? node.items.filter(isMap) : [];
}

function sourcesOf(mounts: Node | undefined): string[] {
  return mapsIn(mounts).map((mount) => textOf(mount.get('source')) ?? '');
}
