/** Looks at files that come and go with what others do, and that may not be ours to read: what cannot be read is empty. */
import { readdirSync, readFileSync } from 'node:fs';

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
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
