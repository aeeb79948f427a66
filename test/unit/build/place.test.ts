import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileIndex } from '../../../src/build/context/file-index.ts';
import { LocalTree } from '../../../src/build/context/local-tree.ts';
import { selectSources } from '../../../src/build/context/select.ts';
import { Overlay } from '../../../src/build/layer/overlay.ts';
import { ownerOf } from '../../../src/build/layer/owner.ts';
import { placeItems } from '../../../src/build/layer/place.ts';
import { BuildFolder } from '../../support/build-world.ts';

let context: BuildFolder;
let image: BuildFolder;
beforeEach(() => {
  context = new BuildFolder();
  image = new BuildFolder();
  context.write('src/a', 'a', 0o600);
  context.write('src/sub/b', 'b');
  context.write('one.txt', '1');
});
afterEach(() => {
  context.remove();
  image.remove();
});

const treeOf = ({ path }: BuildFolder): LocalTree =>
  new LocalTree(path, new FileIndex(path, undefined, Date.now));

function copy(
  patterns: string[],
  dest: string,
  more: { owner?: { uid: number; gid: number }; mode?: number } = {},
): string[] {
  const tree = treeOf(context);
  const overlay = new Overlay(treeOf(image));
  placeItems(overlay, {
    items: selectSources({ tree, patterns, exclusions: [] }),
    tree,
    dest,
    several: patterns.length > 1,
    owner: more.owner ?? { uid: 0, gid: 0 },
    mode: more.mode,
    parents: false,
    now: 1,
  });
  return overlay
    .takeLayer()
    .map(({ path, file }) => `${file.kind[0]} ${file.mode.toString(8)} ${file.uid}:${file.gid} ${path}`);
}

describe('COPY', () => {
  it('gives a file another name, or puts it into a directory', () => {
    expect(copy(['one.txt'], '/new')).toEqual(['f 644 0:0 new']);
    expect(copy(['one.txt'], '/new/')).toEqual(['d 755 0:0 new', 'f 644 0:0 new/one.txt']);
    image.write('there/x', '');
    expect(copy(['one.txt'], '/there').at(-1)).toBe('f 644 0:0 there/one.txt');
  });

  it('copies what is in a directory, and makes the destination with the plain mode', () => {
    expect(copy(['src'], '/d/e', { owner: { uid: 5, gid: 6 }, mode: 0o700 })).toEqual([
      'd 755 5:6 d',
      'd 755 5:6 d/e',
      'f 700 5:6 d/e/a',
      'd 700 5:6 d/e/sub',
      'f 700 5:6 d/e/sub/b',
    ]);
  });

  it('names directories of the image with their own mode, so that they keep it', () => {
    image.write('p/q/x', '');
    const stat = treeOf(image).lstat('p');
    expect(copy(['one.txt'], '/p/q/')).toEqual([
      `d ${stat?.mode.toString(8)} ${stat?.uid}:${stat?.gid} p`,
      `d ${stat?.mode.toString(8)} ${stat?.uid}:${stat?.gid} p/q`,
      'f 644 0:0 p/q/one.txt',
    ]);
  });

  it('goes through links to directories in the image', () => {
    image.write('usr/lib/x', '');
    symlinkSync('usr/lib', join(image.path, 'lib'));
    expect(copy(['one.txt'], '/lib/').map((line) => line.split(' ').at(-1))).toEqual([
      'usr',
      'usr/lib',
      'usr/lib/one.txt',
    ]);
  });

  it('refuses a file where a directory is needed', () => {
    image.write('file', '');
    expect(() => copy(['one.txt'], '/file/x/')).toThrow('/file is not a directory');
  });

  it('takes patterns that match something, and refuses paths that are not there', () => {
    expect(copy(['*.txt', 'nothing*'], '/d').at(-1)).toBe('f 644 0:0 d/one.txt');
    expect(() => copy(['nothing*'], '/d')).toThrow('nothing*');
    expect(() => copy(['one.txt', 'nope'], '/d')).toThrow('nope');
  });
});

describe('--chown', () => {
  const files: Readonly<Record<string, string>> = {
    'etc/passwd': 'root:x:0:0::/:\nweb:x:33:34::/:\n',
    'etc/group': 'staff:x:50:\n',
  };
  it.each([
    ['web', { uid: 33, gid: 34 }],
    ['33', { uid: 33, gid: 34 }],
    ['77', { uid: 77, gid: 77 }],
    ['web:staff', { uid: 33, gid: 50 }],
    ['5:6', { uid: 5, gid: 6 }],
    [':staff', { uid: 0, gid: 50 }],
  ])('%s', (text, owner) => expect(ownerOf(text, (path) => files[path], undefined)).toEqual(owner));
  it('refuses a name that the image does not have', () => {
    expect(() => ownerOf('nobody', (path) => files[path], undefined)).toThrow('no user "nobody"');
  });
});
