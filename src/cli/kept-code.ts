/**
 * Compiled code from one run to the next: a file per pack and command under XDG_CACHE_HOME, since a command's functions are few and all
 * that is in a file is made anew when it is read. It can be lost, and is never waited for or complained about.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Script } from 'node:vm';
import { cacheHome } from '../base/cache-home.ts';
import { isOnlyOurs } from './only-ours.ts';
import { keepAllFunctions, withUsualFlags } from './v8-flags.ts';

/** What is known of a file's data, padded with blanks to this many bytes at the start of the file. */
const headerBytes = 1024;

/** Files that no run has written for so long are of a version that is gone, or will be made again. */
const staleAfterMs = 30 * 24 * 3600 * 1000;

/** Names of all commands; put in when it is bundled. */
declare const CODE_COMMANDS: readonly string[];

interface Header {
  /** Made by a run that ended well: the others stop half way. */
  readonly isWhole: boolean;
  /** Numbers of the chunks that had run. */
  readonly chunks: readonly number[];
}

/** As in the file. */
interface WrittenHeader extends Header {
  readonly sum: number;
}

interface LoadedPack {
  readonly script: Script;
  readonly header: Header | undefined;
}

export class KeptCode {
  readonly #folder: string | undefined;
  readonly #command: string;
  readonly #headers = new Map<string, Header>();
  readonly #packs = new Map<string, LoadedPack>();
  readonly #ran: number[] = [];
  #isGrowing = false;

  constructor(argv: readonly string[], env: Readonly<Record<string, string | undefined>>) {
    this.#folder = cacheFolder(env);
    this.#command = argv.find((word) => CODE_COMMANDS.includes(word)) ?? 'none';
  }

  /** The compiled code of a pack, if there is some. */
  read(identity: string): Buffer | undefined {
    const path = this.#path(identity);
    const found = path === undefined ? undefined : readKept(path);
    if (found) this.#headers.set(identity, found.header);
    return found?.data;
  }

  /** A pack has been compiled, or made from what was kept. */
  loaded(identity: string, script: Script): void {
    if (this.#folder === undefined) return;
    if (this.#packs.size === 0) process.once('exit', (code) => this.#keep(code === 0));
    const isUsed = script.cachedDataRejected === false;
    this.#packs.set(identity, { script, header: isUsed ? this.#headers.get(identity) : undefined });
  }

  /** A chunk runs: if it had not when the code was kept, there is more to keep. */
  ran(chunk: number): void {
    this.#ran.push(chunk);
    if (this.#isGrowing || this.#folder === undefined) return;
    const isKnown = [...this.#packs.values()].every(({ header }) => header?.chunks.includes(chunk));
    if (isKnown) return;
    this.#isGrowing = true;
    keepAllFunctions();
  }

  #path(identity: string): string | undefined {
    const version = `${process.version}-${process.arch}`;
    return this.#folder && join(this.#folder, `${identity}-${version}-${this.#command}`);
  }

  #keep(isWhole: boolean): void {
    let isKept = false;
    for (const [identity, { script, header }] of this.#packs) {
      const path = this.#path(identity);
      if (path === undefined || !isMore({ isWhole, chunks: this.#ran }, header)) continue;
      const chunks = [...new Set([...(header?.chunks ?? []), ...this.#ran])];
      const next = { isWhole: isWhole || header?.isWhole === true, chunks };
      const data = withUsualFlags(() => script.createCachedData());
      isKept = writeKept(path, next, data) || isKept;
    }
    if (isKept && this.#folder !== undefined) sweep(this.#folder);
  }
}

function isMore(now: Header, before: Header | undefined): boolean {
  if (!before || (now.isWhole && !before.isWhole)) return true;
  return now.chunks.some((chunk) => !before.chunks.includes(chunk));
}

function cacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env['TSCOMPOSE_CODE_CACHE'] === '0') return undefined;
  return join(cacheHome(env), 'code');
}

function readKept(path: string): { readonly header: Header; readonly data: Buffer } | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const stat = fstatSync(descriptor);
    const { size } = stat;
    if (!isOnlyOurs(stat) || size <= headerBytes) return undefined;
    const bytes = Buffer.allocUnsafeSlow(size);
    if (readSync(descriptor, bytes, 0, size, 0) !== size) return undefined;
    const header = JSON.parse(bytes.toString('latin1', 0, headerBytes)) as WrittenHeader;
    return header.sum === sumOf(bytes) ? { header, data: bytes.subarray(headerBytes) } : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** False: a read-only home, a full disk; the next run compiles again. */
function writeKept(path: string, header: Header, data: Buffer): boolean {
  const bytes = Buffer.allocUnsafeSlow(headerBytes + data.length);
  data.copy(bytes, headerBytes);
  const text = JSON.stringify({ ...header, sum: sumOf(bytes) } satisfies WrittenHeader);
  if (text.length > headerBytes) return false;
  bytes.write(text.padEnd(headerBytes), 'latin1');
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, bytes, { mode: 0o600, flag: 'wx' });
    renameSync(unfinished, path);
    return true;
  } catch {
    return false;
  }
}

/**
 * V8 believes what it is given and dies of damaged code. A machine that goes down leaves blocks of 512 bytes that were not written:
 * eight numbers of each tell (many are zero in a good one too), and take no time.
 *
 * @param bytes - a whole file, at the start of its buffer
 */
function sumOf({ buffer, length }: Buffer): number {
  const numbers = new Int32Array(buffer, headerBytes, (length - headerBytes) >> 2);
  let sum = length;
  for (let index = 0; index < numbers.length; index += 16)
    sum = (Math.imul(sum, 31) + (numbers[index] ?? 0)) | 0;
  return sum;
}

/** Removes what versions that are gone have left. */
function sweep(folder: string): void {
  try {
    const limit = Date.now() - staleAfterMs;
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).mtimeMs < limit) rmSync(path);
    }
  } catch {
    // Somebody else sweeps too.
  }
}
