import type { Project } from '../compose/types.ts';
import type { PlanBuilder } from './builder.ts';

/** A name that Podman gives to volumes without one. */
const givenName = /^[0-9a-f]{64}$/;

/**
 * A container that goes with its anonymous volumes takes along any volume that Podman had made without a name, also one that the
 * file mounts by the name that it was given (to get at its data). Such a service's containers go without volumes.
 */
export function spareNamedVolumes(builder: PlanBuilder, project: Project): void {
  const isNamed = (key: string | undefined): boolean =>
    key !== undefined && givenName.test(project.volumes?.[key]?.name ?? key);
  const sparing = new Set(
    Object.entries(project.services).flatMap(([name, { volumes = [] }]) =>
      volumes.some(({ type, source }) => type === 'volume' && isNamed(source)) ? [name] : [],
    ),
  );
  if (sparing.size === 0) return;
  for (const action of builder.actions())
    if (action.kind === 'container.remove' && sparing.has(action.service ?? ''))
      builder.replace({ ...action, volumes: false });
}
