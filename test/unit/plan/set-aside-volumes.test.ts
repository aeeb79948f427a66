import { describe, expect, it } from 'vitest';
import type { Loaded, VolumeMount } from '../../../src/compose/types.ts';
import { planDown } from '../../../src/plan/plan-down.ts';
import { planRemove } from '../../../src/plan/plan-lifecycle.ts';
import { planUp } from '../../../src/plan/plan-up.ts';
import type { FakeEngine } from '../../../src/podman/fake/fake-engine.ts';
import { loadedFrom } from '../../support/projects.ts';
import { newEngine } from '../../support/random-projects.ts';
import { inputFor, run, up, upOptions } from '../../support/run-plan.ts';

const plain: VolumeMount = { type: 'volume', target: '/data' };
const named: VolumeMount = { type: 'volume', source: 'data', target: '/data' };

function project(volumes: readonly VolumeMount[], more: { level?: string; scale?: number } = {}): Loaded {
  const { level = '1', scale = 1 } = more;
  return loadedFrom(
    { a: { volumes, scale, environment: { LEVEL: level } } },
    { volumes: { data: { name: 'p_data' } } },
  );
}

const volumeOf = (engine: FakeEngine): string | undefined => engine.world.find('p-a-1')?.anonymous['/data'];
const volumesOf = (engine: FakeEngine): string[] => [...engine.world.volumes.keys()];

/** An engine that has a container whose anonymous volume the file has no more, and the volume's name. */
async function dropped(scale = 1): Promise<{ engine: FakeEngine; volume: string }> {
  const engine = newEngine();
  await up(project([plain], { scale }), engine);
  const volume = volumeOf(engine) ?? '';
  await up(project([], { scale }), engine);
  expect(volumeOf(engine)).toBeUndefined();
  expect(volumesOf(engine)).toHaveLength(scale);
  return { engine, volume };
}

describe('an anonymous volume whose target goes from the file', () => {
  it('is kept and told once', async () => {
    const engine = newEngine();
    await up(project([plain]), engine);
    const volume = volumeOf(engine) ?? '';
    const told = async (loaded: Loaded): Promise<string[]> =>
      planUp(await inputFor(loaded, engine), upOptions).diagnostics.map(
        ({ code, message }) => `${code} ${message}`,
      );
    expect(await told(project([]))).toEqual([
      `W_VOLUME_KEPT service "a": its anonymous volume is mounted on /data no more, and is kept: ${volume}`,
    ]);
    await up(project([]), engine);
    expect(await told(project([]))).toEqual([]);
    expect((await up(project([]), engine)).plan.actions).toEqual([]);
    expect(await told(project([], { level: '2' }))).toEqual([]);
  });

  it('is mounted again when its target comes back, whatever was there meanwhile', async () => {
    const { engine, volume } = await dropped();
    await up(project([], { level: '2' }), engine);
    await up(project([named]), engine);
    expect(volumesOf(engine).sort()).toEqual([volume, 'p_data'].sort());
    await up(project([plain]), engine);
    expect(volumeOf(engine)).toBe(volume);
    const aside = engine.world.find('p-a-1')?.spec.labels?.['io.tscompose.set-aside-volumes'];
    expect(aside).toBeUndefined();
  });

  it('goes with down -v, rm -v, scaling down and -V, and with nothing else', async () => {
    const down = { removeOrphans: false, volumes: true, images: 'none', timeout: 0 } as const;
    const first = await dropped();
    const outcome = await run(
      planDown(await inputFor(project([]), first.engine), { ...down, volumes: false }).plan,
      first.engine,
    );
    expect([outcome.exitCode, volumesOf(first.engine)]).toEqual([0, [first.volume]]);

    const second = await dropped();
    await run(planDown(await inputFor(project([]), second.engine), down).plan, second.engine);
    expect(volumesOf(second.engine)).toEqual([]);

    const third = await dropped();
    const remove = { stop: true, volumes: true, timeout: 0 };
    await run(planRemove(await inputFor(project([]), third.engine), remove).plan, third.engine);
    expect(volumesOf(third.engine)).toEqual([]);

    const fourth = await dropped(2);
    await up(project([], { scale: 1 }), fourth.engine);
    expect(volumesOf(fourth.engine)).toEqual([fourth.volume]);
    await up(project([], { level: '2' }), fourth.engine, { renewAnonymousVolumes: true });
    expect(volumesOf(fourth.engine)).toEqual([]);
  });

  it('is forgotten once somebody has removed it', async () => {
    const { engine, volume } = await dropped();
    await engine.removeVolume(volume);
    await up(project([plain]), engine);
    expect(volumesOf(engine)).toEqual([volumeOf(engine)]);
    expect(volumeOf(engine)).not.toBe(volume);
  });

  it('outlives down -v where another service mounts it by its name', async () => {
    const { engine, volume } = await dropped();
    const mount = { type: 'volume' as const, source: 'old', target: '/old' };
    const both = loadedFrom(
      { a: { volumes: [] }, b: { volumes: [mount] } },
      { volumes: { old: { name: volume, external: true } } },
    );
    await up(both, engine);
    const options = { removeOrphans: false, volumes: true, images: 'none', timeout: 0 } as const;
    expect((await run(planDown(await inputFor(both, engine), options).plan, engine)).exitCode).toBe(0);
    expect(volumesOf(engine)).toEqual([volume]);
  });
});

it('a volume that the file mounted by the name that Podman gave is nobody’s anonymous volume later', async () => {
  const given = 'ab'.repeat(32);
  const mount = { type: 'volume' as const, source: 'old', target: '/data' };
  const byName = loadedFrom(
    { a: { volumes: [mount] } },
    { volumes: { old: { name: given, external: true } } },
  );
  const engine = newEngine();
  await engine.createVolume({ name: given, labels: {} });
  await up(byName, engine);
  await up(project([plain]), engine);
  expect(volumeOf(engine)).not.toBe(given);
  await up(project([]), engine);
  const options = { removeOrphans: false, volumes: true, images: 'none', timeout: 0 } as const;
  await run(planDown(await inputFor(project([]), engine), options).plan, engine);
  expect(volumesOf(engine)).toEqual([given]);
});
