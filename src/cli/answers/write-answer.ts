import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CacheFolder } from '../../build/index/cache-folder.ts';

/** Answers of folders and environments that nobody has any more would pile up. */
const mostAnswers = 200;

/** @param path - `XDG_CACHE_HOME/tscompose/answers/NAME` */
export function writeAnswer(path: string, answer: object): void {
  const folder = dirname(path);
  if (!new CacheFolder(dirname(folder), process.pid).write(path, JSON.stringify(answer))) return;
  try {
    const names = readdirSync(folder);
    if (names.length > mostAnswers) removeOlderHalf(names.map((name) => join(folder, name)));
  } catch {
    // Somebody else tidies up.
  }
}

function removeOlderHalf(paths: readonly string[]): void {
  const times = paths.map((path) => ({ path, mtimeMs: statSync(path).mtimeMs }));
  times.sort((a, b) => a.mtimeMs - b.mtimeMs);
  for (const { path } of times.slice(0, times.length >> 1)) rmSync(path, { force: true });
}
