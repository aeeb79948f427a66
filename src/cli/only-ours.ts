import type { Stats } from 'node:fs';

/** Whether nobody else can have written a file: only such a one is believed. */
export function isOnlyOurs({ uid, mode }: Stats): boolean {
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}
