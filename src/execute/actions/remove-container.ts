import type { ContainerRemove } from '../../plan/types.ts';
import { isStillRunning } from '../../podman/engine-error.ts';
import type { ActionContext } from '../context.ts';

/**
 * Removes a container. One that runs stays as it is, unless it was stopped for this: then its restart policy was quicker than the stop,
 * and what it does now counts no longer.
 */
export async function removeContainer(action: ContainerRemove, { engine }: ActionContext): Promise<void> {
  const { name, volumes, force } = action;
  try {
    await engine.removeContainer(name, { volumes, force });
  } catch (error) {
    if (!isStillRunning(error) || !action.needs.includes(`container.stop/${name}`)) throw error;
    await engine.removeContainer(name, { volumes, force: true });
  }
}
