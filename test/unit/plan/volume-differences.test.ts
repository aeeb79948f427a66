import { describe, expect, it } from 'vitest';
import type { Loaded, Volume } from '../../../src/compose/types.ts';
import type { UpOptions } from '../../../src/plan/inputs.ts';
import { planUp } from '../../../src/plan/plan-up.ts';
import type { FakeEngine } from '../../../src/podman/fake/fake-engine.ts';
import type { VolumeSpec } from '../../../src/podman/spec.ts';
import { loadedFrom } from '../../support/projects.ts';
import { newEngine } from '../../support/random-projects.ts';
import { inputFor, up, upOptions } from '../../support/run-plan.ts';

/** Two services that mount one volume. */
function project(data: Partial<Volume>): Loaded {
  const service = { volumes: [{ type: 'volume' as const, source: 'data', target: '/data' }] };
  return loadedFrom({ a: service, b: service }, { volumes: { data: { name: 'p_data', ...data } } });
}

async function told(
  engine: FakeEngine,
  data: Partial<Volume>,
  options: Partial<UpOptions> = {},
): Promise<unknown[]> {
  const { diagnostics } = planUp(await inputFor(project(data), engine), { ...upOptions, ...options });
  return diagnostics.map(({ code, message, span, hint }) => [code, span?.path, message, hint]);
}

async function engineWith(volume: VolumeSpec): Promise<FakeEngine> {
  const engine = newEngine();
  await engine.createVolume(volume);
  return engine;
}

const anew = 'to have it made anew, without its data: "down", "podman volume rm p_data", "up"';

describe('a volume that we made', () => {
  it.each<[string, Partial<Volume>, Partial<Volume>, string]>([
    ['another label', { labels: { tier: 'one' } }, { labels: { tier: 'two' } }, 'tier'],
    ['labels more', {}, { labels: { tier: 'one', owner: 'me' } }, 'owner, tier'],
    ['a label less', { labels: { tier: 'one', owner: 'me' } }, { labels: { tier: 'one' } }, 'owner'],
  ])('is told of for %s, once, each time, and left as it is', async (_, before, after, names) => {
    const engine = newEngine();
    await up(project(before), engine);
    const warning = [
      'W_VOLUME_DIFFERS',
      'volumes.data.labels',
      `volume "p_data" exists with other labels (${names}), and stays as it is`,
      anew,
    ];
    expect(await told(engine, after)).toEqual([warning]);
    expect((await up(project(after), engine)).plan.actions).toEqual([]);
    expect(await told(engine, after)).toEqual([warning]);
    expect(await told(engine, after, { ignoreVolumeConfig: true })).toEqual([]);
    expect(await told(engine, before)).toEqual([]);
  });

  it('is refused, not told of, for other options', async () => {
    const engine = newEngine();
    await up(project({}), engine);
    await expect(told(engine, { driver_opts: { type: 'tmpfs' } })).rejects.toThrow('with another driver');
  });
});

describe('a volume that another tool made for the project', () => {
  const theirs = {
    name: 'p_data',
    labels: { 'com.docker.compose.project': 'p', 'com.docker.compose.volume': 'data', extra: 'theirs' },
  };

  it('is compared by what the engine tells of it', async () => {
    const engine = await engineWith({ ...theirs, options: { o: 'uid=5', UID: '5', type: 'tmpfs' } });
    expect(await told(engine, { driver_opts: { o: 'uid=5', type: 'tmpfs' } })).toEqual([]);
    expect(await told(engine, { driver: 'other', driver_opts: { o: 'uid=6' }, labels: { l: '1' } })).toEqual([
      [
        'W_VOLUME_DIFFERS',
        'volumes.data.driver',
        'volume "p_data" exists with the driver local and other options (o, type) and other labels (l), and stays as it is',
        anew,
      ],
    ]);
  });
});

describe('a volume of somebody else', () => {
  const hint = 'set external: true to use it as it is, or give it another name';

  it('of nobody is told of, and may have labels that the file does not ask for', async () => {
    const engine = await engineWith({ name: 'p_data', labels: { extra: 'theirs' } });
    expect(await told(engine, {})).toEqual([
      [
        'W_VOLUME_DIFFERS',
        'volumes.data.name',
        'volume "p_data" of no project exists, and is used as it is',
        hint,
      ],
    ]);
    expect(await told(engine, { labels: { l: '1' } })).toEqual([
      [
        'W_VOLUME_DIFFERS',
        'volumes.data.labels',
        'volume "p_data" of no project exists with other labels (l), and stays as it is',
        hint,
      ],
    ]);
    expect(await told(engine, {}, { ignoreVolumeConfig: true })).toEqual([]);
  });

  it.each(['com.docker.compose.project', 'io.podman.compose.project', 'io.tscompose.project'])(
    'of another project is told of, by %s',
    async (label) => {
      const engine = await engineWith({ name: 'p_data', labels: { [label]: 'other' } });
      expect(await told(engine, {})).toEqual([
        [
          'W_VOLUME_DIFFERS',
          'volumes.data.name',
          'volume "p_data" of project "other" exists, and is used as it is',
          hint,
        ],
      ]);
    },
  );
});

it('an external volume is its owner’s', async () => {
  const engine = await engineWith({ name: 'p_data', labels: {} });
  expect(await told(engine, { external: true, labels: { l: '1' } })).toEqual([]);
});
