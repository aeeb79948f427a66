import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Contexts } from '../../../src/build/context/contexts.ts';
import { CacheFolder } from '../../../src/build/index/cache-folder.ts';
import { pruneKept } from '../../../src/cli/prune-kept.ts';
import { madeOnce } from '../../../src/podman/remote-context/made-once.ts';

const day = 24 * 3_600_000;
let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'tscompose-prune-'));
  mkdirSync(join(cache, 'contexts'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const aged = (path: string, days: number): void => {
  const seconds = (Date.now() - days * day) / 1000;
  utimesSync(path, seconds, seconds);
};

async function fetched(name: string): Promise<string> {
  return madeOnce(join(cache, 'contexts', name), (empty) => {
    writeFileSync(join(empty, 'f'), 'f');
    return Promise.resolve();
  });
}

it('forgets contexts that no build has used for a week, whole ones and what a killed one left', async () => {
  for (const [name, days] of [
    ['git-old', 8],
    ['git-young', 6],
  ] as const)
    aged(`${await fetched(name)}.used`, days);
  mkdirSync(join(cache, 'contexts/git-old.0123456789ab'));
  aged(join(cache, 'contexts/git-old.0123456789ab'), 8);
  expect(pruneKept(cache, Date.now())).toBe(2);
  expect(readdirSync(join(cache, 'contexts'))).toEqual(['git-young', 'git-young.used']);
});

it('keeps what a build uses again', async () => {
  const path = await fetched('tar-used');
  aged(path, 100);
  aged(`${path}.used`, 100);
  const before = statSync(path);
  await fetched('tar-used');
  // Another build that reads it must not see a change.
  expect(statSync(path)).toMatchObject({ mtimeMs: before.mtimeMs, ctimeMs: before.ctimeMs });
  expect(pruneKept(cache, Date.now())).toBe(0);
  expect(existsSync(join(cache, 'contexts/tar-used/f'))).toBe(true);
});

it('forgets what is known of files that no build has asked for', async () => {
  const project = mkdtempSync(join(tmpdir(), 'tscompose-prune-project-'));
  try {
    writeFileSync(join(project, 'f'), 'f');
    aged(join(project, 'f'), 1);
    const ask = async (): Promise<void> => {
      const contexts = new Contexts({
        cache: new CacheFolder(cache, process.pid),
        now: () => Date.now() + day,
        xattrs: () => Promise.resolve(new Map()),
      });
      const sources = { patterns: ['f'], excludes: [], exclusions: [], owners: false };
      await contexts.digest({ folder: project }, sources, () => Promise.resolve('0'.repeat(64)));
    };
    await ask();
    const [kept = ''] = readdirSync(join(cache, 'copies'));
    aged(join(cache, 'copies', kept), 30);
    await ask();
    expect(pruneKept(cache, Date.now())).toBe(0);
    aged(join(cache, 'copies', kept), 30);
    expect(pruneKept(cache, Date.now())).toBe(1);
    expect(readdirSync(join(cache, 'copies'))).toEqual([]);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});

it('has nothing to do where nothing was built', () => {
  expect(pruneKept(join(cache, 'none'), Date.now())).toBe(0);
});
