import type { Project, Service } from '../compose/types.ts';
import type { PlanBuilder } from './builder.ts';

/** Whether Podman gave the name, to a volume without one. */
export function isGivenName(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/**
 * A container that goes with its anonymous volumes takes along any volume that Podman had made without a name, also one that the
 * file mounts by the name that it was given (to get at its data). Such a service's containers go without volumes.
 */
export function spareNamedVolumes(builder: PlanBuilder, project: Project): void {
  const sparing = new Set(
    Object.entries(project.services).flatMap(([name, service]) =>
      namesMounted(project, service).some(isGivenName) ? [name] : [],
    ),
  );
  if (sparing.size === 0) return;
  for (const action of builder.actions())
    if (action.kind === 'container.remove' && sparing.has(action.service ?? ''))
      builder.replace({ ...action, volumes: false });
}

/** Whether the file mounts a volume by the name that Podman gave it. */
export function mountsByGivenName(project: Project, volume: string): boolean {
  return Object.values(project.services).some((service) => namesMounted(project, service).includes(volume));
}

function namesMounted({ volumes: all }: Project, { volumes = [] }: Service): string[] {
  return volumes.flatMap(({ type, source }) =>
    type === 'volume' && source !== undefined ? [all?.[source]?.name ?? source] : [],
  );
}
