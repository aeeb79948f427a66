import type { ContainerInspect } from '../../podman/types.ts';
import { endsWithin } from '../ends-within.ts';
import { sleep } from '../sleep.ts';
import { exitError, timeoutError } from './explain-exit.ts';
import { mayRestart, restartGraceMs } from './restarts.ts';
import { inspect, isOver, type Wait } from './wait.ts';

const pollMs = 100;

/**
 * Waits until a container has ended with 0. Its first exit counts, unless it failed and its restart policy tries again.
 */
export async function waitCompleted(wait: Wait): Promise<void> {
  const { context } = wait;
  context.progress('waiting to complete');
  for (;;) {
    const ended = await endsWithin(wait.action.name, wait.deadline - wait.context.now(), wait.context);
    const details = await inspect(wait);
    if (!ended) throw await timeoutError(wait, details);
    if (isOver(details) && details.exitCode === 0) return;
    if (isOver(details) && !(await comesBack(wait, details))) throw await exitError(wait, details);
    context.progress(
      `waiting to complete, restarted ${details.restartCount} times, last exit ${details.exitCode}`,
    );
    await sleep(pollMs, context.signal);
  }
}

/** Whether the engine starts it again after this exit. */
async function comesBack(wait: Wait, ended: ContainerInspect): Promise<boolean> {
  if (!mayRestart(ended)) return false;
  const { context } = wait;
  const until = Math.min(context.now() + restartGraceMs, wait.deadline);
  while (context.now() < until) {
    await sleep(pollMs, context.signal);
    const details = await inspect(wait);
    if (!isOver(details) || details.startedAt !== ended.startedAt) return true;
  }
  return false;
}
