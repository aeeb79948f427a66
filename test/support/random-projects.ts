/** Projects, and an engine for them, that property tests draw. */
import fc from 'fast-check';
import type { Dependency, Loaded, Service } from '../../src/compose/types.ts';
import type { Plan } from '../../src/plan/types.ts';
import { type FakeBehaviour, FakeEngine } from '../../src/podman/fake/fake-engine.ts';
import { FakeWorld } from '../../src/podman/fake/fake-world.ts';
import { loadedFrom } from './projects.ts';

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

export const projects: fc.Arbitrary<Loaded> = fc
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

export const exitOf = (spec: { command?: readonly string[] }): number | undefined =>
  spec.command?.[0] === 'exit' ? Number(spec.command[1]) : undefined;

export function newEngine(onCall?: FakeBehaviour['onCall']): FakeEngine {
  const world = new FakeWorld();
  world.addImage('app');
  return new FakeEngine({ exitOf, ...(onCall ? { onCall } : {}) }, world);
}

/** What the second `up` may still do: run jobs again that nobody waits for. */
export function rerunsOnly(plan: Plan): string[] {
  return plan.actions
    .filter(({ kind }) => !['container.init', 'container.start'].includes(kind))
    .map(({ id }) => id);
}

/** Another environment for the first service. */
export function changeFirst(loaded: Loaded): Loaded {
  const [name = ''] = Object.keys(loaded.project.services);
  const service = loaded.project.services[name] as Service;
  const services = { ...loaded.project.services, [name]: { ...service, environment: { CHANGED: '1' } } };
  return { ...loaded, project: { ...loaded.project, services } };
}

/** Another address for a name in all services: their pod is made anew. */
export function changePod(loaded: Loaded): Loaded {
  const services = Object.entries(loaded.project.services).map(([name, service]) => [
    name,
    { ...service, extra_hosts: ['elsewhere:10.1.2.3'] },
  ]);
  return { ...loaded, project: { ...loaded.project, services: Object.fromEntries(services) } };
}

/** No service mounts an anonymous volume any more. */
export function dropAnonymous(loaded: Loaded): Loaded {
  const services = Object.entries(loaded.project.services).map(([name, service]) => [
    name,
    { ...service, volumes: (service.volumes ?? []).filter(({ source }) => source !== undefined) },
  ]);
  return { ...loaded, project: { ...loaded.project, services: Object.fromEntries(services) } };
}

/** Anonymous volumes are mounted elsewhere. */
export function moveAnonymous(loaded: Loaded): Loaded {
  const services = Object.entries(loaded.project.services).map(([name, service]) => [
    name,
    {
      ...service,
      volumes: (service.volumes ?? []).map((one) => (one.source ? one : { ...one, target: '/moved' })),
    },
  ]);
  return { ...loaded, project: { ...loaded.project, services: Object.fromEntries(services) } };
}

/** The same world through an engine whose process is killed after so many calls. */
export function killedAfter(stopAt: number, { world }: FakeEngine): FakeEngine {
  let calls = 0;
  const onCall = (): void => {
    calls += 1;
    if (calls > stopAt) throw new Error('killed');
  };
  return new FakeEngine({ exitOf, onCall }, world);
}
