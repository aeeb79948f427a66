import { describe, expect, it } from 'vitest';
import {
  type HealthTiming,
  lastOutput,
  pauseBefore,
  runsSince,
  timingOf,
  triesText,
  verdictAfterMs,
} from '../../../../src/execute/waits/health-schedule.ts';
import type { ContainerInspect, HealthRun } from '../../../../src/podman/types.ts';

const timing: HealthTiming = {
  interval: 10_000,
  timeout: 1_000,
  startPeriod: 0,
  startInterval: undefined,
  retries: 3,
};

/** Pauses before the first checks, when all of them fail. */
function pauses(of: Partial<HealthTiming>, count: number): number[] {
  const all = { ...timing, ...of };
  const result: number[] = [];
  let elapsed = 0;
  for (let check = 0; check < count; check++) {
    const failingStreak = elapsed < all.startPeriod ? 0 : check;
    const pause = pauseBefore(all, { check, elapsed, failingStreak });
    result.push(pause);
    elapsed += pause;
  }
  return result;
}

const run = (start: string, exitCode: number, output = ''): HealthRun => ({
  start,
  end: start,
  exitCode,
  output,
});

describe('when checks are made', () => {
  it('early while a failure cannot change the verdict, the last one at its time', () => {
    expect(pauses({}, 4)).toEqual([0, 100, 10_000, 10_000]);
    expect(pauses({ retries: 10 }, 10)).toEqual([
      0, 100, 200, 400, 800, 1_600, 10_000, 10_000, 10_000, 10_000,
    ]);
    expect(pauses({ retries: 1 }, 2)).toEqual([10_000, 10_000]);
  });

  it('at least every two seconds in the start period, or at its own interval', () => {
    expect(pauses({ startPeriod: 60_000 }, 8)).toEqual([0, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
    expect(pauses({ startPeriod: 60_000, startInterval: 300 }, 5)).toEqual([0, 100, 200, 300, 300]);
  });

  it('never later than the interval', () => {
    expect(pauses({ interval: 50, retries: 9 }, 4)).toEqual([0, 50, 50, 50]);
  });

  it('believes "unhealthy" when the tries are used up by the clock', () => {
    expect(verdictAfterMs({ ...timing, startPeriod: 5_000 })).toBe(35_000);
  });
});

describe('what checks say', () => {
  it('has the defaults of the specification', () => {
    expect(timingOf({ healthcheck: { Test: ['CMD', 'x'] } } as unknown as ContainerInspect)).toEqual({
      interval: 30_000,
      timeout: 30_000,
      startPeriod: 0,
      startInterval: undefined,
      retries: 3,
    });
  });

  it('counts only runs of the present start', () => {
    const log = [run('2026-01-01T00:00:00Z', 1), run('2026-01-01T00:00:02Z', 0)];
    const health = { status: 'starting', failingStreak: 0, log } as const;
    expect(runsSince(health, '2026-01-01T00:00:01Z')).toEqual([log[1]]);
  });

  it('tells the tries and the last line, cut to a line of a terminal', () => {
    const failed = [run('', 1, 'connecting\nconnection refused\n')];
    const health = { status: 'starting', failingStreak: 2, log: failed } as const;
    expect(triesText(health, failed, 10)).toBe(', 2 of 10 tries, last: connection refused');
    expect(triesText(health, [], 10)).toBe('');
    expect(triesText({ ...health, failingStreak: 0 }, [run('', 0, 'fine')], 10)).toBe('');
    expect(lastOutput([run('', 1, 'x'.repeat(500))])).toHaveLength(120);
  });
});
