import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildWithPodman } from '../../../src/podman/podman-build.ts';
import { requestFor } from '../../support/build-world.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tscompose-podman-build-'));
  const podman = join(folder, 'podman');
  // Writes down how it was called: one file for the arguments, one for the environment.
  writeFileSync(
    podman,
    `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/arguments\n/usr/bin/env > ${folder}/environment\nfor last; do :; done; [ ! -f "$last/f" ] || cat "$last/f" > ${folder}/context\n`,
  );
  chmodSync(podman, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('hands build arguments over in the environment, but for names that the builder itself reads', async () => {
  const path = `${folder}:${process.env['PATH'] ?? ''}`;
  const args = { TOKEN: 'hidden', EMPTY: '', PATH: '/app/bin', HOME: '/app', LD_PRELOAD: 'x.so' };
  await buildWithPodman(requestFor(folder, { args }), ['p-a'], {
    url: 'unix:///nowhere',
    environment: { PATH: path, HOME: '/home/someone', TMPDIR: folder },
    folder,
    store: undefined,
    runtimePath: undefined,
    output: () => undefined,
    what: 'it',
  });
  const given = readFileSync(join(folder, 'arguments'), 'utf8').split('\n');
  expect(given.filter((one) => one.startsWith('--build-arg'))).toEqual([
    '--build-arg=TOKEN',
    '--build-arg=EMPTY',
    '--build-arg=PATH=/app/bin',
    '--build-arg=HOME=/app',
    '--build-arg=LD_PRELOAD=x.so',
  ]);
  const environment = readFileSync(join(folder, 'environment'), 'utf8').split('\n');
  expect(environment).toEqual(
    expect.arrayContaining(['TOKEN=hidden', 'EMPTY=', `PATH=${path}`, 'HOME=/home/someone']),
  );
  expect(environment.some((line) => line.startsWith('LD_PRELOAD='))).toBe(false);
});

it('fetches contexts from elsewhere itself: no argument holds an address, and nothing of them is left', async () => {
  const repository = join(folder, 'repository');
  mkdirSync(repository);
  writeFileSync(join(repository, 'f'), 'fetched');
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: repository });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message=1');
  const path = `${folder}:${process.env['PATH'] ?? ''}`;
  const address = `file://${repository}`;
  await buildWithPodman(requestFor(address, { additionalContexts: { more: address } }), ['p-a'], {
    url: 'unix:///nowhere',
    environment: { PATH: path, HOME: folder, TMPDIR: folder },
    folder,
    store: undefined,
    runtimePath: undefined,
    output: () => undefined,
    what: 'it',
  });
  const given = readFileSync(join(folder, 'arguments'), 'utf8');
  expect(given).not.toContain('file://');
  expect(given).toMatch(/^--build-context=more=\/.*\/git-[0-9a-f]{32}$/m);
  expect(readFileSync(join(folder, 'context'), 'utf8')).toBe('fetched');
  expect(readdirSync(folder).filter((name) => name.startsWith('build-'))).toEqual([]);
});
