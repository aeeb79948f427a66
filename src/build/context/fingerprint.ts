/**
 * What `lstat` tells of all that a COPY takes, as one text: as long as it is the same, so is the content. It costs a look at each
 * file, and neither reading, sorting nor hashing them.
 *
 * Names, kinds, modes, owners, sizes, times of change, inodes and link counts are in it. A link has another inode or another time of
 * change when it leads elsewhere, and extended attributes change that time as well. Of directories size and time of modification do
 * not count; their time of change does, for their attributes, and stands by itself: it is another when a file comes or goes that the
 * ignore file leaves out.
 */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { hasPattern } from '../../containerfile/go-match.ts';
import type { IgnoreMatcher } from '../../containerfile/ignore.ts';
import { coarseTick, fineTick } from './file-index.ts';
import { cleanPath, within } from './tree.ts';

export interface FingerprintRequest {
  /** Absolute. */
  readonly root: string;
  readonly patterns: readonly string[];
  readonly exclusions: readonly IgnoreMatcher[];
}

export interface Fingerprint {
  readonly text: string;
  /** The text without the directories' times of change. */
  readonly withoutFolderTimes: string;
  /** What was looked at and what was listed, relative to the root. */
  readonly paths: readonly string[];
  /** Milliseconds since the epoch: what changes from then on changes the text. */
  readonly settledMs: number;
}

/** @returns undefined for what is not told so: patterns, links on the way to a source, what is not there or not readable */
export function fingerprintOf({ root, patterns, exclusions }: FingerprintRequest): Fingerprint | undefined {
  const walk = new Walk(root, exclusions);
  try {
    for (const pattern of patterns) {
      if (hasPattern(pattern)) return undefined;
      const path = cleanPath(pattern);
      if (!walk.leadsTo(path)) return undefined;
      walk.take(path);
    }
  } catch {
    return undefined;
  }
  return walk.end();
}

class Walk {
  readonly #root: string;
  readonly #exclusions: readonly IgnoreMatcher[];
  readonly #names: string[] = [];
  readonly #paths: string[] = [];
  readonly #numbers: number[] = [];
  readonly #folderTimes: number[] = [];
  #settledMs = 0;

  constructor(root: string, exclusions: readonly IgnoreMatcher[]) {
    this.#root = root;
    this.#exclusions = exclusions;
  }

  #on(path: string): string {
    return path === '' ? this.#root : `${this.#root}/${path}`;
  }

  /** No link is on the way. */
  leadsTo(path: string): boolean {
    const parts = path === '' ? [] : path.split('/');
    return [...parts.keys(), parts.length].every(
      (count) => !lstatSync(this.#on(parts.slice(0, count).join('/'))).isSymbolicLink(),
    );
  }

  take(path: string): void {
    const stat = lstatSync(this.#on(path));
    if (path !== '' && this.#isIgnored(path)) this.#names.push('!');
    this.#note(path, stat);
    if (stat.isDirectory()) this.#below(path);
  }

  #below(folder: string): void {
    this.#paths.push(folder);
    for (const name of readdirSync(this.#on(folder))) {
      const path = within(folder, name);
      const isIgnored = this.#isIgnored(path);
      const stat = lstatSync(this.#on(path));
      if (!isIgnored) this.#note(path, stat);
      if (stat.isDirectory() && !(isIgnored && this.#exclusions.some((rule) => rule.prunes(path))))
        this.#below(path);
    }
  }

  #isIgnored(path: string): boolean {
    return this.#exclusions.length > 0 && this.#exclusions.some((rule) => rule.ignores(path));
  }

  #note(path: string, stat: Stats): void {
    this.#names.push(path);
    if (!stat.isDirectory()) this.#paths.push(path);
    const { mode, uid, gid, size, mtimeMs, ctimeMs, ino, nlink, dev, rdev } = stat;
    if (stat.isDirectory()) {
      this.#numbers.push(mode, uid, gid);
      this.#folderTimes.push(ctimeMs);
    } else this.#numbers.push(mode, uid, gid, size, mtimeMs, ctimeMs, ino, nlink, dev, rdev);
    const tick = ctimeMs % 1000 === 0 ? coarseTick : fineTick;
    const newestMs = stat.isDirectory() ? ctimeMs : Math.max(mtimeMs, ctimeMs);
    this.#settledMs = Math.max(this.#settledMs, newestMs + tick);
  }

  end(): Fingerprint {
    const hash = createHash('sha256');
    hash.update(this.#names.join('\0'));
    hash.update('\0\0');
    hash.update(bytesOf(this.#numbers));
    const withoutFolderTimes = hash.digest('hex');
    const times = createHash('sha256').update(bytesOf(this.#folderTimes)).digest('hex');
    return {
      text: `${withoutFolderTimes} ${times}`,
      withoutFolderTimes,
      paths: this.#paths,
      settledMs: this.#settledMs,
    };
  }
}

function bytesOf(numbers: readonly number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(numbers).buffer);
}
