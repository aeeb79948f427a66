/** What tells one state of a file from the next without reading it. */
import { lstatSync, type Stats, statSync } from 'node:fs';

/**
 * Of what a path leads to. A directory is only told from another one: what comes and goes in it counts by its own path.
 *
 * @returns empty: nothing that can be looked at
 */
export function lookAt(path: string): string {
  try {
    const stat = statSync(path);
    return stat.isDirectory() ? `directory ${stat.dev} ${stat.ino}` : textOf(stat);
  } catch {
    return '';
  }
}

/** Of what stands at the path itself: of a link the link, of a directory also whether something came or went in it. */
export function lookAtEntry(path: string): string {
  try {
    return textOf(lstatSync(path));
  } catch {
    return '';
  }
}

function textOf({ mode, uid, gid, size, mtimeMs, ctimeMs, dev, ino, nlink }: Stats): string {
  return [mode, uid, gid, size, mtimeMs, ctimeMs, dev, ino, nlink].join(' ');
}
