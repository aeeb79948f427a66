import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dependency, Loaded, Service } from '../../src/compose/types.ts';
import { planDown } from '../../src/plan/plan-down.ts';
import { planUp } from '../../src/plan/plan-up.ts';
import type { Plan } from '../../src/plan/types.ts';
import { FakeEngine } from '../../src/podman/fake/fake-engine.ts';
import { FakeWorld } from '../../src/podman/fake/fake-world.ts';
import { loadedFrom } from '../support/projects.ts';
import { inputFor, run, up, upOptions } from '../support/run-plan.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const oneShot = ['exit', '0'];

/** A service may depend on those before it; only one-shots are waited for to complete. */
function serviceAt(index: number, jobs: readonly boolean[]): fc.Arbitrary<Partial<Service>> {
  const dependency = (name: string): fc.Arbitrary<[string, Dependency]> => {
    const conditions: Dependency['condition'][] = jobs[names.indexOf(name)]
      ? ['service_completed_successfully']
      : ['service_started', 'service_healthy'];
    return fc
      .record({ condition: fc.constantFrom(...conditions), required: fc.constant(true) })
      .map((value) => [name, value]);
  };
  return fc
    .record({
      dependencies: fc.subarray(names.slice(0, index)).chain((list) => fc.tuple(...list.map(dependency))),
      port: fc.constantFrom(undefined, 80, 81),
      replicas: fc.constantFrom(1, 1, 1, 2),
      volume: fc.boolean(),
      own: fc.boolean(),
      aliases: fc.boolean(),
    })
    .map(({ dependencies, port, replicas, volume, own, aliases }) => ({
      depends_on: Object.fromEntries(dependencies),
      healthcheck: { test: ['CMD', 'true'], interval: '1ms', timeout: '1s' },
      ...(jobs[index] ? { command: oneShot } : { command: ['sleep'] }),
      ...(port === undefined ? {} : { ports: [{ target: port, protocol: 'tcp' }] }),
      ...(replicas > 1 && !jobs[index] ? { scale: replicas } : {}),
      ...(volume
        ? {
            volumes: [
              { type: 'volume' as const, target: '/data' },
              { type: 'volume' as const, source: 'shared', target: '/shared' },
            ],
          }
        : {}),
      ...(own ? { 'x-podman': { share_network: false } } : {}),
      ...(aliases ? { networks: { default: { aliases: [`alias-${index}`] } } } : {}),
    }));
}

const projects: fc.Arbitrary<Loaded> = fc
  .tuple(
    fc.integer({ min: 1, max: names.length }),
    fc.array(fc.boolean(), { minLength: names.length, maxLength: names.length }),
  )
  .chain(([count, jobs]) => fc.tuple(...names.slice(0, count).map((_, index) => serviceAt(index, jobs))))
  .map((services) =>
    loadedFrom(Object.fromEntries(services.map((service, index) => [names[index] as string, service])), {
      volumes: { shared: { name: 'p_shared' } },
    }),
  );

const exitOf = (spec: { command?: readonly string[] }): number | undefined =>
  spec.command?.[0] === 'exit' ? Number(spec.command[1]) : undefined;

function newEngine(onCall?: (call: string, name: string) => void): FakeEngine {
  const world = new FakeWorld();
  world.addImage('app');
  return new FakeEngine({ exitOf, ...(onCall ? { onCall } : {}) }, world);
}

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

/** What the second `up` may still do: run jobs again that nobody waits for. */
function rerunsOnly(plan: Plan): string[] {
  return plan.actions
    .filter(({ kind }) => !['container.init', 'container.start'].includes(kind))
    .map(({ id }) => id);
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
        let calls = 0;
        const broken = new FakeEngine(
          {
            exitOf,
            onCall: () => {
              calls += 1;
              if (calls > stopAt) throw new Error('killed');
            },
          },
          engine.world,
        );
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

function changeFirst(loaded: Loaded): Loaded {
  const [name = ''] = Object.keys(loaded.project.services);
  const service = loaded.project.services[name] as Service;
  const services = { ...loaded.project.services, [name]: { ...service, environment: { CHANGED: '1' } } };
  return { ...loaded, project: { ...loaded.project, services } };
}

/** Anonymous volumes by container and target. */
function volumesOf(engine: FakeEngine): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...engine.world.containers.values()].map(({ name, anonymous }) => [name, anonymous]),
  );
}
