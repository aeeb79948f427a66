import { describe, expect, it } from 'vitest';
import type { Loaded } from '../../../src/compose/types.ts';
import { planDown } from '../../../src/plan/plan-down.ts';
import { planKill, planRestart, planStop } from '../../../src/plan/plan-lifecycle.ts';
import { planUp } from '../../../src/plan/plan-up.ts';
import type { Plan } from '../../../src/plan/types.ts';
import { FakeEngine } from '../../../src/podman/fake/fake-engine.ts';
import { FakeWorld } from '../../../src/podman/fake/fake-world.ts';
import { loadedFrom } from '../../support/projects.ts';
import { inputFor, up, upOptions } from '../../support/run-plan.ts';

function engine(): FakeEngine {
  const world = new FakeWorld();
  world.addImage('app');
  return new FakeEngine({}, world);
}

/** Every action that must have succeeded before this one, near or far. */
function allBefore(plan: Plan, id: string): Set<string> {
  const needs = new Map(plan.actions.map((action) => [action.id as string, action.needs]));
  const found = new Set<string>();
  const queue = [...(needs.get(id) ?? [])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...(needs.get(next) ?? []));
  }
  return found;
}

const own = { 'x-podman': { share_network: false } };

function sharing(level: string): Loaded {
  return loadedFrom({
    owner: { ...own, environment: { LEVEL: level } },
    joiner: {
      network_mode: 'service:owner',
      depends_on: { owner: { condition: 'service_started', required: true } },
    },
    other: {},
  });
}

describe('a container whose namespace others have joined', () => {
  it('is removed after them, and they are made after it, whether they were named or not', async () => {
    const fake = engine();
    await up(sharing('1'), fake);
    const { plan } = planUp(await inputFor(sharing('2'), fake, ['owner']), upOptions);
    expect(allBefore(plan, 'container.remove/p-owner-1')).toContain('container.remove/p-joiner-1');
    expect(allBefore(plan, 'container.create/p-joiner-1.new')).toContain('container.rename/p-owner-1');
    expect(allBefore(plan, 'container.rename/p-joiner-1')).toContain('container.create/p-joiner-1.new');
    expect(allBefore(plan, 'container.init/p-joiner-1')).toContain('container.start/p-owner-1');
    expect(plan.actions.some(({ id }) => id.includes('p-other-1'))).toBe(false);
  });

  it('goes after them in down', async () => {
    const fake = engine();
    await up(sharing('1'), fake);
    const options = { removeOrphans: false, volumes: false, images: 'none' as const };
    const { plan } = planDown(await inputFor(sharing('1'), fake), options);
    expect(allBefore(plan, 'container.remove/p-owner-1')).toContain('container.remove/p-joiner-1');
  });
});

describe('a network whose definition changed', () => {
  const project = (internal: boolean): Loaded =>
    loadedFrom(
      { side: { networks: { side: null } }, main: {}, second: {} },
      {
        networks: {
          default: { name: 'p_default', ipam: {} },
          side: { name: 'p_side', ipam: {}, ...(internal ? { internal: true } : {}) },
        },
      },
    );

  it('is made anew between the removal and the creation of who is attached to it, named or not', async () => {
    const fake = engine();
    await up(project(false), fake);
    const { plan } = planUp(await inputFor(project(true), fake, ['main']), upOptions);
    expect(allBefore(plan, 'network.remove/p_side')).toContain('container.remove/p-side-1');
    expect(allBefore(plan, 'container.create/p-side-1.new')).toContain('network.create/p_side');
    expect(plan.actions.some(({ id }) => id.includes('p-main-1'))).toBe(false);
  });
});

describe('labels', () => {
  const project = (level: string, of: 'network' | 'volume'): Loaded =>
    loadedFrom(
      { web: { volumes: [{ type: 'volume', source: 'data', target: '/data' }] } },
      {
        networks: {
          default: { name: 'p_default', ipam: {}, ...(of === 'network' ? { labels: { level } } : {}) },
        },
        volumes: { data: { name: 'p_data', ...(of === 'volume' ? { labels: { level } } : {}) } },
      },
    );

  it('of a network are changed by making it anew, with all that is attached to it', async () => {
    const fake = engine();
    await up(project('1', 'network'), fake);
    await up(project('2', 'network'), fake);
    expect(fake.world.networks.get('p_default')?.labels?.['level']).toBe('2');
    const { plan } = planUp(await inputFor(project('2', 'network'), fake), upOptions);
    expect(plan.actions).toEqual([]);
  });

  it('of a volume that is there change nothing', async () => {
    const fake = engine();
    await up(project('1', 'volume'), fake);
    const { plan } = planUp(await inputFor(project('2', 'volume'), fake), upOptions);
    expect(plan.actions).toEqual([]);
  });
});

it('a mount whose target is relative is refused before anything is made', async () => {
  const of = (target: string): Loaded => loadedFrom({ web: { volumes: [{ type: 'volume', target }] } });
  const drive = await inputFor(of('d:/data'), engine());
  expect(() => planUp(drive, upOptions)).toThrow('the target "d:/data" of a mount is no absolute path');
  const relative = await inputFor(of('data'), engine());
  expect(() => planUp(relative, upOptions)).toThrow('"data" of a mount is no absolute path');
});

describe('--scale', () => {
  it('refuses services that are not there and names that only one can have', async () => {
    const loaded = loadedFrom({ web: { container_name: 'fixed' }, app: {} });
    const input = await inputFor(loaded, engine());
    expect(() => planUp(input, { ...upOptions, scale: { web: 2 } })).toThrow(/container_name/);
    expect(() => planUp(input, { ...upOptions, scale: { ap: 2 } })).toThrow(/no such service: ap/);
    expect(() => planUp(input, { ...upOptions, scale: { web: 1, app: 3 } })).not.toThrow();
  });
});

describe('secrets and configs', () => {
  it('that are empty are no secrets of Podman’s', async () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const loaded: Loaded = {
      ...loadedFrom(
        { app: { secrets: [{ source: 'none' }] } },
        { secrets: { none: { name: 'p_none', file: '/work/p/none' } } },
      ),
      digests: { secrets: { none: empty }, configs: {} },
    };
    const { plan } = planUp(await inputFor(loaded, engine()), upOptions);
    expect(plan.actions.filter(({ kind }) => kind === 'secret.create')).toEqual([]);
    const create = plan.actions.find(({ kind }) => kind === 'container.create');
    expect(create?.kind === 'container.create' && create.spec.mounts).toEqual([
      { type: 'bind', source: '/work/p/none', destination: '/run/secrets/none', options: ['ro', 'rbind'] },
    ]);
  });
});

describe('restart, stop and kill', () => {
  const loaded = loadedFrom({
    db: {},
    web: { depends_on: { db: { condition: 'service_started', required: true, restart: true } } },
    aside: { depends_on: { db: { condition: 'service_started', required: true } } },
  });
  const starts = (plan: Plan): string[] =>
    plan.actions.flatMap((action) => (action.kind === 'container.start' ? [action.name] : [])).sort();

  it('restart takes along who depends with restart: true, unless --no-deps', async () => {
    const fake = engine();
    await up(loaded, fake);
    const input = await inputFor(loaded, fake, ['db']);
    expect(starts(planRestart(input, { noDeps: false }).plan)).toEqual(['p-db-1', 'p-web-1']);
    expect(starts(planRestart(input, { noDeps: true }).plan)).toEqual(['p-db-1']);
  });

  it('leave containers alone that the file does not know, unless told otherwise', async () => {
    const fake = engine();
    await up(loaded, fake);
    const input = await inputFor(loadedFrom({ db: {} }), fake);
    const names = (plan: Plan): string[] =>
      plan.actions.flatMap((action) => ('name' in action ? [action.name] : []));
    expect(names(planStop(input, {}).plan)).toEqual(['p-db-1']);
    expect(names(planKill(input, { signal: 'SIGKILL', removeOrphans: false }).plan)).toEqual(['p-db-1']);
    expect(names(planKill(input, { signal: 'SIGKILL', removeOrphans: true }).plan).sort()).toEqual([
      'p-aside-1',
      'p-db-1',
      'p-web-1',
    ]);
  });
});
