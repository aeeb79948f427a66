import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildWithPodman } from '../../../src/podman/podman-build.ts';
import { removeTree } from '../../../src/podman/remove-tree.ts';
import { removeStaleBuilds } from '../../../src/podman/stale-builds.ts';
import { temporaryBase } from '../../../src/podman/temporary-base.ts';
import { requestFor } from '../../support/build-world.ts';

let folder: string;
let base: string;
let runtime: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tscompose-temporary-'));
  base = join(folder, 'base');
  runtime = join(folder, 'runtime');
  for (const made of [base, runtime, join(folder, 'bin')]) mkdirSync(made);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

/** A builder that does this; as an ordinary user's, it has a namespace as well. */
function podman(script: string): void {
  program('podman', `[ "$1" != unshare ] || { shift; exec "$@"; }\n${script}`);
}

function environment(): Record<string, string> {
  return { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: folder, TMPDIR: base };
}

function build(signal?: AbortSignal, output: (line: string) => void = () => undefined): Promise<void> {
  return buildWithPodman(requestFor(folder, {}), ['p-a'], {
    url: 'unix:///nowhere',
    environment: environment(),
    folder: runtime,
    store: undefined,
    runtimePath: join(folder, 'bin/runtime'),
    ...(signal ? { signal } : {}),
    output,
    what: 'it',
  });
}

/** As Buildah leaves it: mount points that nobody may read. */
const bundle =
  'mkdir -p "$TMPDIR/buildah1/mnt/rootfs"; echo x > "$TMPDIR/buildah1/layer"; chmod 0 "$TMPDIR/buildah1/mnt/rootfs"; chmod 111 "$TMPDIR/buildah1/mnt"';

describe('what a builder leaves', () => {
  it('is removed when the build is interrupted', async () => {
    podman(`${bundle}; echo there; exec sleep 60`);
    const abort = new AbortController();
    await expect(build(abort.signal, () => abort.abort(new Error('interrupted')))).rejects.toThrow(
      'interrupted',
    );
    expect([...readdirSync(base), ...readdirSync(runtime)]).toEqual([]);
  });

  it('is ended by the runtime, and removed from the store, when it is a container', async () => {
    program('runtime', `echo "$@" >> ${join(folder, 'asked')}`);
    podman(
      'mkdir "$TMPDIR/buildah12" "$TMPDIR/buildah3" "$TMPDIR/other"; touch "$TMPDIR/buildah12/config.json"; exit 3',
    );
    await expect(build()).rejects.toThrow('ended with 3');
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('delete --force buildah-buildah12\n');
  });

  it('is ended when it is a program that outlives the builder', async () => {
    program('helper', 'while :; do echo x >> "$1/more"; mkdir -p "$1"; sleep 0.01; done');
    podman(
      `mkdir "$TMPDIR/buildah12"; setsid ${join(folder, 'bin/helper')} "$TMPDIR/buildah12" > /dev/null 2>&1 & exit 3`,
    );
    await expect(build()).rejects.toThrow('ended with 3');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([...readdirSync(base), ...readdirSync(runtime)]).toEqual([]);
  });

  it('is removed when the build fails', async () => {
    podman(`${bundle}; exit 3`);
    await expect(build()).rejects.toThrow('ended with 3');
    expect([...readdirSync(base), ...readdirSync(runtime)]).toEqual([]);
  });

  it('is removed by the next build after one that was killed', async () => {
    const { pid } = spawnSync('true');
    const left = join(base, `tscompose-build-${pid}-abc`);
    mkdirSync(left);
    spawnSync('sh', ['-c', bundle], { env: { TMPDIR: left, PATH: process.env['PATH'] } });
    mkdirSync(join(runtime, `build-${pid}-abc`));
    symlinkSync(left, join(runtime, `build-${pid}-abc`, 'temporary'));
    podman('exit 9');
    const stale = { folder: runtime, store: undefined, runtimePath: undefined, url: 'unix:///nowhere' };
    await removeStaleBuilds({ ...stale, environment: environment() });
    expect([...readdirSync(base), ...readdirSync(runtime)]).toEqual([]);
  });
});

/** Only root may mount, and not everywhere. */
function mountedAt(place: string, source: string): boolean {
  return process.getuid?.() === 0 && spawnSync('mount', ['--bind', source, place]).status === 0;
}

it('takes a mount away and nothing that is in it', async ({ skip }) => {
  const source = join(folder, 'source');
  const place = join(base, 'left here/buildah1/mnt');
  for (const made of [source, place]) mkdirSync(made, { recursive: true });
  writeFileSync(join(source, 'file'), 'mine');
  if (!mountedAt(place, source)) skip('nothing can be mounted here');
  const removing = { url: 'unix:///nowhere', environment: environment() };
  expect(await removeTree(join(base, 'left here'), removing)).toBe(true);
  expect(readdirSync(base)).toEqual([]);
  expect(readFileSync(join(source, 'file'), 'utf8')).toBe('mine');
});

it('keeps caches of commands for the next build', async () => {
  const cache = `buildah-cache-${process.getuid?.()}`;
  podman(`mkdir -p "$TMPDIR/${cache}/one"; echo warm >> "$TMPDIR/${cache}/one/file"`);
  await build();
  await build();
  expect(readdirSync(base)).toEqual([cache]);
  expect(readFileSync(join(base, cache, 'one/file'), 'utf8')).toBe('warm\nwarm\n');
});

it('leaves it to podman to say that nothing can be written there', async () => {
  rmSync(base, { recursive: true });
  writeFileSync(base, '');
  podman(`echo "$TMPDIR" > ${join(folder, 'given')}`);
  await build();
  expect(readFileSync(join(folder, 'given'), 'utf8')).toBe(`${base}\n`);
  expect(existsSync(base) && readdirSync(runtime)).toEqual([]);
});

describe('the place of temporary files', () => {
  const config = (text: string): string => {
    const file = join(folder, 'containers.conf');
    writeFileSync(file, text);
    return file;
  };

  it.each([
    ['', undefined, '/var/tmp'],
    ['[engine]\nimage_copy_tmp_dir = "/large/tmp"\n', undefined, '/large/tmp'],
    ['[engine]\n#image_copy_tmp_dir = "/large/tmp"\n', undefined, '/var/tmp'],
    ['[engine]\nimage_copy_tmp_dir="storage"\n', undefined, '/store/tmp'],
    ['[engine]\nimage_copy_tmp_dir = "/large/tmp"\n', '/mine', '/mine'],
  ])('is, with %j and TMPDIR %s, %s', (text, given, expected) => {
    const settings = { CONTAINERS_CONF: config(text), ...(given === undefined ? {} : { TMPDIR: given }) };
    expect(temporaryBase(settings, '/store')).toBe(expected);
  });

  it('is what a drop-in of the user says last', () => {
    mkdirSync(join(folder, '.config/containers/containers.conf.d'), { recursive: true });
    writeFileSync(join(folder, '.config/containers/containers.conf'), 'image_copy_tmp_dir = "/first"\n');
    writeFileSync(
      join(folder, '.config/containers/containers.conf.d/9.conf'),
      'image_copy_tmp_dir = "/last"\n',
    );
    expect(temporaryBase({ HOME: folder }, undefined)).toBe('/last');
  });
});
