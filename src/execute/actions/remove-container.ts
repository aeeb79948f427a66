import type { ContainerRemove } from '../../plan/types.ts';
import { isStillRunning } from '../../podman/engine-error.ts';
import type { ActionContext } from '../context.ts';
import { endsWithin } from '../ends-within.ts';

/** What the engine does when a container has ended takes less. */
const clearedWithinMs = 1000;

/**
 * Removes a container. One that runs stays as it is, unless it was stopped for this: then its restart policy was quicker than the stop,
 * and what it does now counts no longer.
 */
export async function removeContainer(action: ContainerRemove, context: ActionContext): Promise<void> {
  const { name, volumes, force } = action;
  const { engine } = context;
  await cleared(action, context);
  try {
    await engine.removeContainer(name, { volumes, force });
  } catch (error) {
    if (!isStillRunning(error) || !action.needs.includes(`container.stop/${name}`)) throw error;
    await engine.removeContainer(name, { volumes, force: true });
  }
}

/**
 * An engine that is asked to remove what has just ended clears it away itself, and holds its pod up meanwhile: with runc for more than
 * 100 ms, one container after the other. The process that it starts for that when a container ends holds nobody up.
 */
async function cleared({ name, needs }: ContainerRemove, { engine, signal }: ActionContext): Promise<void> {
  if (!needs.some((id) => id === `container.kill/${name}` || id === `container.stop/${name}`)) return;
  try {
    await endsWithin(name, clearedWithinMs, { engine, signal, cleared: true });
  } catch (error) {
    // What is wrong is told by the removal.
    if (signal.aborted) throw error;
  }
}
