import type { ContainerInspect } from '../../podman/types.ts';
import { isOver } from './wait.ts';

/** How long a container whose policy brings it back may stay down; the engine restarts it at once, in its own clean-up process. */
export const restartGraceMs = 5_000;

/** Whether the engine itself will start the container again after the exit it is in. */
export function mayRestart(details: ContainerInspect): boolean {
  const restart = details.restart;
  switch (restart?.policy) {
    case 'always':
    case 'unless-stopped':
      return true;
    case 'on-failure':
      return details.exitCode !== 0 && (restart.tries === 0 || details.restartCount < restart.tries);
    default:
      return false;
  }
}

/** Since when a container has been down, as its watcher keeps it; Infinity: it runs. */
export interface Downtime {
  since: number;
}

/** Whether a container has ended for good: no policy brings it back, or it has not come back in the time for that. */
export function isLost(details: ContainerInspect, downtime: Downtime, now: number): boolean {
  if (!isOver(details)) {
    downtime.since = Number.POSITIVE_INFINITY;
    return false;
  }
  downtime.since = Math.min(downtime.since, now);
  return !mayRestart(details) || now - downtime.since > restartGraceMs;
}
