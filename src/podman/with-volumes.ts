import { anonymousVolumes } from './decode.ts';
import type { ContainerInspect, ObservedContainer } from './types.ts';

/** The containers of a project with what only looking at each one tells: its volumes. One request for each that mounts something. */
export function withVolumes(
  containers: readonly ObservedContainer[],
  project: string,
  inspect: (id: string) => Promise<ContainerInspect | undefined>,
): Promise<ObservedContainer[]> {
  return Promise.all(
    containers.map(async (container) => {
      if (container.labels['com.docker.compose.project'] !== project || container.mounts.length === 0)
        return container;
      const found = await inspect(container.id);
      if (!found) return container;
      const volumes = found.mounts.filter(({ type }) => type === 'volume').length;
      return { ...container, anonymousVolumes: anonymousVolumes(found), volumes };
    }),
  );
}
