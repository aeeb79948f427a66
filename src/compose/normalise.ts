/** Phase `normalise`: networks, dependencies and names that the specification implies. */

import { cleanTarget } from './canonical/volumes.ts';
import type { LoadContext } from './context.ts';
import { dropUnset, fillUnset } from './environment.ts';
import { impliedDependencies } from './implied-dependencies.ts';
import {
  isMap,
  isNull,
  MapNode,
  mapEntries,
  mapItems,
  mapOf,
  type Node,
  nothing,
  text,
  textOf,
  withEntries,
} from './node.ts';

/** The default network, dependencies that other attributes imply, values from the environment, and the names of resources. */
export function normalise(root: MapNode, projectName: string, context: LoadContext): MapNode {
  let result = withEntries(root, { name: text(projectName, root) });
  const services = result.get('services');
  if (isMap(services)) {
    const normal = mapEntries(services, (service) =>
      isMap(service) ? normaliseService(service, context) : service,
    );
    result = withDefaultNetwork(withEntries(result, { services: normal }), normal);
  }
  return nameResources(result, projectName);
}

/** The network `default` is there when a service is on it. */
function withDefaultNetwork(root: MapNode, services: MapNode): MapNode {
  const isUsed = [...services.entries.values()].some((service) => {
    const networks = isMap(service) ? service.get('networks') : undefined;
    return isMap(networks) && networks.entries.has('default');
  });
  const networks = root.get('networks');
  if (!isUsed || (isMap(networks) && networks.entries.has('default'))) return root;
  const implicit = nothing(isMap(networks) ? networks : root);
  return withEntries(root, {
    networks: isMap(networks)
      ? withEntries(networks, { default: implicit })
      : mapOf([['default', implicit]], root),
  });
}

function normaliseService(service: MapNode, context: LoadContext): MapNode {
  const build = service.get('build');
  const environment = service.get('environment');
  const volumes = service.get('volumes');
  return withEntries(service, {
    ...(isOnDefault(service) ? { networks: mapOf([['default', nothing(service)]], service) } : {}),
    ...(textOf(service.get('pull_policy')) === 'if_not_present'
      ? { pull_policy: text('missing', service) }
      : {}),
    ...(isMap(build) ? { build: normaliseBuild(build, context) } : {}),
    ...(environment ? { environment: fillUnset(environment, context) } : {}),
    ...(volumes?.kind === 'seq' ? { volumes: mapItems(volumes, cleanMount) } : {}),
    ...withImplied(service),
  });
}

/** Nothing says where it is. */
function isOnDefault(service: MapNode): boolean {
  const networks = service.get('networks');
  const hasNetworks = isMap(networks) && networks.entries.size > 0;
  return !hasNetworks && !service.entries.has('network_mode') && !service.entries.has('provider');
}

function withImplied(service: MapNode): { depends_on?: Node } {
  const implied = impliedDependencies(service);
  if (implied.size === 0) return {};
  const own = service.get('depends_on');
  const entries = new Map([...implied, ...(isMap(own) ? own.entries : [])]);
  return { depends_on: new MapNode(entries, isMap(own) ? own.keys : new Map(), own ?? service) };
}

function normaliseBuild(build: MapNode, context: LoadContext): MapNode {
  const changes: Record<string, Node | undefined> = {};
  if (!isGiven(build.get('context'))) changes['context'] = text('.', build);
  if (!isGiven(build.get('dockerfile')) && !isGiven(build.get('dockerfile_inline')))
    changes['dockerfile'] = text('Dockerfile', build);
  const args = build.get('args');
  if (args) changes['args'] = dropUnset(fillUnset(args, context));
  return withEntries(build, changes);
}

function isGiven(node: Node | undefined): boolean {
  return node !== undefined && !isNull(node);
}

function cleanMount(mount: Node): Node {
  const target = isMap(mount) ? textOf(mount.get('target')) : undefined;
  if (!isMap(mount) || target === undefined) return mount;
  const clean = cleanTarget(target);
  return clean === target ? mount : withEntries(mount, { target: text(clean, mount.get('target') ?? mount) });
}

function nameResources(root: MapNode, projectName: string): MapNode {
  const changes: Record<string, Node> = {};
  for (const section of ['networks', 'volumes', 'secrets', 'configs']) {
    const resources = root.get(section);
    if (isMap(resources))
      changes[section] = mapEntries(resources, (resource, key) => named(resource, key, projectName));
  }
  return withEntries(root, changes);
}

/** What exists elsewhere is called by its key, what is made by project and key. */
function named(resource: Node, key: string, projectName: string): Node {
  const map = isMap(resource) ? resource : new MapNode(new Map(), new Map(), resource);
  if (isGiven(map.get('name'))) return map;
  const external = map.get('external');
  const isExternal = external?.kind === 'scalar' && external.value === true;
  return withEntries(map, { name: text(isExternal ? key : `${projectName}_${key}`, map) });
}
