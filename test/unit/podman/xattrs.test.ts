import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Contexts } from '../../../src/build/context/contexts.ts';
import { contentDigest, selectSources } from '../../../src/build/context/select.ts';
import { CacheFolder } from '../../../src/build/index/cache-folder.ts';
import { tarEnd, tarHeader, tarPadding } from '../../../src/build/layer/tar-writer.ts';
import { TarXattrs } from '../../../src/podman/tar-xattrs.ts';
import { XattrReader } from '../../../src/podman/xattrs.ts';

let folder: string;
let reader: XattrReader;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tscompose-xattrs-'));
  reader = new XattrReader(process.env['PATH']);
});
afterEach(() => {
  reader.close();
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string): string => join(folder, name);

/** Gives a new file an attribute: tar can, Node cannot. */
function write(name: string, value: string): void {
  const head = { name, mode: 0o644, uid: 0, gid: 0, mtime: 1, size: 1 };
  const xattrs = { 'user.note': Buffer.from(value) };
  const bytes = Buffer.from('x');
  const archive = Buffer.concat([
    tarHeader({ kind: 'file', ...head, xattrs }),
    bytes,
    tarPadding(1),
    tarEnd(),
  ]);
  const args = ['--extract', '--xattrs', '--xattrs-include=*', '--no-same-owner', `--directory=${folder}`];
  expect(spawnSync('tar', args, { input: archive }).status).toBe(0);
}

describe('extended attributes', () => {
  it('are read of many files at once', async () => {
    write('with', 'hello = \n\0');
    writeFileSync(path('large'), Buffer.alloc(3_000_000, 'x'));
    linkSync(path('with'), path('link'));
    mkdirSync(path('folder'));
    const paths = ['large', 'with', 'folder', 'link'].map(path);
    const note = { 'user.note': Buffer.from('hello = \n\0') };
    expect(await reader.read(paths)).toEqual(
      new Map([
        [path('with'), note],
        [path('link'), note],
      ]),
    );
  });

  it('are nothing where tar is not installed, or a file is gone', async () => {
    write('with', '1');
    expect(await new XattrReader('/nowhere').read([path('with')])).toEqual(new Map());
    expect(await reader.read([path('with'), path('gone')])).toEqual(new Map());
  });

  it('are found however the archive comes in pieces', () => {
    const entry = (name: string, size: number, note?: string): Buffer =>
      Buffer.concat([
        tarHeader({
          ...{ kind: 'file', name, mode: 0o644, uid: 0, gid: 0, mtime: 0, size },
          ...(note ? { xattrs: { 'user.note': Buffer.from(note) } } : {}),
        }),
        Buffer.alloc(size, 'y'),
        tarPadding(size),
      ]);
    const archive = Buffer.concat([entry('a', 700, 'A'), entry('b', 0), entry('c', 512, 'C'), tarEnd()]);
    for (const step of [1, 511, 512, 513, 5000]) {
      const entries: unknown[] = [];
      const archived = new TarXattrs((xattrs, name) => entries.push([name, xattrs]));
      for (let at = 0; at < archive.length; at += step) archived.write(archive.subarray(at, at + step));
      expect(entries, String(step)).toEqual([
        ['a', { 'user.note': Buffer.from('A') }],
        ['b', {}],
        ['c', { 'user.note': Buffer.from('C') }],
      ]);
    }
  });

  it('count for the content of a context, and are remembered', async () => {
    write('f', 'one');
    let asked = 0;
    const digest = async (): Promise<string> => {
      const contexts = new Contexts({
        cache: new CacheFolder(path('.cache'), process.pid),
        now: () => Date.now() + 60_000,
        xattrs: (paths) => {
          asked += paths.length;
          return reader.read(paths);
        },
      });
      const { tree } = contexts.open({ folder });
      const items = selectSources({ tree, patterns: ['f'], exclusions: [] });
      await contexts.learn({ folder }, items);
      const result = contentDigest(tree, items, { owners: false });
      contexts.save();
      return result;
    };
    const first = await digest();
    expect(await digest()).toBe(first);
    expect(asked).toBe(1);
    write('f', 'two');
    expect(await digest()).not.toBe(first);
  });
});
