/** Real runs on a pseudo-terminal, which `script` of util-linux makes. */
import { execa } from 'execa';
import { expect } from 'vitest';
import { eventually } from './support/eventually.ts';
import { cli, type Project } from './support/project.ts';
import { scenario } from './support/scenario.ts';

/** Runs tscompose on a terminal of 80x24; what it shows comes on stdout, keys go in on stdin. */
function onTerminal(project: Project, ...args: string[]) {
  const command = `stty cols 80 rows 24; exec ${process.execPath} ${cli} ${args.join(' ')}`;
  return execa('script', ['-qec', command, '/dev/null'], {
    cwd: project.dir,
    env: { TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1', COMPOSE_PROGRESS: '' },
    reject: false,
    stdin: 'pipe',
    timeout: 120_000,
  });
}

/** What is left on the screen when lines that were drawn over are gone. */
function lastFrame(output: string): string {
  const frame = output.split(/\x1b\[\d+A/).at(-1) ?? '';
  return frame.replace(/\x1b\[\??[0-9]*[A-Za-z]|\r/g, '');
}

scenario('progress on a terminal must be drawn in place and give the cursor back', async ({ project }) => {
  project.compose(`
services:
  web: { <<: *sleep, depends_on: { db: { condition: service_healthy } } }
  db: { <<: *sleep, healthcheck: { test: ["CMD", "true"], interval: 1s } }
`);
  const { stdout, exitCode } = await onTerminal(project, 'up', '-d', '--wait');
  expect(exitCode, stdout).toBe(0);
  expect(await project.states()).toEqual(['db-1 running', 'web-1 running']);
  expect(stdout.indexOf('\x1b[?25l')).toBeGreaterThanOrEqual(0);
  expect(stdout.lastIndexOf('\x1b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\x1b[?25l'));
  // NO_COLOR: cursor movements, and not one colour.
  expect(stdout).not.toMatch(/\x1b\[[0-9;]*m/);
  const lines = lastFrame(stdout)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/ +\d+\.\ds$/, '').replace(/ {2,}/g, ' '));
  expect(lines.at(-1)).toMatch(/^4 done in/);
  expect(lines.slice(0, -1).sort()).toEqual([
    '✔ Container db-1 Healthy',
    '✔ Container web-1 Healthy',
    '✔ Network default Created',
    `✔ Pod pod_${project.name} Started`,
  ]);
});

scenario(
  'Ctrl-C at a terminal must stop the project, exit 130 and give the cursor back',
  async ({ project }) => {
    project.compose(`
services:
  web: { <<: *sleep, depends_on: { db: { condition: service_healthy } } }
  db: { <<: *sleep, healthcheck: { test: ["CMD", "false"], interval: 1s, retries: 1000 } }
`);
    const child = onTerminal(project, 'up');
    await eventually(async () => {
      expect(await project.states()).toContain('db-1 running');
    });
    child.stdin?.write('\x03');
    const { stdout, exitCode } = await child;
    expect(exitCode, stdout).toBe(130);
    expect(stdout.lastIndexOf('\x1b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\x1b[?25l'));
    expect((await project.states()).filter((state) => state.endsWith('running'))).toEqual([]);
  },
);
