/** Small questions about the project and the snapshot that every plan asks. */

import { fail } from '../base/errors.ts';
import { order, reachable } from '../base/graph.ts';
import type { Project, Service } from '../compose/types.ts';
import type { Observed, ObservedContainer } from '../podman/types.ts';
import { labels } from './names.ts';

/** Services by what each needs, optional dependencies on absent services left out. */
export function dependencyGraph(project: Project): Map<string, string[]> {
  const names = Object.keys(project.services);
  return new Map(
    names.map((name) => [
      name,
      Object.keys(project.services[name]?.depends_on ?? {}).filter((need) => names.includes(need)),
    ]),
  );
}

/** Dependencies first. */
export function startOrder(project: Project): string[] {
  const result = order(dependencyGraph(project));
  if ('cycle' in result) throw fail('E_CYCLE', `dependency cycle detected: ${result.cycle.join(' -> ')}`);
  return result.order;
}

/** The services a command touches: those named and, unless told otherwise, what they depend on. All when none is named. */
export function selectServices(
  project: Project,
  named: readonly string[],
  noDeps: boolean,
): ReadonlySet<string> {
  if (named.length === 0) return new Set(Object.keys(project.services));
  return noDeps ? new Set(named) : reachable(dependencyGraph(project), named);
}

const namespaces = ['network_mode', 'pid', 'ipc'] as const;

/** The services whose namespaces a service joins. */
export function sharesWith(service: Service): string[] {
  return namespaces.flatMap((key) => /^service:(.+)$/.exec(service[key] ?? '')?.[1] ?? []);
}

/** The services that join a namespace of this one: Podman removes its containers only after theirs. */
export function sharersOf(project: Project, name: string): string[] {
  return Object.keys(project.services).filter((other) =>
    sharesWith(project.services[other] as Service).includes(name),
  );
}

/** How many containers a service has. */
export function replicas(service: Service, name: string, scale: Readonly<Record<string, number>>): number {
  return scale[name] ?? service.deploy?.replicas ?? service.scale ?? 1;
}

/** The project's own containers by service, in order of their numbers; one-off containers (`run`) apart. */
export function containersByService(
  observed: Pick<Observed, 'containers'>,
  project: string,
): Map<string, ObservedContainer[]> {
  const result = new Map<string, ObservedContainer[]>();
  for (const container of observed.containers) {
    if (
      container.labels[labels.project] !== project ||
      container.isInfra ||
      container.labels[labels.oneoff] === 'True'
    )
      continue;
    const service = container.labels[labels.service] ?? '';
    const list = result.get(service) ?? [];
    list.push(container);
    result.set(service, list);
  }
  for (const list of result.values())
    list.sort((a, b) => numberOf(a) - numberOf(b) || (a.name < b.name ? -1 : 1));
  return result;
}

export function numberOf(container: ObservedContainer): number {
  return Number(container.labels[labels.number] ?? 1);
}

export function isRunning(container: ObservedContainer): boolean {
  return container.state === 'running' || container.state === 'paused' || container.state === 'stopping';
}

/** Ends of names of containers that wait to take another's place. */
export const replacementSuffix = '.new';

/** Ends of names of containers that hold anonymous volumes while nobody else does. */
export const keeperSuffix = '.volumes';
