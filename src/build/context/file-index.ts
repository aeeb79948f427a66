/**
 * Which content a file has, remembered by what `lstat` tells of it, so that an unchanged context is not read again.
 *
 * Wrong never: a file that was changed so lately that the clock of its file system might not tell the next change from this
 * one is not remembered. The index may be lost or damaged at any time: it is then made anew.
 */
import type { BigIntStats } from 'node:fs';

/** [size, mtimeNs, ctimeNs, inode, mode, sha256, digest of extended attributes]; big numbers as text. */
type Row = readonly [number, string, string, string, number, string, string];

export interface KnownFile {
  /** Hex SHA-256 of the bytes. */
  readonly digest: string;
  /** Of the extended attributes; empty: none. */
  readonly mark: string;
}

interface IndexFile {
  readonly version: typeof indexVersion;
  readonly root: string;
  readonly files: Readonly<Record<string, Row>>;
}

export const indexVersion = 2;

/** Milliseconds. Kernels stamp files with the time of their last tick. */
export const fineTick = 20;
/** For file systems that keep whole seconds, or even ones. */
export const coarseTick = 2100;

export class FileIndex {
  readonly #root: string;
  readonly #old: ReadonlyMap<string, Row>;
  readonly #rows = new Map<string, Row>();
  readonly #now: () => number;
  #isChanged = false;

  /** @param text - what was stored; anything else than an index of this version and root counts as empty */
  constructor(root: string, text: string | undefined, now: () => number) {
    this.#root = root;
    this.#now = now;
    this.#old = readRows(root, text);
  }

  /** True when saving would store something new. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  find(path: string, stat: BigIntStats): KnownFile | undefined {
    const row = this.#rows.get(path) ?? this.#old.get(path);
    if (!row || !isSame(row, stat)) return undefined;
    this.#rows.set(path, row);
    return { digest: row[5], mark: row[6] };
  }

  remember(path: string, stat: BigIntStats, known: KnownFile): void {
    if (this.#isFresh(stat)) return;
    this.#isChanged = true;
    this.#rows.set(path, rowOf(stat, known));
  }

  #isFresh(stat: BigIntStats): boolean {
    const tick = stat.ctimeNs % 1_000_000_000n === 0n ? coarseTick : fineTick;
    const newestMs = Math.max(Number(stat.mtimeNs / 1_000_000n), Number(stat.ctimeNs / 1_000_000n));
    return newestMs + tick > this.#now();
  }

  /** Entries that this run did not ask for are kept: another service may take them from the same context. */
  text(): string {
    const all = new Map([...this.#old, ...this.#rows]);
    const index: IndexFile = { version: indexVersion, root: this.#root, files: Object.fromEntries(all) };
    return JSON.stringify(index);
  }
}

function readRows(root: string, text: string | undefined): Map<string, Row> {
  if (text === undefined) return new Map();
  try {
    const file = JSON.parse(text) as IndexFile;
    if (file.version !== indexVersion || file.root !== root) return new Map();
    return new Map(Object.entries(file.files).filter(([, row]) => isRow(row)));
  } catch {
    return new Map();
  }
}

function isRow(row: unknown): row is Row {
  return (
    Array.isArray(row) &&
    row.length === 7 &&
    typeof row[0] === 'number' &&
    typeof row[4] === 'number' &&
    /^[0-9a-f]{64}$/.test(String(row[5])) &&
    /^(?:[0-9a-f]{64})?$/.test(String(row[6]))
  );
}

function rowOf(stat: BigIntStats, { digest, mark }: KnownFile): Row {
  return [
    Number(stat.size),
    String(stat.mtimeNs),
    String(stat.ctimeNs),
    String(stat.ino),
    Number(stat.mode),
    digest,
    mark,
  ];
}

function isSame(row: Row, stat: BigIntStats): boolean {
  return (
    row[0] === Number(stat.size) &&
    row[1] === String(stat.mtimeNs) &&
    row[2] === String(stat.ctimeNs) &&
    row[3] === String(stat.ino) &&
    row[4] === Number(stat.mode)
  );
}
