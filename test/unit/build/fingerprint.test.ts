import { chmodSync, linkSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Contexts, type CopySources } from '../../../src/build/context/contexts.ts';
import { FileIndex } from '../../../src/build/context/file-index.ts';
import { fingerprintOf } from '../../../src/build/context/fingerprint.ts';
import { LocalTree } from '../../../src/build/context/local-tree.ts';
import { contentDigest, selectSources } from '../../../src/build/context/select.ts';
import type { ReadXattrs } from '../../../src/build/context/tree.ts';
import { CacheFolder } from '../../../src/build/index/cache-folder.ts';
import { ignoreMatcher } from '../../../src/containerfile/ignore.ts';
import { BuildFolder } from '../../support/build-world.ts';

let folder: BuildFolder;
/** Where the clock stands: long after the last change, unless a test says otherwise. */
let ahead = 10_000;

beforeEach(() => {
  ahead = 10_000;
  folder = new BuildFolder();
  folder.write('src/a', 'a');
  folder.write('src/deep/b', 'b');
  folder.write('src/deep/ignored', 'i');
  symlinkSync('a', join(folder.path, 'src/link'));
});
afterEach(() => folder.remove());

const ignoreText = 'src/deep/ignored\n';

interface Told {
  readonly digest: string;
  /** Every file was looked at. */
  readonly isRead: boolean;
  readonly contexts: Contexts;
}

/** One run's view of COPY src. */
async function tell(patterns: readonly string[] = ['src'], more: Partial<CopySources> = {}): Promise<Told> {
  const now = (): number => Date.now() + ahead;
  const contexts = new Contexts({
    cache: new CacheFolder(join(folder.path, '.cache'), process.pid),
    now,
    xattrs: noXattrs,
  });
  const use = { folder: folder.path, ignoreFile: { path: 'ignore', text: ignoreText } };
  const sources = { patterns, excludes: [], exclusions: [], owners: false, ...more };
  let isRead = false;
  const digest = await contexts.digest(use, sources, async () => {
    isRead = true;
    const { tree, exclusions } = contexts.open(use);
    const items = selectSources({ tree, patterns, exclusions: [...exclusions, ...sources.exclusions] });
    await contexts.learn(use, items);
    return contentDigest(tree, items, { owners: sources.owners });
  });
  contexts.save();
  return { digest, isRead, contexts };
}

/** No file of these tests has any. */
const noXattrs: ReadXattrs = () => Promise.resolve(new Map());

const at = (path: string): string => join(folder.path, path);

describe('what a COPY holds, by what lstat tells', () => {
  it('is not read again while nothing changed', async () => {
    const first = await tell();
    expect(first.isRead).toBe(true);
    const second = await tell();
    expect([second.isRead, second.digest]).toEqual([false, first.digest]);
    expect(second.contexts.isUnchanged({ folder: folder.path })).toBe(true);
  });

  it.each<[string, () => void]>([
    ['content of the same size', () => folder.write('src/deep/b', 'c')],
    ['a mode', () => chmodSync(at('src/a'), 0o600)],
    ['the mode of a directory', () => chmodSync(at('src/deep'), 0o700)],
    ['a name', () => renameSync(at('src/deep/b'), at('src/deep/c'))],
    ['a new file', () => folder.write('src/new', '')],
    ['a file that is gone', () => rmSync(at('src/a'))],
    [
      'where a link leads',
      () => {
        rmSync(at('src/link'));
        symlinkSync('b', at('src/link'));
      },
    ],
    [
      'content with the time it had',
      () => {
        const then = new Date(1_600_000_000_000);
        folder.write('src/a', 'x');
        utimesSync(at('src/a'), then, then);
      },
    ],
    [
      'two files that are one',
      () => {
        rmSync(at('src/a'));
        linkSync(at('src/deep/b'), at('src/a'));
      },
    ],
  ])('is read again after a change of %s', async (_, change) => {
    utimesSync(at('src/a'), new Date(1_600_000_000_000), new Date(1_600_000_000_000));
    const first = await tell();
    change();
    const second = await tell();
    expect(second.isRead).toBe(true);
    expect(second.digest).not.toBe(first.digest);
  });

  it('is the same when only times changed, and when an ignored file did', async () => {
    const first = await tell();
    utimesSync(at('src/a'), new Date(), new Date());
    expect((await tell()).digest).toBe(first.digest);
    folder.write('src/deep/ignored', 'other');
    expect(await tell()).toMatchObject({ isRead: false, digest: first.digest });
  });

  it('is not kept for files that have changed a moment ago', async () => {
    ahead = 0;
    folder.write('src/a', 'just now');
    await tell();
    expect((await tell()).isRead).toBe(true);
  });

  it('is told apart by patterns, excludes and whether owners count', async () => {
    const excludes = ['**/b'];
    const exclusions = [ignoreMatcher(excludes, { path: '', line: 1, column: 1 })];
    const all = [await tell(), await tell(['src/deep']), await tell(['src'], { excludes, exclusions })];
    expect(new Set(all.map(({ digest }) => digest)).size).toBe(3);
    expect((await tell(['src'], { owners: true })).isRead).toBe(true);
    expect(await tell(['src'], { excludes, exclusions })).toMatchObject({
      isRead: false,
      digest: all[2]?.digest,
    });
  });

  it('is not told so where a pattern or a link is on the way, or nothing is there', async () => {
    symlinkSync('src', at('elsewhere'));
    for (const pattern of ['s*', 'elsewhere/deep', 'elsewhere', 'missing'])
      expect(fingerprintOf({ root: folder.path, patterns: [pattern], exclusions: [] })).toBeUndefined();
  });

  it('is known to be wrong when the files change before they are copied', async () => {
    await tell();
    const { contexts } = await tell();
    folder.write('src/a', 'z');
    expect(contexts.howKept({ folder: folder.path })).toBe('not');
    expect(contexts.isUnchanged({ folder: folder.path })).toBe(false);
  });

  it('is as it was when an ignored file goes, though not certain to be', async () => {
    await tell();
    const { contexts } = await tell();
    rmSync(at('src/deep/ignored'));
    expect(contexts.howKept({ folder: folder.path })).toBe('files');
    const { isRead, digest } = await tell();
    expect(isRead).toBe(true);
    expect(digest).toBe((await tell()).digest);
  });
});

describe('a context that was looked at', () => {
  const tree = (patterns: readonly string[]): LocalTree => {
    const found = new LocalTree(folder.path, new FileIndex(folder.path, undefined, Date.now));
    const items = selectSources({ tree: found, patterns, exclusions: [] });
    contentDigest(found, items, { owners: false });
    return found;
  };

  it('is unchanged when files come beside what was looked at', () => {
    const looked = tree(['src/a']);
    folder.write('cache/new', 'n');
    folder.write('src/new', 'n');
    expect(looked.isUnchanged()).toBe(true);
  });

  it('is changed when a file comes into a directory that was taken whole, or one that was taken is another', () => {
    const whole = tree(['src']);
    const one = tree(['src/a']);
    folder.write('src/new', 'n');
    expect([whole.isUnchanged(), one.isUnchanged()]).toEqual([false, true]);
    folder.write('src/a', 'other');
    expect(one.isUnchanged()).toBe(false);
  });

  it('is changed when a directory on the way is another one', () => {
    const looked = tree(['src/a']);
    renameSync(at('src'), at('old'));
    folder.write('src/a', 'a');
    expect(looked.isUnchanged()).toBe(false);
  });
});
