/** Phase `profiles`: which services take part. */

import { reachable } from '../base/graph.ts';
import { isMap, MapNode, mapEntries, type Node, textOf, withEntries } from './node.ts';

export interface Split {
  readonly root: MapNode;
  /** Services that no active profile selects. */
  readonly disabled: MapNode;
}

/**
 * Keeps services without profiles, with an active one, or named.
 *
 * @param active - profile names; "*" is all
 * @param named - services of the command line: naming one activates its own profiles
 */
export function selectProfiles(root: MapNode, active: readonly string[], named: readonly string[]): Split {
  const services = root.get('services');
  if (!isMap(services)) return { root, disabled: new MapNode(new Map(), new Map(), root) };
  const on = new Set(active);
  for (const name of named) for (const profile of profilesOf(services.get(name))) on.add(profile);
  const enabled = (name: string, service: Node): boolean => {
    const profiles = profilesOf(service);
    return (
      profiles.length === 0 ||
      on.has('*') ||
      named.includes(name) ||
      profiles.some((profile) => on.has(profile))
    );
  };
  const kept = new Map([...services.entries].filter(([name, service]) => enabled(name, service)));
  const dropped = new Map([...services.entries].filter(([name, service]) => !enabled(name, service)));
  const disabled = new MapNode(dropped, services.keys, services);
  if (dropped.size === 0) return { root, disabled };
  return { root: withEntries(root, { services: new MapNode(kept, services.keys, services) }), disabled };
}

/** Every profile that a service names, sorted. */
export function profileNamesOf(root: MapNode): string[] {
  const services = root.get('services');
  if (!isMap(services)) return [];
  return [...new Set([...services.entries.values()].flatMap(profilesOf))].sort();
}

/** Drops optional dependencies on services that are not active: to those who carry the project out, they are not there. */
export function withoutInactive(root: MapNode, disabled: MapNode): MapNode {
  const services = root.get('services');
  if (!isMap(services) || disabled.entries.size === 0) return root;
  return withEntries(root, {
    services: mapEntries(services, (service) => withoutOptional(service, disabled.entries)),
  });
}

function profilesOf(service: Node | undefined): string[] {
  const profiles = isMap(service) ? service.get('profiles') : undefined;
  return profiles?.kind === 'seq' ? profiles.items.flatMap((item) => textOf(item) ?? []) : [];
}

function withoutOptional(service: Node, dropped: ReadonlyMap<string, Node>): Node {
  const dependencies = isMap(service) ? service.get('depends_on') : undefined;
  if (!isMap(service) || !isMap(dependencies)) return service;
  const kept = new Map(
    [...dependencies.entries].filter(([name, value]) => !dropped.has(name) || isRequired(value)),
  );
  if (kept.size === dependencies.entries.size) return service;
  return withEntries(service, {
    depends_on: kept.size > 0 ? new MapNode(kept, dependencies.keys, dependencies) : undefined,
  });
}

function isRequired(dependency: Node): boolean {
  const required = isMap(dependency) ? dependency.get('required') : undefined;
  return !(required?.kind === 'scalar' && required.value === false);
}

/** Only the named services and what they depend on. */
export function selectServices(root: MapNode, named: readonly string[]): MapNode {
  const services = root.get('services');
  if (!isMap(services) || named.length === 0) return root;
  const graph = new Map(
    [...services.entries].map(([name, service]): [string, string[]] => {
      const dependencies = isMap(service) ? service.get('depends_on') : undefined;
      return [name, isMap(dependencies) ? [...dependencies.entries.keys()] : []];
    }),
  );
  const wanted = reachable(graph, named);
  const chosen = [...services.entries].filter(([name]) => wanted.has(name));
  const there = new Set(chosen.map(([name]) => name));
  const kept = new Map(chosen.map(([name, service]) => [name, withoutUnwanted(service, there)]));
  return withEntries(root, { services: new MapNode(kept, services.keys, services) });
}

/** A service that was not asked for is nothing to depend on. */
function withoutUnwanted(service: Node, wanted: ReadonlySet<string>): Node {
  const dependencies = isMap(service) ? service.get('depends_on') : undefined;
  if (!isMap(service) || !isMap(dependencies)) return service;
  const kept = new Map([...dependencies.entries].filter(([name]) => wanted.has(name)));
  if (kept.size === dependencies.entries.size) return service;
  return withEntries(service, {
    depends_on: kept.size > 0 ? new MapNode(kept, dependencies.keys, dependencies) : undefined,
  });
}
