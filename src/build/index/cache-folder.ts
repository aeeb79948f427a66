/**
 * The user's cache directory, whose files are written whole or not at all. What is being written has a place of its own until it
 * gets its name, so that what a killed process leaves is found at one look.
 */
import { randomBytes } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export class CacheFolder {
  /** `XDG_CACHE_HOME/tscompose`. */
  readonly path: string;
  readonly #unfinished: string;
  readonly #held: string;
  readonly #pid: number;

  /** @param pid - of this process */
  constructor(path: string, pid: number) {
    this.path = path;
    this.#unfinished = join(path, 'unfinished');
    this.#held = join(path, 'held');
    this.#pid = pid;
  }

  /**
   * Writes a file so that nobody sees half of it.
   *
   * @param file - within this directory
   * @returns false: it cannot be written, and is done without: it is only a cache
   */
  write(file: string, text: string): boolean {
    try {
      this.#put(file, text, renameSync);
      return true;
    } catch {
      return false;
    }
  }

  /** The same, unless there is such a file. @returns false: somebody else has written it meanwhile */
  writeFirst(file: string, text: string): boolean {
    try {
      this.#put(file, text, linkSync);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'EEXIST';
    }
  }

  /** @param name - gives the file that has been written its name */
  #put(file: string, text: string, name: (unfinished: string, file: string) => void): void {
    const unfinished = this.#unfinishedFile();
    try {
      makeFolders(unfinished, file);
      writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx' });
      name(unfinished, file);
    } finally {
      removeFile(unfinished);
    }
  }

  /**
   * Holds a name until this process lets it go or ends.
   *
   * @param isAlive - whether a process of that id runs
   * @returns false: another process holds it
   */
  hold(name: string, isAlive: (pid: number) => boolean): boolean {
    const file = join(this.#held, name);
    if (!this.isHeld(name, isAlive)) removeFile(file);
    return this.writeFirst(file, String(this.#pid));
  }

  letGo(name: string): void {
    removeFile(join(this.#held, name));
  }

  /** Whether a process that runs holds it. */
  isHeld(name: string, isAlive: (pid: number) => boolean): boolean {
    const text = readWhole(join(this.#held, name));
    return text !== undefined && isAlive(Number.parseInt(text, 10));
  }

  /** Removes what killed processes were writing, or held. @param isAlive - whether a process of that id runs */
  sweep(isAlive: (pid: number) => boolean): void {
    for (const name of namesIn(this.#unfinished))
      if (!isAlive(Number.parseInt(name, 10))) removeFile(join(this.#unfinished, name));
    for (const name of namesIn(this.#held)) if (!this.isHeld(name, isAlive)) this.letGo(name);
  }

  /**
   * Random bytes of this user, made once: secrets count in keys by a digest that says nothing without them.
   *
   * @returns fresh ones where they cannot be kept: then a step with secrets is made every time
   */
  salt(): Buffer {
    const file = join(this.path, 'salt');
    const known = readSalt(file);
    if (known) return known;
    const fresh = randomBytes(32);
    this.writeFirst(file, fresh.toString('hex'));
    // What is there may be damaged, or a file cannot have two names there.
    if (!readSalt(file)) this.write(file, fresh.toString('hex'));
    return readSalt(file) ?? fresh;
  }

  /** `4711-0abf3a7bafe9`: the process that writes it, and a name of its own. */
  #unfinishedFile(): string {
    return join(this.#unfinished, `${this.#pid}-${randomBytes(6).toString('hex')}`);
  }
}

/** The names in a directory, in order; none where it cannot be read. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** A file of the cache; undefined: not there or not readable. */
export function readWhole(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The same, and its time says that it is still used: `--prune` forgets what is not. */
export function readUsed(path: string, nowMs: number): string | undefined {
  const text = readWhole(path);
  try {
    if (text !== undefined) utimesSync(path, nowMs / 1000, nowMs / 1000);
  } catch {
    // Then it may be forgotten, and is made again.
  }
  return text;
}

function readSalt(file: string): Buffer | undefined {
  const text = readWhole(file);
  return text !== undefined && /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}

function makeFolders(...files: readonly string[]): void {
  for (const file of files) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
}

function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where nothing could be written there is nothing to remove.
  }
}
