import type { ContainerInspect, HealthRun, HealthState } from '../../podman/types.ts';

/** A health check's settings in milliseconds. */
export interface HealthTiming {
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  /** Between checks in the start period; absent: as `interval`. */
  readonly startInterval: number | undefined;
  readonly retries: number;
}

const nanosecondsPerMs = 1e6;

/** The container's own settings, with the defaults of the Compose Specification where the engine has none. */
export function timingOf(details: ContainerInspect): HealthTiming {
  const config = details.healthcheck ?? {};
  const ms = (value: number | undefined, otherwise: number): number =>
    value ? value / nanosecondsPerMs : otherwise;
  return {
    interval: ms(config.Interval, 30_000),
    timeout: ms(config.Timeout, 30_000),
    startPeriod: ms(config.StartPeriod, 0),
    startInterval: config.StartInterval ? config.StartInterval / nanosecondsPerMs : undefined,
    retries: config.Retries || 3,
  };
}

/** When the tries are used up by the clock, from the container's start; the engine's "unhealthy" is not believed before. */
export function verdictAfterMs(timing: HealthTiming): number {
  return timing.startPeriod + timing.retries * timing.interval;
}

/** First pauses between the checks that are made early, in milliseconds. */
const eagerPauses = [100, 200, 400, 800, 1_600];

/**
 * How long to pause before the next check that we make ourselves.
 *
 * The specification lets the first check wait for a whole interval, 30 s by default; a container is often ready after a tenth of
 * a second. So checks come early as long as one that fails cannot change the verdict: in the start period, where failures do not
 * count, and while more than one try is left.
 *
 * @param check - how many checks were made, from 0; `elapsed` milliseconds since the start
 */
export function pauseBefore(
  timing: HealthTiming,
  at: { check: number; elapsed: number; failingStreak: number },
): number {
  const starting = at.elapsed < timing.startPeriod;
  const usual = starting ? (timing.startInterval ?? timing.interval) : timing.interval;
  const free = starting || at.failingStreak < timing.retries - 1;
  if (!free) return usual;
  if (at.check === 0) return 0;
  return Math.min(usual, eagerPauses[at.check - 1] ?? (starting ? 2_000 : usual));
}

/** The runs of this start; an engine keeps those of earlier ones. */
export function runsSince(health: HealthState, startedAt: string): readonly HealthRun[] {
  const start = Date.parse(startedAt);
  return health.log.filter((run) => !(Date.parse(run.start) < start));
}

/** `2 of 10 tries, last: connection refused`, or nothing before the first failure. */
export function triesText(health: HealthState, runs: readonly HealthRun[], retries: number): string {
  const last = runs.at(-1);
  if (!last || last.exitCode === 0) return '';
  const output = lastOutput(runs);
  const tries = health.failingStreak > 0 ? `, ${health.failingStreak} of ${retries} tries` : '';
  return `${tries}${output === '' ? '' : `, last: ${output}`}`;
}

/** The last line that a check printed, cut to a line of a terminal. */
export function lastOutput(runs: readonly HealthRun[]): string {
  const lines = (runs.at(-1)?.output ?? '').split('\n').map((line) => line.trim());
  return (lines.findLast(Boolean) ?? '').slice(0, 120);
}
