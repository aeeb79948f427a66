import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileIndex } from '../../../src/build/context/file-index.ts';
import { LocalTree } from '../../../src/build/context/local-tree.ts';
import type { FileTree } from '../../../src/build/context/tree.ts';
import { changedFiles, mountPointsOfOldBuilders } from '../../../src/build/layer/changed-files.ts';
import { BuildFolder } from '../../support/build-world.ts';

let upper: BuildFolder;
let image: BuildFolder;
beforeEach(() => {
  upper = new BuildFolder();
  image = new BuildFolder();
  image.write('etc/passwd', 'root');
});
afterEach(() => {
  upper.remove();
  image.remove();
});

const treeOf = ({ path }: BuildFolder): LocalTree =>
  new LocalTree(path, new FileIndex(path, undefined, Date.now));

async function changes(
  more: { opaque?: readonly string[]; left?: readonly string[]; changed?: FileTree } = {},
): Promise<string[]> {
  const marked = new Set((more.opaque ?? []).map((path) => join(upper.path, path)));
  const entries = await changedFiles({
    changed: more.changed ?? treeOf(upper),
    before: treeOf(image),
    opaque: (folders) => Promise.resolve(new Set(folders.filter((folder) => marked.has(folder)))),
    left: more.left ?? [],
  });
  return entries.map(
    ({ path, file, sameAs }) =>
      `${file.kind[0]} ${file.mode.toString(8)} ${path}${sameAs === undefined ? '' : ` = ${sameAs}`}`,
  );
}

describe('what a command has changed', () => {
  it('is files, directories and links, parents first, a file with two names once', async () => {
    upper.write('srv/b', 'x', 0o600);
    linkSync(join(upper.path, 'srv/b'), join(upper.path, 'srv/c'));
    symlinkSync('/srv/b', join(upper.path, 'a'));
    chmodSync(join(upper.path, 'srv'), 0o750);
    expect(await changes()).toEqual(['s 777 a', 'd 750 srv', 'f 600 srv/b', 'f 600 srv/c = srv/b']);
  });

  it('is nothing where only what engines mount has got a place', async () => {
    for (const name of ['etc/hosts', 'etc/hostname', 'etc/resolv.conf', 'run/.containerenv'])
      upper.write(name, '');
    for (const name of ['dev', 'proc', 'sys']) mkdirSync(join(upper.path, name));
    symlinkSync('/proc/mounts', join(upper.path, 'etc/mtab'));
    // The image has /etc, which may have been changed itself.
    expect(await changes()).toEqual(['d 755 etc']);
  });

  it('is also what stands beside the mounts, or in their place', async () => {
    upper.write('run/app.pid', '1');
    upper.write('etc/hosts', 'not empty: nothing was mounted there');
    mkdirSync(join(upper.path, 'etc/hostname'));
    expect(await changes()).toEqual([
      'd 755 etc',
      'd 755 etc/hostname',
      'f 644 etc/hosts',
      'd 755 run',
      'f 644 run/app.pid',
    ]);
  });

  it('hides what was in a directory that was made anew, and asks only of directories that were there', async () => {
    upper.write('etc/new', '');
    upper.write('fresh/x', '');
    expect(await changes({ opaque: ['etc', 'fresh'] })).toEqual([
      'd 755 etc',
      'f 600 etc/.wh..wh..opq',
      'f 644 etc/new',
      'd 755 fresh',
      'f 644 fresh/x',
    ]);
  });

  it('marks what was removed', async () => {
    mkdirSync(join(upper.path, 'etc'));
    const tree = treeOf(upper);
    const removed: FileTree = {
      list: (path) => (path === 'etc' ? ['passwd'] : tree.list(path)),
      lstat: (path) => {
        const folder = tree.lstat('etc');
        if (path !== 'etc/passwd' || !folder) return tree.lstat(path);
        return { ...folder, kind: 'char', device: { major: 0, minor: 0 } };
      },
      digest: () => '',
    };
    expect(await changes({ changed: removed })).toEqual(['d 755 etc', 'f 600 etc/.wh.passwd']);
  });

  it('has the mount points that old builders leave, where the image has none', async () => {
    expect(await changes({ left: mountPointsOfOldBuilders('default') })).toEqual([
      'd 755 dev',
      'f 755 etc/hostname',
      'f 755 etc/hosts',
      'f 755 etc/resolv.conf',
      'd 755 proc',
      'd 755 run',
      'd 755 sys',
    ]);
    upper.write('run/x', '');
    image.write('etc/hostname', 'there');
    image.write('sys/x', '');
    expect(await changes({ left: mountPointsOfOldBuilders('none') })).toEqual([
      'd 755 run',
      'f 644 run/x',
      'd 755 dev',
      'd 755 proc',
    ]);
  });

  it('cannot be told where a name is not text', async () => {
    execFileSync('sh', ['-c', `touch "$1/$(printf '\\377')"`, 'sh', upper.path]);
    await expect(changes()).rejects.toThrow('\u{fffd}');
  });

  it('leaves out sockets, which no archive holds', async () => {
    upper.write('f', '');
    // Killed, so that the socket stays.
    const listen =
      "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
    spawnSync(process.execPath, ['-e', listen, join(upper.path, 's')]);
    expect(lstatSync(join(upper.path, 's')).isSocket()).toBe(true);
    expect(await changes()).toEqual(['f 644 f']);
  });
});
