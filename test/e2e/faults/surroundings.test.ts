/** A place that is not as usual: no current folder, no HOME, an open umask, few file descriptors. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { busybox, cli } from '../support/project.ts';
import { badOutput } from './support/invariants.ts';
import { Lab } from './support/lab.ts';
import { smallProject } from './support/small-project.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());

const command = `${process.execPath} ${cli}`;
const bash = (line: string): { program: readonly string[] } => ({ program: ['bash', '-c', line] });

it('a current folder that was deleted is told in a sentence', async () => {
  const project = lab.project('cwd', smallProject('x'));
  const line = `mkdir gone; cd gone; rmdir ../gone; ${command} ps`;
  const ended = await project.run([], bash(line));
  expect(ended.code, ended.stderr).not.toBe(0);
  expect(ended.stderr).toMatch(/current (folder|directory)/);
  expect(badOutput(ended)).toEqual([]);
});

it('needs no HOME and no temporary folder to look', async () => {
  const project = lab.project('home', smallProject('x'));
  const ended = await project.run(['ps'], { env: { HOME: undefined, TMPDIR: '/nowhere' } });
  expect([ended.code, ended.stderr]).toEqual([0, '']);
});

it('keeps its own files to itself whatever the umask', async () => {
  const project = lab.project('umask', smallProject('x'));
  const folder = join(lab.folder, 'open');
  const line = `umask 000; mkdir -m 0700 ${folder}; XDG_RUNTIME_DIR=${folder} ${command} -p ${project.name} up -d; code=$?; ${command} -p ${project.name} down -v; exit $code`;
  const ended = await project.run([], bash(line));
  expect(ended.code, ended.stderr).toBe(0);
  const own = join(folder, 'tscompose');
  const modes = [own, ...readdirSync(own).map((name) => join(own, name))].map(
    (path) => statSync(path).mode & 0o077,
  );
  expect(modes.filter((mode) => mode !== 0)).toEqual([]);
});

it('makes many containers with few file descriptors', async () => {
  const count = process.env['TSCOMPOSE_FAULTS'] === 'full' ? 200 : 16;
  const project = lab.project('many', { 'compose.yaml': '' });
  const services = Array.from(
    { length: count },
    (_, index) => `  s${index}: { image: ${busybox}, command: [sleep, "1000"], stop_grace_period: 0s }\n`,
  );
  project.write({ 'compose.yaml': `name: ${project.name}\nservices:\n${services.join('')}` });
  const line = `ulimit -n 64; ${command} -p ${project.name} create`;
  const ended = await project.run([], { ...bash(line), limitMs: 300_000 });
  expect(ended.code, ended.stderr).toBe(0);
  expect(await project.containers()).toHaveLength(count);
  const down = await project.run(['down']);
  expect(down.code, down.stderr).toBe(0);
});
