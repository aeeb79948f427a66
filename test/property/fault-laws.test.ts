import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fail } from '../../src/base/errors.ts';
import type { Loaded } from '../../src/compose/types.ts';
import { planDown } from '../../src/plan/plan-down.ts';
import { planRestart } from '../../src/plan/plan-lifecycle.ts';
import { planUp } from '../../src/plan/plan-up.ts';
import { type FakeBehaviour, FakeEngine } from '../../src/podman/fake/fake-engine.ts';
import type { FakeWorld } from '../../src/podman/fake/fake-world.ts';
import { changeFirst, exitOf, newEngine, projects, rerunsOnly } from '../support/random-projects.ts';
import { inputFor, run, up, upOptions } from '../support/run-plan.ts';

/** Calls that fail: by their number, before the engine has done anything. */
const failures = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });
const downOptions = { removeOrphans: false, volumes: false, images: 'none', timeout: 0 } as const;

function failingAt(numbers: readonly number[]): NonNullable<FakeBehaviour['onCall']> {
  let count = 0;
  return (call, name) => {
    count += 1;
    if (numbers.includes(count)) throw fail('E_ENGINE', `injected: ${call} ${name}`);
  };
}

const on = (world: FakeWorld, onCall?: FakeBehaviour['onCall']): FakeEngine =>
  new FakeEngine({ exitOf, ...(onCall ? { onCall } : {}) }, world);

async function expectConverges(loaded: Loaded, world: FakeWorld): Promise<void> {
  const engine = on(world);
  const { outcome } = await up(loaded, engine);
  expect(outcome.diagnostics).toEqual([]);
  expect(outcome.exitCode).toBe(0);
  expect(rerunsOnly(planUp(await inputFor(loaded, engine), upOptions).plan)).toEqual([]);
}

async function down(loaded: Loaded, engine: FakeEngine, signal?: AbortSignal): Promise<number> {
  const { plan } = planDown(await inputFor(loaded, engine), downOptions);
  return (await run(plan, engine, signal)).exitCode;
}

/** Names of everything, so that two moments can be compared. */
function names(world: FakeWorld): Record<string, string[]> {
  const { containers, pods, networks, secrets, volumes } = world;
  return Object.fromEntries(
    Object.entries({ containers, pods, networks, secrets, volumes }).map(([kind, things]) => [
      kind,
      [...things.keys()].sort(),
    ]),
  );
}

describe('the laws of faults', () => {
  it('an up with any calls failing exits not with 0, and the next one converges', async () => {
    await fc.assert(
      fc.asyncProperty(projects, failures, async (loaded, numbers) => {
        const engine = newEngine(failingAt(numbers));
        const { outcome } = await up(loaded, engine);
        const failed = outcome.actions.filter(({ state }) => state === 'failed');
        expect(outcome.exitCode === 0).toBe(failed.length === 0);
        expect(outcome.diagnostics.length).toBe(failed.length);
        await expectConverges(loaded, engine.world);
      }),
      { numRuns: 100 },
    );
  });

  it('so it is for an up that changes what runs', async () => {
    await fc.assert(
      fc.asyncProperty(projects, failures, async (loaded, numbers) => {
        const engine = newEngine();
        await up(loaded, engine);
        const changed = changeFirst(loaded);
        await up(changed, on(engine.world, failingAt(numbers)));
        await expectConverges(changed, engine.world);
      }),
      { numRuns: 100 },
    );
  });

  it('a signal at any call ends the run, with every action told once, and the next up converges', async () => {
    await fc.assert(
      fc.asyncProperty(projects, fc.integer({ min: 1, max: 50 }), async (loaded, at) => {
        const stop = new AbortController();
        let count = 0;
        const engine = newEngine(() => {
          count += 1;
          if (count === at) stop.abort('SIGINT');
        });
        const { plan } = planUp(await inputFor(loaded, engine), upOptions);
        const outcome = await run(plan, engine, stop.signal);
        expect(outcome.actions.map(({ id }) => id)).toEqual(plan.actions.map(({ id }) => id));
        expect(outcome.diagnostics).toEqual([]);
        const isWhole = outcome.actions.every(({ state }) => state === 'succeeded');
        expect([0, 130]).toContain(outcome.exitCode);
        if (!isWhole) expect(outcome.exitCode).toBe(130);
        await expectConverges(loaded, engine.world);
      }),
      { numRuns: 100 },
    );
  });

  it('a restart with any calls failing is made good by the next up', async () => {
    await fc.assert(
      fc.asyncProperty(projects, failures, async (loaded, numbers) => {
        const engine = newEngine();
        await up(loaded, engine);
        const broken = on(engine.world, failingAt(numbers));
        await run(planRestart(await inputFor(loaded, broken), { timeout: 0, noDeps: false }).plan, broken);
        await expectConverges(loaded, engine.world);
      }),
      { numRuns: 100 },
    );
  });

  it('a down with any calls failing is ended by the next down', async () => {
    await fc.assert(
      fc.asyncProperty(projects, failures, async (loaded, numbers) => {
        const engine = newEngine();
        await up(loaded, engine);
        await down(loaded, on(engine.world, failingAt(numbers)));
        expect(await down(loaded, on(engine.world))).toBe(0);
        const { containers, pods, networks } = engine.world;
        expect([containers.size, pods.size, networks.size]).toEqual([0, 0, 0]);
      }),
      { numRuns: 100 },
    );
  });

  it('down after up leaves the world as it was, named volumes apart, and what is others untouched', async () => {
    await fc.assert(
      fc.asyncProperty(projects, async (loaded) => {
        const engine = newEngine();
        const labels = { 'com.docker.compose.project': 'other', 'io.tscompose.project': 'other' };
        await engine.createNetwork({ name: 'other_default', labels });
        await engine.createVolume({ name: 'other_data', labels });
        await engine.createContainer({ name: 'other-web-1', image: 'app', labels });
        await engine.startContainer('other-web-1');
        const before = names(engine.world);
        await up(loaded, engine);
        expect(await down(loaded, engine)).toBe(0);
        const { volumes: _kept, ...rest } = names(engine.world);
        const { volumes: _before, ...wanted } = before;
        expect(rest).toEqual(wanted);
        expect(engine.world.container('other-web-1').state).toBe('running');
        expect(names(engine.world)['volumes']).toContain('other_data');
      }),
      { numRuns: 100 },
    );
  });
});
