import type { ContainerInspect } from '../../podman/types.ts';
import { sleep } from '../sleep.ts';
import { exitError, timeoutError } from './explain-exit.ts';
import { type Downtime, isLost } from './restarts.ts';
import { inspect, isOver, type Wait } from './wait.ts';

const pollMs = 200;

/**
 * Waits until a container runs. One that has run and ended with 0 counts as a success (a finished one-shot); one that its
 * restart policy brings back is given the time for it.
 */
export async function waitRunning(wait: Wait): Promise<void> {
  const { context } = wait;
  const downtime: Downtime = { since: Number.POSITIVE_INFINITY };
  for (;;) {
    const details = await inspect(wait);
    if (details.state === 'running') return;
    if (isOver(details) && details.exitCode === 0) return;
    if (isLost(details, downtime, context.now())) throw await exitError(wait, details);
    if (context.now() > wait.deadline) throw await timeoutError(wait, details);
    context.progress(progressText(details));
    await sleep(pollMs, context.signal);
  }
}

function progressText(details: ContainerInspect): string {
  const restarts = details.restartCount > 0 ? `, restarted ${details.restartCount} times` : '';
  return isOver(details)
    ? `waiting to be restarted, last exit ${details.exitCode}${restarts}`
    : `waiting to run, is ${details.state}${restarts}`;
}
