import { type ComposeError, fail } from '../../base/errors.ts';
import type { ContainerInspect, HealthState } from '../../podman/types.ts';
import { sleep } from '../sleep.ts';
import { withDeadline } from '../with-deadline.ts';
import { exitError, timeoutError, unhealthyError } from './explain-exit.ts';
import {
  type HealthTiming,
  pauseBefore,
  runsSince,
  timingOf,
  triesText,
  verdictAfterMs,
} from './health-schedule.ts';
import { type Downtime, isLost } from './restarts.ts';
import { hasHealthcheck, inspect, isOver, type Wait } from './wait.ts';

/** How often the container is looked at between checks: it may end at any time. */
const lookMs = 250;
/** A timer that has not run a check so long after its time does not run at all. */
const timerMarginMs = 2_000;
/** Checks of one start that the engine may fail to make at all before that is the error. */
const toleratedErrors = 3;

/** One start of the container; a restart begins a new one. */
interface Round {
  readonly startedAt: string;
  /** Monotonic milliseconds at which we first saw this start. */
  readonly since: number;
  checks: number;
  /** Checks that the engine could not make. */
  errors: number;
  /** Monotonic milliseconds of the next check that we make ourselves. */
  nextCheck: number;
}

/**
 * Waits until a container is healthy.
 *
 * Where the engine has no timers for checks (no systemd), and in the start period, where Podman knows no `start_interval`, the
 * checks are made here, at their declared interval or earlier. Only results of the container's present start count. An exit with
 * 0 is a success for `running-or-healthy`; any other end that no restart policy mends is a failure at once.
 */
export async function waitHealthy(wait: Wait): Promise<void> {
  const { context } = wait;
  const downtime: Downtime = { since: Number.POSITIVE_INFINITY };
  let round: Round | undefined;
  for (;;) {
    const details = await inspect(wait);
    if (!hasHealthcheck(details)) throw noHealthcheck(wait);
    if (isFinished(wait, details)) return;
    if (isLost(details, downtime, context.now())) throw await exitError(wait, details);
    round = roundOf(details, round, context.now());
    if (round && (await isHealthy(wait, details, round))) return;
    if (context.now() > wait.deadline) throw await timeoutError(wait, details);
    await sleep(nextLook(wait, round), context.signal);
  }
}

function noHealthcheck(wait: Wait): ComposeError {
  return fail('E_DEPENDENCY', `container "${wait.action.name}" has no health check to wait for`);
}

function isFinished(wait: Wait, details: ContainerInspect): boolean {
  return wait.action.condition === 'running-or-healthy' && isOver(details) && details.exitCode === 0;
}

/** The present start's round; none while the container does not run. */
function roundOf(details: ContainerInspect, round: Round | undefined, now: number): Round | undefined {
  if (details.state !== 'running') return undefined;
  return round?.startedAt === details.startedAt ? round : newRound(details, now);
}

function newRound(details: ContainerInspect, now: number): Round {
  const first = pauseBefore(timingOf(details), { check: 0, elapsed: 0, failingStreak: 0 });
  return { startedAt: details.startedAt, since: now, checks: 0, errors: 0, nextCheck: now + first };
}

function nextLook(wait: Wait, round: Round | undefined): number {
  if (!round) return lookMs;
  return Math.max(10, Math.min(lookMs, round.nextCheck - wait.context.now()));
}

async function isHealthy(wait: Wait, details: ContainerInspect, round: Round): Promise<boolean> {
  const { context } = wait;
  const timing = timingOf(details);
  const health = await currentHealth(wait, details, round);
  const runs = runsSince(health, details.startedAt);
  if (runs.length > 0 && health.status === 'healthy') return true;
  const elapsed = context.now() - round.since;
  if (runs.length > 0 && health.status === 'unhealthy' && elapsed >= verdictAfterMs(timing)) {
    throw await unhealthyError(wait, details, { runs, retries: timing.retries });
  }
  const restarts = details.restartCount > 0 ? `, restarted ${details.restartCount} times` : '';
  context.progress(`waiting to be healthy${triesText(health, runs, timing.retries)}${restarts}`);
  return false;
}

/** The health as the engine knows it, after a check of our own when one is due. */
async function currentHealth(wait: Wait, details: ContainerInspect, round: Round): Promise<HealthState> {
  const { context } = wait;
  const timing = timingOf(details);
  const now = context.now();
  if (now < round.nextCheck || !isOurs(wait, details, round)) return details.health;
  let health = details.health;
  try {
    // A check that hangs must not outlive the wait: old engines hold no check to its timeout.
    health = await withDeadline(context.signal, wait.deadline - now, (signal) =>
      context.engine.runHealthcheck(wait.action.name, { signal }),
    );
  } catch (error) {
    // Usually the container ended under the check, and the next look tells how.
    round.errors += 1;
    if (context.signal.aborted || round.errors > toleratedErrors) throw error;
  }
  round.checks += 1;
  const { failingStreak } = health;
  const pause = pauseBefore(timing, { check: round.checks, elapsed: now - round.since, failingStreak });
  round.nextCheck = context.now() + pause;
  return health;
}

/** Whether checks are ours to make: the engine has no timers, the start period runs, or its timer is overdue. */
function isOurs(wait: Wait, details: ContainerInspect, round: Round): boolean {
  if (!wait.context.engine.capabilities.has.healthTimers) return true;
  const timing: HealthTiming = timingOf(details);
  const elapsed = wait.context.now() - round.since;
  if (elapsed < timing.startPeriod) return true;
  const last = runsSince(details.health, details.startedAt).at(-1);
  const quietMs = last ? Date.now() - Date.parse(last.end) : elapsed;
  return quietMs > timing.interval + timing.timeout + timerMarginMs;
}
