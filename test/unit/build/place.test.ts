import { chmodSync, linkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileIndex } from '../../../src/build/context/file-index.ts';
import { LocalTree } from '../../../src/build/context/local-tree.ts';
import { NothingMatches, selectSources } from '../../../src/build/context/select.ts';
import { Overlay } from '../../../src/build/layer/overlay.ts';
import { ownerOf } from '../../../src/build/layer/owner.ts';
import { type PlaceRequest, placeItems } from '../../../src/build/layer/place.ts';
import { parseIgnoreFile } from '../../../src/containerfile/ignore.ts';
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
  more: Partial<Pick<PlaceRequest, 'owner' | 'mode' | 'parents' | 'withoutSetId'>> = {},
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
    parents: more.parents ?? false,
    withoutSetId: more.withoutSetId ?? true,
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

  it('puts a directory in the place of a link, and makes one where a link leads nowhere', () => {
    image.write('real/x', '');
    symlinkSync('real', join(image.path, 'sub'));
    symlinkSync('nowhere', join(image.path, 'dangling'));
    expect(copy(['src'], '/')).toEqual(['f 600 0:0 a', 'd 755 0:0 sub', 'f 644 0:0 sub/b']);
    expect(copy(['one.txt'], '/dangling')).toEqual(['d 755 0:0 nowhere', 'f 644 0:0 nowhere/one.txt']);
  });

  it('leaves set-user-id out where it is told to', () => {
    chmodSync(join(context.path, 'one.txt'), 0o6755);
    expect(copy(['one.txt'], '/f')).toEqual(['f 755 0:0 f']);
    expect(copy(['one.txt'], '/f', { mode: 0o4711 })).toEqual(['f 4711 0:0 f']);
    expect(copy(['one.txt'], '/f', { withoutSetId: false })).toEqual(['f 6755 0:0 f']);
  });

  it('keeps the directories of the sources from a "/./" on', () => {
    const names = (list: string[]): (string | undefined)[] => list.map((line) => line.split(' ').at(-1));
    expect(names(copy(['src/sub/b'], '/o/', { parents: true })).at(-1)).toBe('o/src/sub/b');
    expect(names(copy(['./src/./sub/b'], '/o/', { parents: true })).at(-1)).toBe('o/sub/b');
  });

  it('makes the directories of the sources as they are there', () => {
    chmodSync(join(context.path, 'src'), 0o1711);
    const own = { parents: true, owner: { uid: 5, gid: 6 } };
    const folders = (list: string[]): string[] => list.filter((line) => line.startsWith('d'));
    expect(folders(copy(['src/sub/b'], '/o/', own))).toEqual([
      'd 755 5:6 o',
      'd 1711 5:6 o/src',
      'd 755 5:6 o/src/sub',
    ]);
    expect(folders(copy(['src/sub/b'], '/o/', { ...own, mode: 0o600 })).at(-1)).toBe('d 600 5:6 o/src/sub');
  });

  it('gives the name of the last file that one pattern matches, when no directory is there', () => {
    context.write('two.txt', '22');
    expect(copy(['*.txt'], '/new')).toEqual(['f 644 0:0 new']);
    image.write('there/x', '');
    expect(copy(['*.txt'], '/there').filter((line) => line.startsWith('f'))).toEqual([
      'f 644 0:0 there/one.txt',
      'f 644 0:0 there/two.txt',
    ]);
  });

  it('refuses a link to nothing that a pattern matches, unless it is left out', () => {
    symlinkSync('nowhere', join(context.path, 'lost.txt'));
    expect(() => copy(['*.txt'], '/new/')).toThrow(NothingMatches);
    const exclusions = [parseIgnoreFile('lost.txt', '.dockerignore')];
    const items = selectSources({ tree: treeOf(context), patterns: ['*.txt'], exclusions });
    expect(items.map(({ matched }) => matched)).toEqual(['one.txt']);
  });

  it('lets nothing in under the name of a link that is left out itself', () => {
    symlinkSync('src/a', join(context.path, 'link'));
    symlinkSync('/src', join(context.path, 'far'));
    symlinkSync('far', join(context.path, 'folder'));
    const tree = treeOf(context);
    const select = (pattern: string, ignored: string): string[] =>
      selectSources({
        tree,
        patterns: [pattern],
        exclusions: [parseIgnoreFile(ignored, '.dockerignore')],
      }).flatMap(({ matched, entries }) => [matched, ...entries.map(({ name }) => `${matched}/${name}`)]);
    expect(() => select('link', 'src')).toThrow(NothingMatches);
    expect(() => select('l*', 'src/a')).toThrow(NothingMatches);
    expect(select('link', 'src/sub')).toEqual(['link']);
    expect(select('folder', 'src/a')).toEqual(['folder', 'folder/sub', 'folder/sub/b']);
    expect(select('folder', 'src')).toEqual(['folder']);
    // Of a link above, nothing is asked.
    expect(select('folder/a', 'src')).toEqual(['folder/a']);
  });

  it('has a file in the place of a directory that was just filled, and keeps links whole', () => {
    context.write('one/n/f', 'f');
    context.write('one/n/g', 'g');
    linkSync(join(context.path, 'one/n/g'), join(context.path, 'one/z'));
    context.write('n', 'file');
    const tree = treeOf(context);
    const overlay = new Overlay(treeOf(image));
    const request = { tree, several: true, owner: { uid: 0, gid: 0 }, mode: undefined, now: 1 };
    for (const pattern of ['one', 'n'])
      placeItems(overlay, {
        ...request,
        dest: '/d/',
        parents: false,
        withoutSetId: true,
        items: selectSources({ tree, patterns: [pattern], exclusions: [] }),
      });
    expect(overlay.lstat('d/n/f')).toBeUndefined();
    const entries = overlay.takeLayer().map(({ path, sameAs }) => [path, sameAs]);
    expect(entries).toEqual([
      ['d', undefined],
      ['d/n', undefined],
      ['d/z', undefined],
    ]);
  });

  it('empties a directory that a file has replaced in between', () => {
    image.write('d/n/old', 'old');
    context.write('one/n', 'file');
    context.write('two/n/new', 'new');
    const tree = treeOf(context);
    const overlay = new Overlay(treeOf(image));
    const put = (pattern: string): string[] => {
      const items = selectSources({ tree, patterns: [pattern], exclusions: [] });
      const how = { owner: { uid: 0, gid: 0 }, mode: undefined, now: 1, parents: false, withoutSetId: true };
      placeItems(overlay, { ...how, tree, several: false, dest: '/d/', items });
      return overlay.takeLayer().map(({ path }) => path);
    };
    expect(overlay.lstat('d/n/old')).toBeDefined();
    // Each in a layer of its own: the file in the middle hides it for good.
    expect(put('one')).toEqual(['d', 'd/n']);
    expect(put('two')).toEqual(['d', 'd/n', 'd/n/new']);
    expect(overlay.lstat('d/n/old')).toBeUndefined();
    expect(overlay.lstat('d/n/new')).toBeDefined();
    // In one: the layer has to say it, once.
    for (const pattern of ['one', 'two']) {
      const items = selectSources({ tree, patterns: [pattern], exclusions: [] });
      const how = { owner: { uid: 0, gid: 0 }, mode: undefined, now: 1, parents: false, withoutSetId: true };
      placeItems(overlay, { ...how, tree, several: true, dest: '/d/', items });
    }
    expect(overlay.takeLayer().map(({ path }) => path)).toEqual(['d', 'd/n', 'd/n/.wh..wh..opq', 'd/n/new']);
    expect(put('two')).toEqual(['d', 'd/n', 'd/n/new']);
  });

  it('refuses a pattern of which all is left out', () => {
    const exclusions = [parseIgnoreFile('*.txt', '.dockerignore')];
    expect(() => selectSources({ tree: treeOf(context), patterns: ['*.txt', 'src'], exclusions })).toThrow(
      '*.txt',
    );
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
    ['33', { uid: 33, gid: 33 }],
    ['77', { uid: 77, gid: 77 }],
    ['web:staff', { uid: 33, gid: 50 }],
    ['5:6', { uid: 5, gid: 6 }],
    [':staff', { uid: 0, gid: 50 }],
  ])('%s', (text, owner) => expect(ownerOf(text, (path) => files[path], undefined)).toEqual(owner));
  it('refuses a name that the image does not have', () => {
    expect(() => ownerOf('nobody', (path) => files[path], undefined)).toThrow('no user "nobody"');
  });
});

describe('** in a source', () => {
  const matched = (pattern: string, doubleStar: boolean): string[] =>
    selectSources({ tree: treeOf(context), patterns: [pattern], exclusions: [], doubleStar }).map(
      (item) => item.matched,
    );

  it('stands for any number of directories with newer Buildahs', () => {
    expect(matched('src/**', true)).toEqual(['src', 'src/a', 'src/sub', 'src/sub/b']);
    expect(matched('**/b', true)).toEqual(['src/sub/b']);
    expect(matched('**/src/**/b', true)).toEqual(['src/sub/b']);
    expect(matched('**.txt', true)).toEqual(['one.txt']);
  });

  it('stands for one name with older ones', () => {
    expect(matched('src/**', false)).toEqual(['src/a', 'src/sub']);
  });

  it('stands for any number with older ones too where they would find nothing', () => {
    expect(matched('**/src/**/b', false)).toEqual(['src/sub/b']);
    expect(() => matched('**/none', false)).toThrow(NothingMatches);
  });

  it('follows no link round', () => {
    symlinkSync('.', join(context.path, 'src/round'));
    expect(matched('src/**', true)).toEqual(['src', 'src/a', 'src/round', 'src/sub', 'src/sub/b']);
  });
});
