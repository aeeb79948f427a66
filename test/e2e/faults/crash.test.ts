/**
 * The process may die, and the engine may fail, at any call; the next run makes everything right.
 * `TSCOMPOSE_FAULTS=full` adds a larger project, a hundred random moments and every harm at every call; it takes an hour.
 * `TSCOMPOSE_FAULTS_MOMENTS=100` alone makes it so many random moments, of the small project.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runsHere } from '../support/skips.ts';
import { Canary } from './support/canary.ts';
import { groupMembers } from './support/command.ts';
import type { Harm } from './support/fault-proxy.ts';
import { type Before, badOutput, broken } from './support/invariants.ts';
import { Lab, type Project } from './support/lab.ts';
import { type Size, smallProject } from './support/small-project.ts';

const isFull = process.env['TSCOMPOSE_FAULTS'] === 'full';
const hour = 3_600_000;
const callLimitSeconds = 2;

let lab: Lab;
let canary: Canary;

beforeAll(async () => {
  lab = await Lab.open();
  canary = await Canary.plant(lab);
});
afterAll(async () => {
  const changes = await canary.changes();
  canary.remove();
  await lab.close();
  expect(changes).toEqual([]);
});

interface Scene {
  /** What stands before the command runs. */
  readonly before: 'nothing' | 'up' | 'up, then changed' | 'up, then its pod changed';
  readonly args: readonly string[];
  readonly size?: Size;
}

const scenes: readonly (readonly [string, Scene])[] = [
  ['up', { before: 'nothing', args: ['up', '-d'] }],
  ['up after a change', { before: 'up, then changed', args: ['up', '-d'] }],
  ['up after a change of the pod', { before: 'up, then its pod changed', args: ['up', '-d'] }],
  ['restart', { before: 'up', args: ['restart'] }],
  ['down', { before: 'up', args: ['down', '-v'] }],
];

interface Crash {
  /** Changing calls that it came to. */
  readonly calls: readonly string[];
  readonly code: number;
  readonly ms: number;
  readonly stderr: string;
  readonly wrong: readonly string[];
  readonly before: Before;
}

type Moment =
  | { readonly at: number; readonly harm: Harm }
  /** Milliseconds after its start. */
  | { readonly killAfterMs: number };

const changes: Readonly<Record<Scene['before'], 'container' | 'pod' | undefined>> = {
  nothing: undefined,
  up: undefined,
  'up, then changed': 'container',
  'up, then its pod changed': 'pod',
};

async function crash(project: Project, scene: Scene, moment?: Moment): Promise<Crash> {
  lab.proxy.arm();
  const size = scene.size ?? 'small';
  project.write(smallProject(project.name, { size }));
  if (scene.before !== 'nothing') {
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code, stderr).toBe(0);
  }
  const before = { volumes: await project.anonymousVolumes(), mustStay: scene.args[0] !== 'down' };
  project.write(smallProject(project.name, { size, changed: changes[scene.before] }));
  const isHang = moment !== undefined && 'harm' in moment && moment.harm === 'hang';
  const env = isHang ? { COMPOSE_HTTP_TIMEOUT: String(callLimitSeconds) } : {};
  const running = project.start(scene.args, { env });
  const kill = (): void => running.signal('SIGKILL');
  lab.proxy.arm(moment && 'harm' in moment ? { ...moment, kill } : undefined);
  const timer = moment && 'killAfterMs' in moment ? setTimeout(kill, moment.killAfterMs) : undefined;
  const ended = await running.ended;
  clearTimeout(timer);
  const calls = [...lab.proxy.calls];
  lab.proxy.arm();
  const orphans = groupMembers(running.pid).map((member) => `still runs: ${member}`);
  return {
    calls,
    code: ended.code,
    ms: ended.ms,
    stderr: ended.stderr,
    wrong: [...orphans, ...badOutput(ended)],
    before,
  };
}

/** The exit codes that a harm may have; a call that never came leaves the command as it is. */
const codes: Readonly<Record<Harm, readonly number[]>> = {
  'kill before': [137],
  'kill after': [137],
  error: [1],
  hang: [1],
  slow: [0],
  'drop before': [0],
  'drop after': [0],
};

/** @returns what was wrong afterwards, by call */
async function everywhere(
  project: Project,
  scene: Scene,
  harmsAt: (call: number) => readonly Harm[],
): Promise<string[]> {
  const clean = await crash(project, scene);
  const wrong = [...clean.wrong, ...(await broken(project, scene.size, clean.before))];
  expect(clean.code).toBe(0);
  // Both services are stopped and started at the least; the others make or remove more than that.
  expect(clean.calls.length).toBeGreaterThanOrEqual(scene.args[0] === 'restart' ? 4 : 6);
  for (let at = 1; at <= clean.calls.length; at++) {
    for (const harm of harmsAt(at)) {
      const found = await crash(project, scene, { at, harm });
      const told = `${harm} ${at} (${found.calls[at - 1] ?? 'not reached'})`;
      const wanted = at <= found.calls.length ? codes[harm] : [0];
      const problems = [...found.wrong, ...(await broken(project, scene.size, found.before))];
      if (!wanted.includes(found.code)) problems.push(`exit code ${found.code}: ${found.stderr}`);
      wrong.push(...problems.map((problem) => `${told}: ${problem}`));
    }
  }
  return wrong;
}

const projectOf = (suffix: string): Project => lab.project(suffix, smallProject('x'));

describe('killed before and after every engine call', { timeout: hour }, () => {
  it.each(scenes)('%s: the next up converges and nothing leaks', async (name, scene) => {
    const project = projectOf(`k${name.replaceAll(' ', '')}`);
    // Making a pod anew takes many calls; after one of them is before the next.
    const harms: readonly Harm[] =
      scene.before === 'up, then its pod changed' && !isFull ? ['kill after'] : ['kill before', 'kill after'];
    expect(await everywhere(project, scene, () => harms)).toEqual([]);
  });
});

describe('an engine that fails at any call', { timeout: hour }, () => {
  const harms: readonly Harm[] = ['error', 'drop before', 'hang', 'drop after', 'slow'];

  it('up: a right exit code, then the next up converges', async () => {
    const harmsAt = (call: number): readonly Harm[] =>
      isFull ? harms : harms.filter((_, index) => index === call % harms.length);
    expect(await everywhere(projectOf('fup'), { before: 'nothing', args: ['up', '-d'] }, harmsAt)).toEqual(
      [],
    );
  });

  const everyCommand = runsHere(
    isFull,
    'every harm at every call of the other commands',
    'it takes an hour: TSCOMPOSE_FAULTS=full runs it',
  );
  it.runIf(everyCommand).each(scenes.slice(1))('%s: the same', async (name, scene) => {
    expect(await everywhere(projectOf(`f${name.replaceAll(' ', '')}`), scene, () => harms)).toEqual([]);
  });
});

describe('killed at random moments', { timeout: 2 * hour }, () => {
  const count = Number(process.env['TSCOMPOSE_FAULTS_MOMENTS'] ?? (isFull ? 100 : 3));

  it(`${count} times: the next up converges and nothing leaks`, async () => {
    const project = projectOf('random');
    const size: Size = isFull ? 'large' : 'small';
    const wrong: string[] = [];
    for (let round = 0; round < count; round++) {
      const [name, scene] = scenes[round % scenes.length] ?? ['', { before: 'nothing', args: [] }];
      const whole = await crash(project, { ...scene, size });
      wrong.push(...(await broken(project, size, whole.before)));
      const killAfterMs = Math.random() * whole.ms;
      const found = await crash(project, { ...scene, size }, { killAfterMs });
      for (const problem of [...found.wrong, ...(await broken(project, size, found.before))])
        wrong.push(`${name} after ${Math.round(killAfterMs)} ms: ${problem}`);
    }
    expect(wrong).toEqual([]);
  });
});
