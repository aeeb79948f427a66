/**
 * Forgets what builds keep beside the steps: contexts that were fetched, and what is known of files. No list says who needs
 * them, and each can be had again, so what no build has used for a week goes. A build sets the time of all that it uses.
 */
import { lstatSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '../build/index/cache-folder.ts';

const folders = ['contexts', 'copies', 'files'];
const unusedMs = 7 * 24 * 3_600_000;
const gone = '.gone';
const use = '.used';

/** @param cacheFolder - `XDG_CACHE_HOME/tscompose`. @returns how many were removed */
export function pruneKept(cacheFolder: string, nowMs: number): number {
  const all = folders.flatMap((folder) =>
    namesIn(join(cacheFolder, folder))
      .filter((name) => !name.endsWith(use))
      .map((name) => join(cacheFolder, folder, name)),
  );
  return all.filter((path) => isUnused(path, nowMs) && remove(path, nowMs)).length;
}

/** Moved away first: nobody sees half of it. A build that has begun to use it meanwhile gets it back. */
function remove(path: string, nowMs: number): boolean {
  const away = path.endsWith(gone) ? path : `${path}${gone}`;
  try {
    if (away !== path) renameSync(path, away);
    if (!isUnused(path, nowMs, away)) {
      renameSync(away, path);
      return false;
    }
    rmSync(away, { recursive: true, force: true });
    rmSync(`${path}${use}`, { force: true });
    return true;
  } catch {
    // It is somebody else's now, or may not be removed: it stays.
    return false;
  }
}

/** A directory has a file beside it that says when it was used. @param at - where it is now */
function isUnused(path: string, nowMs: number, at: string = path): boolean {
  const used = timeOf(`${path}${use}`) ?? timeOf(at);
  return used !== undefined && nowMs - used > unusedMs;
}

function timeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
