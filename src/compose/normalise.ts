/** Phases `defaults` and `normalise`: what the specification adds to what was written. */

import { scalarText } from './merge.ts';
import {
  bool,
  isMap,
  MapNode,
  mapEntries,
  mapOf,
  type Node,
  nothing,
  type Place,
  Seq,
  text,
  textOf,
  withEntries,
} from './node.ts';

/** Defaults inside services: mount targets, the Dockerfile's name, the build context. */
export function applyDefaults(root: MapNode): MapNode {
  const services = root.get('services');
  if (!isMap(services)) return root;
  return withEntries(root, {
    services: mapEntries(services, (service) => (isMap(service) ? serviceDefaults(service) : service)),
  });
}

function serviceDefaults(service: MapNode): MapNode {
  const build = service.get('build');
  return withEntries(service, {
    ...(isMap(build) ? { build: buildDefaults(build) } : {}),
    ...targets(service, 'secrets', '/run/secrets/'),
    ...targets(service, 'configs', '/'),
  });
}

function buildDefaults(build: MapNode): MapNode {
  const changes: Record<string, Node> = {};
  if (!build.get('context')) changes['context'] = text('.', build);
  if (!build.get('dockerfile') && !build.get('dockerfile_inline'))
    changes['dockerfile'] = text('Dockerfile', build);
  return withEntries(build, changes);
}

function targets(service: MapNode, key: string, folder: string): Record<string, Node> {
  const mounts = service.get(key);
  if (mounts?.kind !== 'seq') return {};
  const items = mounts.items.map((mount) => {
    if (!isMap(mount) || mount.get('target')) return mount;
    return withEntries(mount, { target: text(`${folder}${textOf(mount.get('source')) ?? ''}`, mount) });
  });
  return { [key]: new Seq(items, mounts) };
}

/** The default network, dependencies that other attributes imply, and the names of resources. */
export function normalise(root: MapNode, projectName: string): MapNode {
  let result = withEntries(root, { name: text(projectName, root) });
  const services = result.get('services');
  if (isMap(services)) {
    const normal = mapEntries(services, (service) => (isMap(service) ? normaliseService(service) : service));
    result = withEntries(result, { services: normal });
    const usesDefault = [...normal.entries.values()].some(
      (service) => isMap(service) && usesNetwork(service, 'default'),
    );
    const networks = result.get('networks');
    if (usesDefault && !(isMap(networks) && networks.get('default'))) {
      const place = isMap(networks) ? networks : root;
      const implicit: [string, Node] = ['default', new MapNode(new Map(), new Map(), place)];
      result = withEntries(result, {
        networks: isMap(networks)
          ? withEntries(networks, { default: implicit[1] })
          : mapOf([implicit], place),
      });
    }
  }
  return nameResources(result, projectName);
}

function usesNetwork(service: MapNode, name: string): boolean {
  const networks = service.get('networks');
  return isMap(networks) && networks.entries.has(name);
}

function normaliseService(service: MapNode): MapNode {
  const changes: Record<string, Node | undefined> = {};
  const mode = service.get('network_mode');
  if (!service.get('networks') && !mode && !service.get('provider'))
    changes['networks'] = mapOf([['default', nothing(service)]], service);
  if (textOf(service.get('pull_policy')) === 'if_not_present')
    changes['pull_policy'] = text('missing', service);
  const implied = impliedDependencies(service);
  if (implied.size > 0) {
    const own = service.get('depends_on');
    const entries = new Map(isMap(own) ? own.entries : []);
    for (const [name, value] of implied) if (!entries.has(name)) entries.set(name, value);
    changes['depends_on'] = new MapNode(entries, isMap(own) ? own.keys : new Map(), own ?? service);
  }
  return withEntries(service, changes);
}

function impliedDependencies(service: MapNode): Map<string, Node> {
  const found = new Map<string, Node>();
  const links = service.get('links');
  for (const link of links?.kind === 'seq' ? links.items : []) {
    const name = (textOf(link) ?? '').split(':')[0] ?? '';
    found.set(name, started(link, true));
  }
  for (const key of ['network_mode', 'ipc', 'pid', 'uts', 'cgroup']) {
    const value = service.get(key);
    const name = /^service:(.+)$/.exec(textOf(value) ?? '')?.[1];
    if (value && name !== undefined) found.set(name, started(value, true));
  }
  const volumesFrom = service.get('volumes_from');
  for (const item of volumesFrom?.kind === 'seq' ? volumesFrom.items : []) {
    const source = textOf(item) ?? '';
    if (source.startsWith('container:')) continue;
    const name = source.split(':')[0] ?? '';
    if (!found.has(name)) found.set(name, started(item, false));
  }
  return found;
}

function started(at: Place, restart: boolean): MapNode {
  const fields: [string, Node][] = [
    ['condition', text('service_started', at)],
    ['required', bool(true, at)],
  ];
  if (restart) fields.splice(1, 0, ['restart', bool(true, at)]);
  return mapOf(fields, at);
}

function nameResources(root: MapNode, projectName: string): MapNode {
  const changes: Record<string, Node> = {};
  for (const section of ['networks', 'volumes', 'secrets', 'configs']) {
    const resources = root.get(section);
    if (!isMap(resources)) continue;
    changes[section] = mapEntries(resources, (resource, key) => {
      if (!isMap(resource)) return resource;
      const external = resource.get('external');
      const isExternal = external?.kind === 'scalar' && external.value === true;
      const written = resource.get('name');
      const name =
        written?.kind === 'scalar' && written.value !== null
          ? scalarText(written)
          : isExternal
            ? key
            : `${projectName}_${key}`;
      const more =
        section === 'networks' && !resource.get('ipam')
          ? { ipam: new MapNode(new Map(), new Map(), resource) }
          : {};
      return withEntries(resource, { name: text(name, written ?? resource), ...more });
    });
  }
  return withEntries(root, changes);
}

/** Networks, volumes, secrets and configs that no service uses are left out. */
export function dropUnused(root: MapNode): MapNode {
  const services = root.get('services');
  const used = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    secrets: new Set<string>(),
    configs: new Set<string>(),
  };
  for (const service of isMap(services) ? services.entries.values() : []) {
    if (isMap(service)) collectUses(service, used);
  }
  const changes: Record<string, Node | undefined> = {};
  for (const [section, names] of Object.entries(used)) {
    const resources = root.get(section);
    if (!isMap(resources)) continue;
    const kept = new Map([...resources.entries].filter(([name]) => names.has(name)));
    changes[section] = kept.size > 0 ? new MapNode(kept, resources.keys, resources) : undefined;
  }
  return withEntries(root, changes);
}

function collectUses(
  service: MapNode,
  used: Record<'networks' | 'volumes' | 'secrets' | 'configs', Set<string>>,
): void {
  const networks = service.get('networks');
  if (isMap(networks)) for (const name of networks.entries.keys()) used.networks.add(name);
  const volumes = service.get('volumes');
  for (const volume of volumes?.kind === 'seq' ? volumes.items : []) {
    if (isMap(volume) && textOf(volume.get('type')) === 'volume')
      used.volumes.add(textOf(volume.get('source')) ?? '');
  }
  const build = service.get('build');
  collectSources(service.get('secrets'), used.secrets);
  collectSources(service.get('configs'), used.configs);
  collectSources(isMap(build) ? build.get('secrets') : undefined, used.secrets);
  const credential = service.get('credential_spec');
  const config = isMap(credential) ? textOf(credential.get('config')) : undefined;
  if (config !== undefined) used.configs.add(config);
}

function collectSources(mounts: Node | undefined, into: Set<string>): void {
  for (const mount of mounts?.kind === 'seq' ? mounts.items : []) {
    if (isMap(mount)) into.add(textOf(mount.get('source')) ?? '');
  }
}
