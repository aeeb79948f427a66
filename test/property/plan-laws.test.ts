import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Loaded } from '../../src/compose/types.ts';
import { planDown } from '../../src/plan/plan-down.ts';
import { planUp } from '../../src/plan/plan-up.ts';
import type { Plan } from '../../src/plan/types.ts';
import { FakeEngine } from '../../src/podman/fake/fake-engine.ts';
import {
  changeFirst,
  changePod,
  dropAnonymous,
  exitOf,
  killedAfter,
  moveAnonymous,
  newEngine,
  projects,
  rerunsOnly,
} from '../support/random-projects.ts';
import { inputFor, run, up, upOptions } from '../support/run-plan.ts';

function expectOrdered(plan: Plan): void {
  const seen = new Set<string>();
  for (const action of plan.actions) {
    expect(action.needs.filter((need) => !seen.has(need))).toEqual([]);
    expect(seen.has(action.id)).toBe(false);
    expect(action.reason).not.toBe('');
    seen.add(action.id);
  }
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
}

describe('the laws of planning', () => {
  it('lists actions once, each after what it needs, and as plain data', async () => {
    await fc.assert(
      fc.asyncProperty(projects, async (loaded) => {
        expectOrdered(planUp(await inputFor(loaded, newEngine()), upOptions).plan);
      }),
      { numRuns: 150 },
    );
  });

  it('has nothing left to do after it was carried out', async () => {
    await fc.assert(
      fc.asyncProperty(projects, async (loaded) => {
        const engine = newEngine();
        const first = await up(loaded, engine);
        expect(first.outcome.diagnostics).toEqual([]);
        expect(first.outcome.exitCode).toBe(0);
        const { plan } = planUp(await inputFor(loaded, engine), upOptions);
        const waitedFor = new Set(
          Object.values(loaded.project.services).flatMap((service) => Object.keys(service.depends_on ?? {})),
        );
        expect(rerunsOnly(plan)).toEqual([]);
        for (const action of plan.actions) expect(waitedFor.has(action.service ?? '')).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('converges from an interruption at any call', async () => {
    await fc.assert(
      fc.asyncProperty(projects, fc.integer({ min: 0, max: 60 }), async (loaded, stopAt) => {
        let calls = 0;
        const broken = newEngine(() => {
          calls += 1;
          if (calls > stopAt) throw new Error('killed');
        });
        await up(loaded, broken);
        const engine = new FakeEngine({ exitOf }, broken.world);
        const { outcome } = await up(loaded, engine);
        expect(outcome.diagnostics).toEqual([]);
        expect(rerunsOnly(planUp(await inputFor(loaded, engine), upOptions).plan)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('converges from an interrupted change, and keeps anonymous volumes', async () => {
    await fc.assert(
      fc.asyncProperty(projects, fc.integer({ min: 0, max: 40 }), async (loaded, stopAt) => {
        const engine = newEngine();
        await up(loaded, engine);
        const before = volumesOf(engine);
        const broken = killedAfter(stopAt, engine);
        const changed = changeFirst(loaded);
        await up(changed, broken);
        const again = new FakeEngine({ exitOf }, engine.world);
        const { outcome } = await up(changed, again);
        expect(outcome.diagnostics).toEqual([]);
        expect(rerunsOnly(planUp(await inputFor(changed, again), upOptions).plan)).toEqual([]);
        expect(volumesOf(again)).toEqual(before);
      }),
      { numRuns: 150 },
    );
  });

  it('has nothing left to do after any project took the place of any other, interrupted or not', async () => {
    const withOrphans = { removeOrphans: true };
    await fc.assert(
      fc.asyncProperty(
        projects,
        projects,
        fc.integer({ min: 0, max: 120 }),
        async (before, after, stopAt) => {
          const engine = newEngine();
          await up(before, engine);
          await up(after, killedAfter(stopAt, engine), withOrphans);
          const again = new FakeEngine({ exitOf }, engine.world);
          const { outcome } = await up(after, again, withOrphans);
          expect(outcome.diagnostics).toEqual([]);
          expect(
            rerunsOnly(planUp(await inputFor(after, again), { ...upOptions, ...withOrphans }).plan),
          ).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps anonymous volumes when the pod is made anew, interrupted at any call, twice, with another change', async () => {
    const calls = fc.integer({ min: 0, max: 60 });
    const changes = fc.constantFrom(changeFirst, changePod, (loaded: Loaded) => loaded);
    await fc.assert(
      fc.asyncProperty(projects, calls, calls, changes, async (loaded, first, second, change) => {
        const engine = newEngine();
        await up(loaded, engine);
        const before = volumesOf(engine);
        const count = engine.world.volumes.size;
        await up(changePod(loaded), killedAfter(first, engine));
        const changed = change(loaded);
        await up(changed, killedAfter(second, engine));
        const again = new FakeEngine({ exitOf }, engine.world);
        const { outcome } = await up(changed, again);
        expect(outcome.diagnostics).toEqual([]);
        expect(rerunsOnly(planUp(await inputFor(changed, again), upOptions).plan)).toEqual([]);
        expect(volumesOf(again)).toEqual(before);
        expect(again.world.volumes.size).toBe(count);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps anonymous volumes that nothing mounts any more until down -v, interrupted at any call', async () => {
    const calls = fc.integer({ min: 0, max: 60 });
    const changes = fc.constantFrom(changePod, (loaded: Loaded) => loaded);
    await fc.assert(
      fc.asyncProperty(projects, calls, calls, changes, async (loaded, first, second, change) => {
        const engine = newEngine();
        await up(loaded, engine);
        const before = volumesOf(engine);
        const count = engine.world.volumes.size;
        const without = change(dropAnonymous(loaded));
        await up(without, killedAfter(first, engine));
        const again = new FakeEngine({ exitOf }, engine.world);
        const { outcome } = await up(without, again);
        expect(outcome.diagnostics).toEqual([]);
        expect(rerunsOnly(planUp(await inputFor(without, again), upOptions).plan)).toEqual([]);
        expect(again.world.volumes.size).toBe(count);
        await up(loaded, killedAfter(second, again));
        await up(loaded, new FakeEngine({ exitOf }, again.world));
        expect(volumesOf(again)).toEqual(before);
      }),
      { numRuns: 150 },
    );
  });

  it('leaves none behind after down -v, whatever a change and the down itself were interrupted at', async () => {
    const calls = fc.integer({ min: 0, max: 60 });
    const changes = fc.constantFrom(dropAnonymous, moveAnonymous);
    await fc.assert(
      fc.asyncProperty(
        projects,
        calls,
        calls,
        changes,
        changes,
        async (loaded, first, second, one, other) => {
          const engine = newEngine();
          await up(loaded, engine);
          await up(one(loaded), engine);
          await up(other(loaded), killedAfter(first, engine));
          await up(loaded, killedAfter(first, engine));
          const options = { removeOrphans: false, volumes: true, images: 'none', timeout: 0 } as const;
          for (const each of [killedAfter(second, engine), new FakeEngine({ exitOf }, engine.world)]) {
            const observed = await each.observe({ project: 'p', images: [], details: false });
            const { plan } = planDown({ loaded, observed, services: [] }, options);
            await run(plan, each);
          }
          expect([engine.world.containers.size, engine.world.volumes.size]).toEqual([0, 0]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('goes down to nothing', async () => {
    await fc.assert(
      fc.asyncProperty(projects, async (loaded) => {
        const engine = newEngine();
        await up(loaded, engine);
        const options = { removeOrphans: false, volumes: true, images: 'none', timeout: 0 } as const;
        const down = planDown(await inputFor(loaded, engine), options);
        expectOrdered(down.plan);
        const outcome = await run(down.plan, engine);
        expect(outcome.diagnostics).toEqual([]);
        const { containers, pods, networks, volumes } = engine.world;
        expect([containers.size, pods.size, networks.size, volumes.size]).toEqual([0, 0, 0, 0]);
      }),
      { numRuns: 100 },
    );
  });
});

/** Anonymous volumes by container and target. */
function volumesOf(engine: FakeEngine): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...engine.world.containers.values()].map(({ name, anonymous }) => [name, anonymous]),
  );
}
