import {
  appendFileSync,
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileIndex } from '../../../src/build/context/file-index.ts';
import { LocalTree } from '../../../src/build/context/local-tree.ts';
import type { TreeFile } from '../../../src/build/context/tree.ts';
import { changedFiles } from '../../../src/build/layer/changed-files.ts';
import { asWalked, type LayerEntry, Overlay } from '../../../src/build/layer/overlay.ts';
import { canPlace, PlacedFiles } from '../../../src/build/layer/placed-files.ts';
import { BuildFolder } from '../../support/build-world.ts';

const mine = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const attributes = { ...mine, mtime: 1_000_000_000, size: 0, hostPath: '' };

function directory(path: string, mode = 0o755): LayerEntry {
  return { path, file: { ...attributes, kind: 'directory', mode } };
}

function file(path: string, text: string, mode = 0o644): LayerEntry {
  const bytes = Buffer.from(text);
  return { path, file: { ...attributes, kind: 'file', mode, size: bytes.length }, bytes };
}

function symlink(path: string, linkTarget: string): LayerEntry {
  return { path, file: { ...attributes, kind: 'symlink', mode: 0o777, linkTarget } };
}

const layer = [
  directory('d', 0o750),
  directory('d/deep'),
  file('d/deep/x', 'x'),
  file('d/deep/y', 'y'),
  symlink('d/link', 'one'),
  file('d/one', 'one', 0o4755),
  file('d/two', 'two'),
];

describe('files laid under a container', () => {
  let folder: BuildFolder;

  beforeEach(() => {
    folder = new BuildFolder();
  });
  afterEach(() => folder.remove());

  const at = (path: string): string => join(folder.path, path);

  function placed(...layers: (readonly LayerEntry[])[]): PlacedFiles {
    const files = new PlacedFiles(folder.path, layers);
    // No command starts within the same tick of the file system's clock.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    return files;
  }

  /** What a command has done, as the layer says it. */
  async function changes(files: PlacedFiles, layers: (readonly LayerEntry[])[] = [layer]): Promise<string[]> {
    return (await changeEntries(files, layers)).map(({ path, sameAs }) =>
      sameAs === undefined ? path : `${path} = ${sameAs}`,
    );
  }

  async function changeEntries(
    files: PlacedFiles,
    layers: (readonly LayerEntry[])[] = [layer],
  ): Promise<LayerEntry[]> {
    const before = new Overlay(undefined);
    for (const entry of layers.flat()) before.put(entry);
    const changed = new LocalTree(folder.path, new FileIndex(folder.path, undefined, Date.now));
    return files.changedIn(
      await changedFiles({ changed, before, left: [], opaque: () => Promise.resolve(new Set()) }),
    );
  }

  it('are written as they are, the times of directories too', () => {
    placed(layer);
    const stat = statSync(at('d/one'));
    expect([stat.mode & 0o7777, stat.uid, stat.gid, stat.mtimeMs]).toEqual([
      0o4755,
      mine.uid,
      mine.gid,
      1_000_000_000_000,
    ]);
    expect(statSync(at('d')).mode & 0o7777).toBe(0o750);
    expect(statSync(at('d')).mtimeMs).toBe(1_000_000_000_000);
    expect(lstatSync(at('d/link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('d/deep/x'), 'utf8')).toBe('x');
  });

  it('are taken from the highest layer that has them', () => {
    const above = [directory('d', 0o700), file('d/one', 'other')];
    placed(layer, above);
    expect(readFileSync(at('d/one'), 'utf8')).toBe('other');
    expect(statSync(at('d')).mode & 0o7777).toBe(0o700);
    expect(readFileSync(at('d/two'), 'utf8')).toBe('two');
  });

  it('are nobody else’s work while nothing is done', async () => {
    expect(await changes(placed(layer))).toEqual([]);
  });

  it('are known by where they are on this machine, until something is done to them', () => {
    const files = placed(layer);
    expect(['d', 'd/deep', 'd/one'].map((path) => files.isAsWritten(at(path)))).toEqual([true, true, true]);
    chmodSync(at('d/deep'), 0o700);
    rmSync(at('d/one'));
    mkdirSync(at('new'));
    const paths = ['d', 'd/deep', 'd/deep/x', 'd/one', 'new'];
    expect(paths.filter((path) => files.isAsWritten(at(path)))).toEqual(['d/deep/x']);
  });

  it('count where content or mode changed, with the directories above', async () => {
    const files = placed(layer);
    appendFileSync(at('d/deep/x'), 'more');
    chmodSync(at('d/two'), 0o600);
    expect(await changes(files)).toEqual(['d', 'd/deep', 'd/deep/x', 'd/two']);
  });

  it('leave a mark where they are removed, one for all below a directory', async () => {
    const files = placed(layer);
    rmSync(at('d/deep'), { recursive: true });
    rmSync(at('d/one'));
    expect(await changes(files)).toEqual(['d', 'd/.wh.deep', 'd/.wh.one']);
  });

  it('are hidden by a directory that was made anew, and not by a file in its place', async () => {
    const files = placed(layer);
    rmSync(at('d/deep'), { recursive: true });
    mkdirSync(at('d/deep'));
    writeFileSync(at('d/deep/n'), 'n');
    expect(await changes(files)).toEqual(['d', 'd/deep', 'd/deep/.wh..wh..opq', 'd/deep/n']);
    rmSync(at('d/deep'), { recursive: true });
    writeFileSync(at('d/deep'), 'file');
    expect(await changes(files)).toEqual(['d', 'd/deep']);
  });

  it('move with all that is in them', async () => {
    const files = placed(layer);
    renameSync(at('d/deep'), at('d/moved'));
    expect(await changes(files)).toEqual(['d', 'd/moved', 'd/moved/x', 'd/moved/y', 'd/.wh.deep']);
  });

  it('share their content with new names', async () => {
    const files = placed(layer);
    linkSync(at('d/one'), at('d/zero'));
    expect(await changes(files)).toEqual(['d', 'd/one', 'd/zero = d/one']);
  });

  it('say that a file is gone which was there a moment ago', () => {
    const gone = { path: 'a', file: { ...file('a', '').file, hostPath: at('../nothing') } };
    expect(() => placed([gone])).toThrow('was changed while it was being copied');
  });

  it('are found where they were laid, whatever becomes of those that they were copied from', () => {
    const files = placed([...layer, file('e', 'e')]);
    const found = files.asFound([layer]);
    expect(found.flat().map(({ path }) => path)).toEqual(layer.map(({ path }) => path));
    const one = found.flat().find(({ path }) => path === 'd/one');
    expect(readFileSync(one?.file.hostPath ?? '', 'utf8')).toBe('one');
  });

  it('can be laid there unless they are devices, have attributes or other names', () => {
    const link = { ...file('b', 'a'), sameAs: 'a' };
    const one = (more: Partial<TreeFile>): LayerEntry => ({
      path: 'a',
      file: { ...file('a', '').file, ...more },
    });
    expect(canPlace([layer, [file('a', '')]])).toBe(true);
    expect(canPlace([[file('a', 'a'), link]])).toBe(false);
    expect(canPlace([[one({ kind: 'char', device: { major: 1, minor: 3 } })]])).toBe(false);
    expect(canPlace([[one({ xattrs: { 'user.a': Buffer.from('1') } })]])).toBe(false);
  });
});

describe('entries of a layer', () => {
  it('are in the order of a walk: all of a directory before the next name', () => {
    const paths = ['a.txt', 'a/b', 'a', 'a-b'].map((path) => file(path, ''));
    expect(asWalked(paths).map(({ path }) => path)).toEqual(['a', 'a/b', 'a-b', 'a.txt']);
  });
});
