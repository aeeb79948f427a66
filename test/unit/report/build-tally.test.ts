import { describe, expect, it } from 'vitest';
import type { ActionEvent } from '../../../src/execute/types.ts';
import type { Action, Plan } from '../../../src/plan/types.ts';
import { BuildTally, tallyText } from '../../../src/report/build-tally.ts';

const definition = { digest: 'd', inputs: [] };

function step(id: string, services: readonly string[], more: object = {}): Action {
  const base = { kind: 'build.run', id: `build.run/${id}`, services, definitions: [definition], ...more };
  return base as unknown as Action;
}

const plan = (actions: readonly Action[], cached: number): Plan => ({
  version: 1,
  project: 'p',
  actions,
  placements: [],
  steps: { cached },
});

/** @param times - of each action its start and its end; 'unchanged': its image was there */
function tallied(
  cached: number,
  times: readonly (readonly [action: Action, start: number, end: number, how?: 'unchanged'])[],
): BuildTally {
  const tally = new BuildTally();
  const events: ActionEvent[] = [
    {
      kind: 'planned',
      at: 0,
      plan: plan(
        times.map(([action]) => action),
        cached,
      ),
    },
    ...times.flatMap(([action, start, end, how]): ActionEvent[] => [
      { kind: 'started', action, at: start },
      ...(how ? [{ kind: 'progress', action, at: start, text: how } as const] : []),
      { kind: 'succeeded', action, at: end, ms: end - start },
    ]),
  ];
  for (const event of events) tally.apply(event);
  return tally;
}

describe('the tally of a build', () => {
  it('counts instructions, those of several images once, and what that saved', () => {
    const shared = step('a:2', ['a', 'b']);
    const own = step('a:4', ['a'], {
      definitions: [definition, definition],
      after: { definitions: [definition] },
    });
    const other = step('b:4', ['b']);
    const { steps } = tallied(4, [
      [shared, 0, 1000],
      [own, 1000, 2000],
      [other, 1000, 1500],
    ]);
    expect(steps).toEqual({ run: 5, shared: 1, cached: 4, savedMs: 1500 });
    expect(steps && tallyText(steps)).toBe('5 steps run (1 shared), 4 cached, 1.5s saved');
  });

  it('counts a step whose image was there after all as cached', () => {
    const { steps } = tallied(0, [[step('a:2', ['a']), 0, 10, 'unchanged']]);
    expect(steps).toEqual({ run: 0, shared: 0, cached: 1, savedMs: 0 });
  });

  it('says nothing of a run that builds nothing', () => {
    expect(new BuildTally().steps).toBeUndefined();
    expect(tallyText({ run: 1, shared: 0, cached: 0, savedMs: 0 })).toBe('1 step run');
  });
});
