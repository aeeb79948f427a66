/** A directory of this machine as a tree: a build context. Everything is looked up once; what was seen stays so for the run. */
import { createHash } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../base/digest.ts';
import { ComposeError } from '../../base/errors.ts';
import type { Xattrs } from '../../podman/types.ts';
import type { TarKind } from '../layer/tar-writer.ts';
import type { FileIndex } from './file-index.ts';
import { byBytes, type FileTree, type ReadXattrs, type TreeFile } from './tree.ts';

export class LocalTree implements FileTree {
  readonly root: string;
  readonly #index: FileIndex;
  readonly #stats = new Map<string, BigIntStats | undefined>();
  readonly #lists = new Map<string, readonly string[]>();
  readonly #digests = new Map<string, string>();
  readonly #marks = new Map<string, string>();

  constructor(root: string, index: FileIndex) {
    this.root = root;
    this.#index = index;
  }

  lstat(path: string): TreeFile | undefined {
    const stat = this.#stat(path);
    return stat && treeFile(join(this.root, path), stat);
  }

  #stat(path: string): BigIntStats | undefined {
    if (this.#stats.has(path)) return this.#stats.get(path);
    const stat = statOf(join(this.root, path));
    this.#stats.set(path, stat);
    return stat;
  }

  list(path: string): readonly string[] {
    const known = this.#lists.get(path);
    if (known) return known;
    const names = namesIn(join(this.root, path));
    this.#lists.set(path, names);
    return names;
  }

  /** What was looked at and what was listed: absolute. */
  looked(): string[] {
    return [...new Set([...this.#stats.keys(), ...this.#lists.keys()])].map((path) => join(this.root, path));
  }

  /** True when everything that was looked at is still as it was. */
  isUnchanged(): boolean {
    return [...this.#stats].every(([path, stat]) => {
      const now = statOf(join(this.root, path));
      // Files that come and go beside what was looked at are nobody's business: a cache or a log in the project's directory.
      if (stat?.isDirectory() && !this.#lists.has(path)) return isSameDirectory(stat, now);
      return isSameFile(stat, now);
    });
  }

  digest(path: string, file: TreeFile): string {
    const known = this.#digests.get(path);
    if (known !== undefined) return known;
    const stat = this.#stat(path);
    const found = stat && this.#index.find(path, stat);
    const digest = found?.digest ?? digestFile(file.hostPath);
    if (found) this.#marks.set(path, found.mark);
    const mark = this.#marks.get(path);
    if (stat && found === undefined && mark !== undefined) this.#index.remember(path, stat, { digest, mark });
    this.#digests.set(path, digest);
    return digest;
  }

  /** A digest of a file's extended attributes; empty: it has none. Only what was learned is known. */
  mark(path: string): string {
    const stat = this.#stat(path);
    return this.#marks.get(path) ?? (stat && this.#index.find(path, stat)?.mark) ?? '';
  }

  /** Reads extended attributes of the files and directories among the paths, where the index does not know them. */
  async learn(paths: readonly string[], read: ReadXattrs): Promise<void> {
    const open = [...new Set(paths)].filter((path) => this.#isUnknown(path));
    if (open.length === 0) return;
    const found = await read(open.map((path) => join(this.root, path)));
    for (const path of open) {
      const xattrs = found.get(join(this.root, path));
      this.#marks.set(path, xattrs ? digestOf(textual(xattrs)) : '');
      const stat = this.#stat(path);
      const mark = this.#marks.get(path) ?? '';
      if (stat?.isDirectory()) this.#index.remember(path, stat, { digest: noContent, mark });
    }
  }

  #isUnknown(path: string): boolean {
    const stat = this.#stat(path);
    if (!stat || this.#marks.has(path) || !(stat.isFile() || stat.isDirectory())) return false;
    return this.#index.find(path, stat) === undefined;
  }
}

/** A directory has none of its own. */
const noContent = '0'.repeat(64);

function textual(xattrs: Xattrs): Record<string, string> {
  return Object.fromEntries(
    Object.entries(xattrs).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  );
}

/** What is in it apart. */
function isSameDirectory(a: BigIntStats, b: BigIntStats | undefined): boolean {
  return b !== undefined && a.ino === b.ino && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
}

function isSameFile(a: BigIntStats | undefined, b: BigIntStats | undefined): boolean {
  if (!a || !b) return a === b;
  return (
    a.ino === b.ino &&
    a.size === b.size &&
    a.mode === b.mode &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs
  );
}

const kindByType: ReadonlyMap<number, TarKind> = new Map([
  [constants.S_IFREG, 'file'],
  [constants.S_IFLNK, 'symlink'],
  [constants.S_IFCHR, 'char'],
  [constants.S_IFBLK, 'block'],
  [constants.S_IFDIR, 'directory'],
  [constants.S_IFIFO, 'fifo'],
]);

/** What `lstat` tells, as a tree's file. A socket is undefined: archives cannot hold it. */
export function treeFile(hostPath: string, stat: BigIntStats): TreeFile | undefined {
  const mode = Number(stat.mode);
  const kind = kindByType.get(mode & constants.S_IFMT);
  if (kind === undefined) return undefined;
  return {
    kind,
    mode: mode & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mtime: Number(stat.mtimeNs / 1_000_000_000n),
    size: kind === 'file' ? Number(stat.size) : 0,
    ...(kind === 'symlink' ? { linkTarget: readlinkSync(hostPath) } : {}),
    ...(kind === 'char' || kind === 'block' ? { device: deviceOf(stat.rdev) } : {}),
    ...(kind === 'file' && stat.nlink > 1n ? { inode: `${stat.dev}:${stat.ino}` } : {}),
    hostPath,
  };
}

/** Linux' split of a device number. */
function deviceOf(rdev: bigint): { major: number; minor: number } {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xfffff000n);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(path, error);
  }
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path).sort(byBytes);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Shared: reading is synchronous. */
const chunk = Buffer.allocUnsafe(1024 * 1024);

/** Hex SHA-256 of a file of any size. */
export function digestFile(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const hash = createHash('sha256');
    for (let count = readSync(fd, chunk); count > 0; count = readSync(fd, chunk))
      hash.update(chunk.subarray(0, count));
    return hash.digest('hex');
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    closeSync(fd);
  }
}

/** A file of a context that this process may not read. */
export class ContextUnreadable extends ComposeError {
  readonly path: string;

  constructor(path: string, code: string) {
    super({
      code: 'E_FILE_UNREADABLE',
      severity: 'error',
      message: `${path} of a build context cannot be read: ${code}`,
      hint: 'leave it out with .dockerignore, or make it readable',
    });
    this.path = path;
  }
}

function unreadable(path: string, cause: unknown): Error {
  return new ContextUnreadable(path, (cause as NodeJS.ErrnoException).code ?? String(cause));
}
