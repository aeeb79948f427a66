/** Looks at files that come and go with what others do, and that may not be ours to read: what cannot be read is empty. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** When a directory was made, in milliseconds since 1970; now: it is not there. */
export function bornIn(folder: string): number {
  try {
    return lstatSync(folder).birthtimeMs;
  } catch {
    return Date.now();
  }
}

export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Of this machine; none on a system without `/proc`. */
export function processIds(): readonly number[] {
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Whose a file is, or else the directory that keeps it from being looked at; undefined: it is not there. */
export function ownerOf(path: string): number | undefined {
  try {
    return lstatSync(path).uid;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES' || path === '/') return undefined;
    return ownerOf(dirname(path));
  }
}
