/** Commands on one project at the same time: one works, the others wait for it and say so. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Ended } from './support/command.ts';
import { badOutput } from './support/invariants.ts';
import { Lab, type Project } from './support/lab.ts';
import { smallProject } from './support/small-project.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());

const projectOf = (suffix: string): Project => {
  const project = lab.project(suffix, smallProject('x'));
  project.write(smallProject(project.name));
  return project;
};

async function states(project: Project): Promise<string[]> {
  return (await project.containers()).map(
    ({ name, state }) => `${name.replace(`${project.name}-`, '')} ${state}`,
  );
}

/** What waits for this long shows who works; the holder is caught while its health check runs. */
const slowProject = (name: string): Record<string, string> => {
  const files = smallProject(name);
  const slow = (files['compose.yaml'] ?? '')
    .replace('test -f /data/mark || cat', 'sleep 3; cat')
    .replace('interval: 1s', 'interval: 1s, retries: 60');
  return { ...files, 'compose.yaml': slow };
};

it.each([2, 8])('%i up -d at once all exit 0 and make one set of objects', async (count) => {
  const project = projectOf(`c${count}`);
  lab.proxy.arm();
  const ends = await Promise.all(Array.from({ length: count }, () => project.run(['up', '-d'])));
  expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 0));
  expect(ends.flatMap(badOutput)).toEqual([]);
  expect(await states(project)).toEqual(['db-1 running', 'web-1 running']);
  const made = lab.proxy.calls.filter((call) => call.endsWith('/create') || call.endsWith('/start')).sort();
  expect(made.length).toBe(new Set(made).size + 1);
  expect(made.filter((call) => call === 'POST /containers/create')).toHaveLength(2);
  const waited = ends.filter(({ stderr }) => /waiting for up \(pid \d+\) on project/.test(stderr));
  expect(waited.length).toBe(count - 1);
  expect((await project.run(['down', '-v'])).code).toBe(0);
  expect([...(await project.objects()), ...lab.leftFiles()]).toEqual([]);
});

it('down waits for the up that runs, and everything is gone in the end', async () => {
  const project = projectOf('down');
  project.write(slowProject(project.name));
  const up = project.start(['up', '-d']);
  await eventually(async () => expect((await project.containers()).length).toBeGreaterThan(0));
  const down = await project.run(['down', '-v']);
  expect(down.code, down.stderr).toBe(0);
  expect(down.stderr).toContain(`waiting for up (pid ${up.pid}) on project ${project.name}`);
  expect((await up.ended).code).toBe(0);
  expect([...(await project.objects()), ...lab.leftFiles()]).toEqual([]);
});

it('a command that may not wait so long exits 5 and names the holder', async () => {
  const project = projectOf('limit');
  project.write(slowProject(project.name));
  const up = project.start(['up', '-d']);
  await eventually(async () => expect((await project.containers()).length).toBeGreaterThan(0));
  for (const [value, limitMs] of [
    ['0', 2_000],
    ['300ms', 3_000],
  ] as const) {
    const late = await project.run(['--lock-timeout', value, 'restart']);
    expect(late.code).toBe(5);
    expect(late.stderr).toContain(`up (pid ${up.pid}) works on project "${project.name}"`);
    expect(late.ms).toBeLessThan(limitMs + 2_000);
  }
  expect((await project.run(['ps'])).code, 'looking needs no lock').toBe(0);
  expect((await up.ended).code).toBe(0);
});

it('a holder that was killed holds nothing: those who wait go on, one after the other', async () => {
  const project = projectOf('killed');
  project.write(slowProject(project.name));
  const up = project.start(['up', '-d']);
  await eventually(async () => expect((await project.containers()).length).toBeGreaterThan(0));
  const waiting = Array.from({ length: 3 }, () => project.start(['up', '-d']));
  await eventually(() => {
    for (const one of waiting) expect(one.stderr()).toContain(`waiting for up (pid ${up.pid})`);
  });
  up.signal('SIGKILL');
  const ends: Ended[] = await Promise.all(waiting.map(({ ended }) => ended));
  expect(ends.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0]);
  expect(await states(project)).toEqual(['db-1 running', 'web-1 running']);
  expect((await project.run(['down', '-v'])).code).toBe(0);
  expect([...(await project.objects()), ...lab.leftFiles()]).toEqual([]);
});

it('a command that waits for the lock is ended by a signal', async () => {
  const project = projectOf('signal');
  project.write(slowProject(project.name));
  const up = project.start(['up', '-d']);
  await eventually(async () => expect((await project.containers()).length).toBeGreaterThan(0));
  const waiting = project.start(['down']);
  await eventually(() => expect(waiting.stderr()).toContain('waiting for up'));
  waiting.signal('SIGINT');
  const ended = await waiting.ended;
  expect([ended.code, ended.stderr.split('\n').length]).toEqual([130, 2]);
  expect((await up.ended).code).toBe(0);
});
