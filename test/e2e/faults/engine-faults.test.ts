/** The engine is missing, goes away, comes back, or has no room left. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { busybox } from '../support/project.ts';
import { isRoot, runsHere } from '../support/skips.ts';
import { badOutput } from './support/invariants.ts';
import { Lab, type LabOptions } from './support/lab.ts';
import { smallProject } from './support/small-project.ts';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(options: LabOptions = {}): Promise<Lab> {
  const lab = await Lab.open(options);
  closing.push(() => lab.close());
  return lab;
}

describe('an engine that is missing', () => {
  it('is told with what was tried, and exit code 4', async () => {
    const lab = await open();
    const project = lab.project('missing', smallProject('x'));
    const none = `unix://${lab.folder}/none.sock`;
    for (const [env, args] of [
      [{ CONTAINER_HOST: none }, ['ps']],
      [{ DOCKER_HOST: none, CONTAINER_HOST: undefined }, ['up', '-d']],
      [{ CONTAINER_HOST: undefined }, ['--url', none, 'down']],
    ] as const) {
      const ended = await project.run(args, { env });
      expect(ended.code, ended.stderr).toBe(4);
      expect(ended.stderr).toContain(`podman does not answer at ${none} (`);
      expect(badOutput(ended)).toEqual([]);
    }
  });

  it('is told to be installed where there is no podman; a project brings none of its own', async () => {
    const lab = await open();
    const project = lab.project('nopodman', { ...smallProject('x'), 'bin/podman': '#!/bin/sh\ntouch ran\n' });
    execFileSync('chmod', ['+x', join(project.folder, 'bin/podman')]);
    const ended = await project.run(['ps'], { env: { CONTAINER_HOST: undefined, PATH: 'bin:.::' } });
    const common = process.getuid?.() === 0 ? '/run/podman/podman.sock' : '';
    if (common === '' || !existsSync(common)) {
      expect(ended.code, ended.stderr).toBe(4);
      expect(ended.stderr).toContain('podman is not installed, or not in PATH');
    } else expect(ended.code, ended.stderr).toBe(0);
    expect(existsSync(join(project.folder, 'ran'))).toBe(false);
  });
});

describe('an engine that cannot be used', () => {
  it.each([
    ['an old Podman', { 'Libpod-API-Version': '3.4.4' }, 'Podman 3.4.4 is too old'],
    ['another program', {}, 'is not Podman'],
  ])('as it is %s is told with what is needed, and exit code 4', async (_, headers, words) => {
    const lab = await open();
    const project = lab.project('old', smallProject('x'));
    const socket = join(lab.folder, 'old.sock');
    const server = createServer((_request, response) => response.writeHead(200, headers).end('OK'));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    closing.push(() => server.close());
    for (const args of [['up', '-d'], ['ps'], ['down']]) {
      const ended = await project.run(args, { env: { CONTAINER_HOST: `unix://${socket}` } });
      expect(ended.code, ended.stderr).toBe(4);
      expect(ended.stderr).toContain(words);
      expect(ended.stderr).toContain('tscompose needs Podman 4.3 or newer');
      expect(badOutput(ended)).toEqual([]);
    }
  });
});

describe('an engine that goes away in the middle', () => {
  const slow = (name: string): Record<string, string> => {
    const files = smallProject(name);
    const text = (files['compose.yaml'] ?? '')
      .replace('test -f /data/mark || cat', 'sleep 3; cat')
      .replace('interval: 1s', 'interval: 1s, retries: 600');
    return { ...files, 'compose.yaml': text };
  };

  it('is waited for, and up goes on when it is back', async () => {
    const lab = await open({ ownEngine: [] });
    const project = lab.project('restart', smallProject('x'));
    project.write(slow(project.name));
    const up = project.start(['up', '-d']);
    await eventually(() => expect(up.stderr()).toMatch(/db-1\s+Waiting/), { timeoutMs: 60_000 });
    // An engine that is killed while its runtime makes a container leaves one that it does not know.
    await eventually(async () =>
      expect((await project.containers()).map(({ state }) => state)).toContain('initialized'),
    );
    await lab.stopEngine();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await lab.startEngine();
    const ended = await up.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expect((await project.containers()).map(({ state }) => state)).toEqual(['running', 'running']);
    expect(badOutput(ended)).toEqual([]);
  });

  it('for good ends the command with code 4, and the next up makes it right', async () => {
    const lab = await open({ ownEngine: [] });
    const project = lab.project('gone', smallProject('x'));
    project.write(slow(project.name));
    const up = project.start(['up', '-d']);
    await eventually(() => expect(up.stderr()).toMatch(/db-1\s+Waiting/), { timeoutMs: 60_000 });
    await lab.stopEngine();
    const ended = await up.ended;
    await lab.startEngine();
    expect(ended.code, ended.stderr).toBe(4);
    expect(ended.stderr).toContain('podman does not answer any more');
    expect(badOutput(ended)).toEqual([]);
    const next = await project.run(['up', '-d']);
    expect(next.code, next.stderr).toBe(0);
  });
});

describe('a disk that is full', () => {
  const mayMount = runsHere(isRoot, 'a disk that is full', 'mounting a small file system needs root');
  it.runIf(mayMount)('is told as that, and the next up finds its way', async () => {
    const store = mkdtempSync(join(tmpdir(), 'tscompose-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', store]);
    closing.push(() => {
      execFileSync('umount', ['-l', store]);
      rmSync(store, { recursive: true, force: true });
    });
    const options = [
      `--root=${join(store, 'root')}`,
      `--runroot=${join(store, 'run')}`,
      '--tmpdir',
      join(store, 'tmp'),
    ];
    mkdirSync(join(store, 'tmp'));
    execFileSync('sh', ['-c', `podman save ${busybox} | podman ${options.join(' ')} load`], {
      stdio: 'pipe',
    });
    const lab = await open({ ownEngine: options });
    const project = lab.project('full', { 'compose.yaml': '' });
    project.write({
      'compose.yaml': `name: ${project.name}
services:
  web: { image: ${busybox}, command: [sleep, "1000"], network_mode: none, stop_grace_period: 0s, x-podman: { share_network: false } }
x-podman: { in_pod: false }
`,
    });
    const filler = join(store, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(200 * 1024 * 1024));
    } catch {
      // What was wanted: not a byte is left.
    }
    const ended = await project.run(['up', '-d']);
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain('E_NO_SPACE');
    expect(ended.stderr).toMatch(/no space left on device/);
    expect(badOutput(ended)).toEqual([]);
    rmSync(filler);
    const again = await project.run(['up', '-d']);
    expect(again.code, again.stderr).toBe(0);
    expect((await project.containers()).map(({ state }) => state)).toEqual(['running']);
    expect((await project.run(['down', '-v'])).code).toBe(0);
  });
});
