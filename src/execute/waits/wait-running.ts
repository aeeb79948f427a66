import type { ContainerInspect } from '../../podman/types.ts';
import { sleep } from '../sleep.ts';
import { exitError, timeoutError } from './explain-exit.ts';
import { type Downtime, isLost } from './restarts.ts';
import { inspect, isOver, type Wait } from './wait.ts';

const pollMs = 100;
/** A container that cannot do its work usually dies at once: only one that has run so long counts as running. */
const steadyMs = 500;

/**
 * Waits until a container runs, and has run for a moment. One that has run and ended with 0 counts as a success (a finished one-shot);
 * one that its restart policy brings back is given the time for it.
 */
export async function waitRunning(wait: Wait): Promise<void> {
  const { context } = wait;
  const downtime: Downtime = { since: Number.POSITIVE_INFINITY };
  const steady = new Steadiness();
  for (;;) {
    const details = await inspect(wait);
    if (details.state === 'running' && steady.holds(details, context.now())) return;
    if (isOver(details) && details.exitCode === 0) return;
    if (isLost(details, downtime, context.now())) throw await exitError(wait, details);
    if (context.now() > wait.deadline) throw await timeoutError(wait, details);
    if (details.state !== 'running') context.progress(progressText(details));
    await sleep(pollMs, context.signal);
  }
}

/** Measured by our own clock, or by the engine's where the container has run for longer than we have looked on. */
class Steadiness {
  #startedAt = '';
  #since = 0;

  holds({ startedAt }: ContainerInspect, now: number): boolean {
    if (startedAt !== this.#startedAt) this.#since = now;
    this.#startedAt = startedAt;
    return now - this.#since >= steadyMs || Date.now() - Date.parse(startedAt) >= steadyMs;
  }
}

function progressText(details: ContainerInspect): string {
  const restarts = details.restartCount > 0 ? `, restarted ${details.restartCount} times` : '';
  return isOver(details)
    ? `waiting to be restarted, last exit ${details.exitCode}${restarts}`
    : `waiting to run, is ${details.state}${restarts}`;
}
