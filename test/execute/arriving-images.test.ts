import { describe, expect, it } from 'vitest';
import type { Loaded } from '../../src/compose/types.ts';
import { labels } from '../../src/plan/names.ts';
import { planUp } from '../../src/plan/plan-up.ts';
import { FakeEngine } from '../../src/podman/fake/fake-engine.ts';
import { FakeWorld } from '../../src/podman/fake/fake-world.ts';
import { loadedFrom } from '../support/projects.ts';
import { inputFor, up, upOptions } from '../support/run-plan.ts';
import { type BuildingUp, type FakeBuild, upWithBuilds } from '../support/up-with-builds.ts';

const slow: FakeBuild = { reference: 'slow', isKnown: true, image: {} };

function newEngine(): FakeEngine {
  const world = new FakeWorld();
  world.addImage('app');
  return new FakeEngine({}, world);
}

/** front waits for slow to run; quick needs nobody. */
const project = (): Loaded =>
  loadedFrom({
    front: { depends_on: { slow: { condition: 'service_started', required: true } } },
    quick: {},
    slow: { image: 'slow' },
  });

/** Builds that end when the test says so. */
function gate(): { readonly build: () => Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { build: () => opened, open: () => open() };
}

async function settled(): Promise<void> {
  for (let round = 0; round < 60; round++) await new Promise((resolve) => setImmediate(resolve));
}

function states(engine: FakeEngine): Record<string, string> {
  const all = [...engine.world.containers.values()].map(({ name, state }) => [name, state] as const);
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function isSettled(loaded: Loaded, engine: FakeEngine): Promise<string[]> {
  return planUp(await inputFor(loaded, engine), upOptions).plan.actions.map(({ id }) => id);
}

function endsOf({ events }: BuildingUp, kind: string): string[] {
  return events.flatMap((event) => (event.kind === kind && 'action' in event ? [event.action.id] : []));
}

describe('up while images are built', () => {
  it('makes what has its image at once, and starts all when the last image is there', async () => {
    const engine = newEngine();
    const { build, open } = gate();
    const run = await upWithBuilds(project(), engine, [slow], { build });
    await settled();
    expect(states(engine)).toEqual({ 'p-front-1': 'initialized', 'p-quick-1': 'initialized' });
    open();
    expect(await run.outcome).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(states(engine)).toEqual({
      'p-front-1': 'running',
      'p-quick-1': 'running',
      'p-slow-1': 'running',
    });
    const made = engine.world.find('p-slow-1');
    expect(made?.spec.labels[labels.image]).toBe(engine.world.images.get('slow')?.id);
    expect(await isSettled(project(), engine)).toEqual([]);
  });

  it('starts nothing when a build fails', async () => {
    const engine = newEngine();
    const run = await upWithBuilds(project(), engine, [{ ...slow, image: undefined }]);
    const outcome = await run.outcome;
    expect(outcome.exitCode).toBe(1);
    expect(Object.values(states(engine))).not.toContain('running');
    expect(new Set(endsOf(run, 'skipped'))).toEqual(
      new Set([
        'container.create/p-slow-1',
        'container.init/p-slow-1',
        'container.start/p-slow-1',
        'container.start/p-front-1',
        'container.start/p-quick-1',
      ]),
    );
  });

  it('leaves a container alone whose image comes out as it was', async () => {
    const engine = newEngine();
    engine.world.addImage('slow');
    const id = engine.world.images.get('slow')?.id ?? '';
    await up(project(), engine);
    engine.calls.length = 0;
    const run = await upWithBuilds(project(), engine, [{ ...slow, image: { id } }]);
    expect(run.plan.actions.map((action) => action.id)).toContain('container.remove/p-slow-1');
    expect((await run.outcome).exitCode).toBe(0);
    expect(engine.calls).toEqual([]);
    expect(endsOf(run, 'unneeded')).toContain('container.remove/p-slow-1');
    expect(endsOf(run, 'succeeded')).toEqual(['image.build/slow']);
  });

  it('replaces a container whose image changed, and not before it has', async () => {
    const engine = newEngine();
    engine.world.addImage('slow');
    await up(project(), engine);
    const { build, open } = gate();
    engine.calls.length = 0;
    const run = await upWithBuilds(project(), engine, [{ ...slow, image: { id: 'c'.repeat(64) } }], {
      build,
    });
    await settled();
    expect(engine.calls).toEqual([]);
    open();
    expect((await run.outcome).exitCode).toBe(0);
    expect(engine.calls).toEqual([
      'createContainer p-slow-1.new',
      'stopContainer p-slow-1',
      'removeContainer p-slow-1',
      'renameContainer p-slow-1.new',
      'initContainer p-slow-1',
      'startContainer p-slow-1',
    ]);
    expect(await isSettled(project(), engine)).toEqual([]);
  });

  it('replaces nothing when another image fails', async () => {
    const engine = newEngine();
    engine.world.addImage('slow');
    await up(project(), engine);
    const { services } = project().project;
    const changed = loadedFrom({ ...services, quick: { ...services['quick'], hostname: 'other' } });
    engine.calls.length = 0;
    const run = await upWithBuilds(changed, engine, [{ ...slow, image: undefined }]);
    expect((await run.outcome).exitCode).toBe(1);
    expect(engine.calls).toEqual([]);
  });

  it('keeps what runs when the pod is to be made anew and an image for it fails', async () => {
    const engine = newEngine();
    engine.world.addImage('slow');
    await up(project(), engine);
    const { services } = project().project;
    const changed = loadedFrom({
      ...services,
      quick: { ...services['quick'], ports: [{ target: 80, published: '18080', protocol: 'tcp' }] },
    });
    engine.calls.length = 0;
    const run = await upWithBuilds(changed, engine, [{ ...slow, image: undefined }], {
      // The port is a real one of this machine, and is not what this is about.
      engine: Object.assign(Object.create(engine) as FakeEngine, {
        capabilities: { ...engine.capabilities, remote: true },
      }),
    });
    expect((await run.outcome).exitCode).toBe(1);
    expect(engine.calls).toEqual([]);
    expect(states(engine)).toEqual({
      'p-front-1': 'running',
      'p-quick-1': 'running',
      'p-slow-1': 'running',
    });
  });

  it('makes the pod after an image of which nothing is known before: its ports may decide who shares it', async () => {
    const engine = newEngine();
    const loaded = loadedFrom({
      first: { image: 'whole' },
      second: { ports: [{ target: 80, protocol: 'tcp' }] },
    });
    const { build, open } = gate();
    const whole = { reference: 'whole', isKnown: false, image: { exposedPorts: ['80/tcp'] } };
    const run = await upWithBuilds(loaded, engine, [whole], { build });
    await settled();
    expect(engine.calls).toEqual(['createNetwork p_default']);
    open();
    expect((await run.outcome).exitCode).toBe(0);
    expect(await isSettled(loaded, engine)).toEqual([]);
    expect(engine.world.find('p-second-1')?.spec.netns).toEqual({ nsmode: 'bridge' });
  });

  it('makes nothing in the pod when an image of which nothing is known fails', async () => {
    const engine = newEngine();
    const loaded = loadedFrom({ first: { image: 'whole' }, second: {} });
    const whole = { reference: 'whole', isKnown: false, image: undefined };
    const run = await upWithBuilds(loaded, engine, [whole]);
    expect((await run.outcome).exitCode).toBe(1);
    expect(states(engine)).toEqual({});
  });
});
