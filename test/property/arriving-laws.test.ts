import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Loaded, Service } from '../../src/compose/types.ts';
import { planUp } from '../../src/plan/plan-up.ts';
import { FakeEngine } from '../../src/podman/fake/fake-engine.ts';
import {
  changeFirst,
  exitOf,
  killedAfter,
  newEngine,
  projects,
  rerunsOnly,
} from '../support/random-projects.ts';
import { inputFor, up, upOptions } from '../support/run-plan.ts';
import { type BuildingUp, type FakeBuild, upWithBuilds } from '../support/up-with-builds.ts';

/** How one service's image comes: whether it was there before, how it is built, when, and what it is. */
const building = fc.record({
  was: fc.boolean(),
  builds: fc.boolean(),
  isKnown: fc.boolean(),
  fails: fc.boolean(),
  ticks: fc.integer({ min: 0, max: 40 }),
  port: fc.constantFrom(undefined, '80/tcp', '81/tcp'),
  changes: fc.boolean(),
});
type Building = typeof building extends fc.Arbitrary<infer T> ? T : never;

const cases = fc.record({
  loaded: projects,
  buildings: fc.array(building, { minLength: 6, maxLength: 6 }),
  changesToo: fc.boolean(),
});

/** Every service with an image of its own. */
function withOwnImages(loaded: Loaded): Loaded {
  const services = Object.entries(loaded.project.services).map(([name, service]): [string, Service] => [
    name,
    { ...service, image: `image-${name}` },
  ]);
  return { ...loaded, project: { ...loaded.project, services: Object.fromEntries(services) } };
}

const idOf = (index: number, letter: string): string => `${letter}${index}`.repeat(32);

function exposed({ port }: Building): { exposedPorts: string[] } {
  return { exposedPorts: port === undefined ? [] : [port] };
}

interface World {
  readonly loaded: Loaded;
  readonly engine: FakeEngine;
  readonly builds: readonly FakeBuild[];
  readonly build: (action: { readonly id: string }) => Promise<void>;
}

/** The engine as an `up` before has left it, with the images that were there then. */
async function worldOf(drawn: {
  loaded: Loaded;
  buildings: Building[];
  changesToo: boolean;
}): Promise<World> {
  const before = withOwnImages(drawn.loaded);
  const engine = newEngine();
  const names = Object.keys(before.project.services);
  const all = names.map((name, index) => ({
    reference: `image-${name}`,
    index,
    how: drawn.buildings[index] as Building,
  }));
  const ran = all.every(({ how }) => how.was);
  for (const { reference, index, how } of all)
    if (ran || !how.builds) engine.world.addImage(reference, { id: idOf(index, 'a'), ...exposed(how) });
  if (ran) await up(before, engine);
  const builds = all
    .filter(({ how }) => how.builds)
    .map(
      ({ reference, index, how }): FakeBuild => ({
        reference,
        isKnown: how.isKnown,
        image: how.fails ? undefined : { id: idOf(index, how.changes || !ran ? 'b' : 'a'), ...exposed(how) },
      }),
    );
  const ticks = new Map(all.map(({ reference, how }) => [`image.build/${reference}`, how.ticks]));
  return {
    loaded: drawn.changesToo ? changeFirst(before) : before,
    engine,
    builds,
    build: async ({ id }) => {
      for (let tick = ticks.get(id) ?? 0; tick > 0; tick--)
        await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** Every action is told once to its end, and what was once taken up is never taken up again. */
function expectEnds({ events }: BuildingUp): void {
  const ends = events.filter(({ kind }) =>
    ['succeeded', 'failed', 'skipped', 'cancelled', 'unneeded'].includes(kind),
  );
  const ids = ends.flatMap((event) => ('action' in event ? [event.action.id] : []));
  expect(new Set(ids).size).toBe(ids.length);
  const planned = events.flatMap((event) =>
    event.kind === 'planned' || event.kind === 'amended' ? event.plan.actions.map(({ id }) => id) : [],
  );
  expect(new Set(ids)).toEqual(new Set(planned));
}

describe('the laws of images that come while the plan runs', () => {
  it('leaves nothing to do, whenever they come and whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (drawn) => {
        const buildings = drawn.buildings.map((one) => ({ ...one, fails: false }));
        const { loaded, engine, builds, build } = await worldOf({ ...drawn, buildings });
        const run = await upWithBuilds(loaded, engine, builds, { build });
        expect(await run.outcome).toMatchObject({ exitCode: 0, diagnostics: [] });
        expectEnds(run);
        expect(rerunsOnly(planUp(await inputFor(loaded, engine), upOptions).plan)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it('leaves what runs as it is when a build fails, builds all others, and converges then', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (drawn) => {
        const { loaded, engine, builds, build } = await worldOf(drawn);
        const before = running(engine);
        const run = await upWithBuilds(loaded, engine, builds, { build });
        const { exitCode, actions } = await run.outcome;
        expectEnds(run);
        if (builds.some(({ image }) => !image)) expect(running(engine)).toEqual(before);
        const failed = builds
          .filter(({ image }) => !image)
          .map(({ reference }) => `image.build/${reference}`);
        expect(exitCode).toBe(failed.length > 0 ? 1 : 0);
        expect(actions.filter(({ state }) => state === 'failed').map(({ id }) => id)).toEqual(failed);
        const good = builds.map((one, index) => ({ ...one, image: one.image ?? { id: idOf(index, 'f') } }));
        const second = await upWithBuilds(loaded, engine, good, { build });
        expect(await second.outcome).toMatchObject({ exitCode: 0, diagnostics: [] });
        expect(rerunsOnly(planUp(await inputFor(loaded, engine), upOptions).plan)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it('converges from an interruption at any call', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 0, max: 40 }), async (drawn, stopAt) => {
        const buildings = drawn.buildings.map((one) => ({ ...one, fails: false }));
        const { loaded, engine, builds, build } = await worldOf({ ...drawn, buildings });
        const broken = killedAfter(stopAt, engine);
        expectEnds(await ended(upWithBuilds(loaded, broken, builds, { build })));
        const again = new FakeEngine({ exitOf }, engine.world);
        const run = await upWithBuilds(loaded, again, builds, { build });
        expect(await run.outcome).toMatchObject({ exitCode: 0, diagnostics: [] });
        expect(rerunsOnly(planUp(await inputFor(loaded, again), upOptions).plan)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });
});

function running({ world }: FakeEngine): string[] {
  return [...world.containers.values()].flatMap(({ id, state }) => (state === 'running' ? [id] : [])).sort();
}

async function ended(run: Promise<BuildingUp>): Promise<BuildingUp> {
  const building = await run;
  await building.outcome;
  return building;
}
