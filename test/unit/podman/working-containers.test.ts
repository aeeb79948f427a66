import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildWithPodman } from '../../../src/podman/podman-build.ts';
import { removeStaleBuilds } from '../../../src/podman/stale-builds.ts';
import type { StorePlace } from '../../../src/podman/types.ts';
import { markOption, withoutMark } from '../../../src/podman/working-containers.ts';
import { requestFor } from '../../support/build-world.ts';

let folder: string;
let runtime: string;
let store: StorePlace;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tscompose-working-'));
  runtime = join(folder, 'runtime');
  store = { graphRoot: join(folder, 'store'), driver: 'overlay', mountProgram: false, plainUpper: true };
  for (const made of ['runtime', 'temporary', 'bin']) mkdirSync(join(folder, made));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Where a builder writes down what it was asked for, of one of its containers. */
function stateOf(container: string): string {
  return join(store.graphRoot, 'overlay-containers', container, 'userdata');
}

function hasContainer(container: string, state: string): void {
  mkdirSync(stateOf(container), { recursive: true });
  writeFileSync(join(stateOf(container), 'buildah.json'), state);
}

/** `rm` writes down what it was to remove, and a build makes a container and does this. */
function podman(script: string, removal = 'exit 0'): void {
  writeFileSync(
    join(folder, 'bin/podman'),
    `#!/bin/sh
case "$1" in
rm) echo "$@" >> ${folder}/removed; ${removal} ;;
ps) cat ${folder}/listed 2>/dev/null ;;
build) mkdir -p ${stateOf('mine')}; echo "$@" > ${stateOf('mine')}/buildah.json; ${script} ;;
esac
`,
  );
  chmodSync(join(folder, 'bin/podman'), 0o755);
}

const environment = (): Record<string, string> => ({
  PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
  HOME: folder,
  TMPDIR: join(folder, 'temporary'),
});

function removed(): string[] {
  const path = join(folder, 'removed');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

async function interrupted(): Promise<void> {
  const abort = new AbortController();
  const building = buildWithPodman(requestFor(folder, {}), ['p-a'], {
    url: 'unix:///nowhere',
    environment: environment(),
    folder: runtime,
    store,
    runtimePath: undefined,
    signal: abort.signal,
    output: () => abort.abort(new Error('interrupted')),
    what: 'it',
  });
  await expect(building).rejects.toThrow('interrupted');
}

describe("a whole build's working container", () => {
  beforeEach(() => {
    hasContainer('theirs', '{"Args":{"TSCOMPOSE_BUILD":"build-1-abc"}}');
    hasContainer('other', '{}');
  });

  it('goes when the build is interrupted, and no other', async () => {
    podman('echo there; exec sleep 60');
    await interrupted();
    expect(removed()).toEqual(['rm --force --ignore --volumes --time=0 mine']);
    expect(readdirSync(runtime)).toEqual([]);
  });

  it('is found by the next build when it could not be removed', async () => {
    podman('echo there; exec sleep 60', 'exit 1');
    await interrupted();
    expect(readdirSync(runtime)).toEqual([expect.stringMatching(`^build-${process.pid}-`)]);
  });

  it('is removed by the next build after one that was killed', async () => {
    const { pid } = spawnSync('true');
    mkdirSync(join(runtime, `build-${pid}-xyz`));
    hasContainer('left', `{"Args":{"TSCOMPOSE_BUILD":"build-${pid}-xyz"}}`);
    podman('exit 9');
    const request = { folder: runtime, store, runtimePath: undefined, url: 'unix:///nowhere' };
    await removeStaleBuilds({ ...request, environment: environment() });
    expect(removed()).toEqual(['rm --force --ignore --volumes --time=0 left']);
    expect(readdirSync(runtime)).toEqual([]);
  });
});

describe('a working container of which nothing was written yet', () => {
  const ids = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64));
  const [lost = '', engines = '', others = '', written = ''] = ids;

  it('goes when nobody goes on with it, and the engine says that it is one', async () => {
    const { pid } = spawnSync('true');
    mkdirSync(stateOf(others), { recursive: true });
    utimesSync(join(stateOf(others), '..'), 1, 1);
    mkdirSync(join(runtime, `build-${pid}-xyz`));
    for (const id of [lost, engines, written]) mkdirSync(stateOf(id), { recursive: true });
    writeFileSync(join(stateOf(lost), '.tmp-buildah.json1'), '');
    setTimeout(() => hasContainer(written, '{}'), 500);
    const listed = [`${lost} storage x-working-container-1`, `${engines} created x-working-container`];
    writeFileSync(
      join(folder, 'listed'),
      [...listed, `${others} storage x-working-container`, ''].join('\n'),
    );
    podman('exit 9');
    const request = { folder: runtime, store, runtimePath: undefined, url: 'unix:///nowhere' };
    await removeStaleBuilds({ ...request, environment: environment() });
    expect(removed()).toEqual([`rm --force --ignore --volumes --time=0 ${lost}`]);
    expect(readdirSync(runtime)).toEqual([]);
  });

  it('is known at once when its state stands beside its place', async () => {
    const { pid } = spawnSync('true');
    mkdirSync(join(runtime, `build-${pid}-xyz`));
    mkdirSync(stateOf(lost), { recursive: true });
    const state = `{"Args":{"TSCOMPOSE_BUILD":"build-${pid}-xyz"}}`;
    writeFileSync(join(stateOf(lost), '.tmp-buildah.json1'), state);
    podman('exit 9');
    const request = { folder: runtime, store, runtimePath: undefined, url: 'unix:///nowhere' };
    await removeStaleBuilds({ ...request, environment: environment() });
    expect(removed()).toEqual([`rm --force --ignore --volumes --time=0 ${lost}`]);
  });
});

it('the mark is nothing that is told of a build', () => {
  expect(markOption('build-1-a')).toBe('--build-arg=TSCOMPOSE_BUILD=build-1-a');
  const told = (names: string): string =>
    `[linux/386] [Warning] one or more build args were not consumed: [${names}]`;
  expect(withoutMark(told('TSCOMPOSE_BUILD'))).toBeUndefined();
  expect(withoutMark(told('A TSCOMPOSE_BUILD Z'))).toBe(told('A Z'));
  expect(withoutMark('STEP 1/2: FROM x')).toBe('STEP 1/2: FROM x');
});
