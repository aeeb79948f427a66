/**
 * A tree of files that instructions take from: a directory of the host, or the file system of an image.
 * Paths are relative to the root, with single slashes and none at the ends; `''` is the root itself.
 */
import type { Xattrs } from '../../podman/types.ts';
import type { TarKind } from '../layer/tar-writer.ts';

/** @param paths - of this machine, absolute; what has no attributes is not in the answer */
export type ReadXattrs = (paths: readonly string[]) => Promise<ReadonlyMap<string, Xattrs>>;

export interface TreeFile {
  readonly kind: TarKind;
  /** 0o7777 at most. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds. */
  readonly mtime: number;
  /** Bytes; 0 for what is not a regular file. */
  readonly size: number;
  readonly linkTarget?: string;
  readonly device?: { readonly major: number; readonly minor: number };
  /** Equal for hard links to one file; absent for a file with one name. */
  readonly inode?: string;
  /** Where the bytes are on this machine; empty for what is on no disk. */
  readonly hostPath: string;
  readonly xattrs?: Xattrs;
}

export interface FileTree {
  /** The file itself, links not followed at the end of the path; undefined: not there. */
  lstat(path: string): TreeFile | undefined;
  /** Names in a directory, sorted by bytes. */
  list(path: string): readonly string[];
  /** Hex SHA-256 of a regular file's bytes. */
  digest(path: string, file: TreeFile): string;
  /** What tells a file's extended attributes from others, where they count. */
  mark?(path: string): string;
  /** Told that all below a directory will be read, so that what is slow can be asked at once. */
  prepare?(path: string): void;
}

export const maxLinks = 40;

/** Where a path leads: every symbolic link on the way followed inside the tree, the last one too unless told. */
export interface Resolved {
  readonly path: string;
  /** Absent: nothing is there. The parents that exist are resolved all the same. */
  readonly file: TreeFile | undefined;
}

/**
 * Follows a path the way the kernel does in a root of its own: absolute links start at the root and `..` does not leave it.
 *
 * @throws {TreeLoop} for too many links
 */
export function resolveIn(tree: FileTree, path: string, how: { readonly last: boolean }): Resolved {
  const todo = split(path).reverse();
  const done: string[] = [];
  let links = 0;
  let file = tree.lstat('');
  while (todo.length > 0) {
    const part = todo.pop() as string;
    if (part === '..') {
      done.pop();
      file = tree.lstat(done.join('/'));
      continue;
    }
    const here = [...done, part].join('/');
    file = tree.lstat(here);
    const isLast = todo.length === 0;
    if (file?.kind !== 'symlink' || (isLast && !how.last)) {
      done.push(part);
      continue;
    }
    links += 1;
    if (links > maxLinks) throw new TreeLoop(path);
    const target = file.linkTarget ?? '';
    if (target.startsWith('/')) done.length = 0;
    todo.push(...split(target).reverse());
    file = tree.lstat(done.join('/'));
  }
  return { path: done.join('/'), file };
}

/** Symbolic links that lead round in a circle. */
export class TreeLoop extends Error {
  constructor(path: string) {
    super(`too many symbolic links at ${path}`);
  }
}

/** What is in an image cannot be told from here: the caller takes another way. */
export class TreeUnknown extends Error {}

function split(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** The path of a name in a directory. */
export function within(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** `a/b` -> `a`; `a` -> `''`. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The parts of a path without `.`, `..` and empty ones; `..` never leaves the root. */
export function cleanPath(path: string): string {
  const done: string[] = [];
  for (const part of split(path)) {
    if (part === '..') done.pop();
    else done.push(part);
  }
  return done.join('/');
}

/** Compares names by their bytes, as engines and Go sort them. */
export function byBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
