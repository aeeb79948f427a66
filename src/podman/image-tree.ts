/**
 * The files of an image, read from the directories of its layers without mounting them: the highest layer that has a path gives it.
 *
 *     layer 3:  etc/motd            -> etc/motd of layer 3
 *     layer 2:  etc/hosts (0:0 char device, a whiteout)  -> etc/hosts is not there
 *     layer 1:  etc/hosts, etc/passwd
 *
 * A directory that replaces one below it is marked by an extended attribute, which Node cannot read. GNU tar can: it is asked once
 * for all directories that more than one layer has.
 */
import { spawnSync } from 'node:child_process';
import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';

export interface ImageTreeRequest {
  /** Highest first. */
  readonly folders: readonly string[];
  readonly searchPath: string | undefined;
}

/** What is in the image cannot be told: no rights, no tar. */
export class ImageUnreadable extends Error {}

interface Place {
  /** Directory in the layer. */
  readonly folder: string;
  readonly layer: number;
}

interface Node {
  readonly hostPath: string;
  readonly stat: BigIntStats;
  /** For a directory: every layer's part of it, highest first. */
  readonly parts: readonly Place[];
}

export class ImageTree {
  readonly #request: ImageTreeRequest;
  readonly #nodes = new Map<string, Node | undefined>();
  readonly #lists = new Map<string, readonly string[]>();
  readonly #opaque = new Map<string, boolean>();

  constructor(request: ImageTreeRequest) {
    this.#request = request;
  }

  /** @returns the file's stat and where it is on this machine; undefined: not in the image */
  lstat(path: string): { readonly hostPath: string; readonly stat: BigIntStats } | undefined {
    return this.#node(path);
  }

  list(path: string): readonly string[] {
    const known = this.#lists.get(path);
    if (known) return known;
    const names = new Set<string>();
    const hidden = new Set<string>();
    for (const part of this.#node(path)?.parts ?? []) {
      for (const name of readNames(part.folder)) {
        if (names.has(name) || hidden.has(name)) continue;
        if (isWhiteout(statOf(join(part.folder, name)))) hidden.add(name);
        else names.add(name);
      }
    }
    const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    this.#lists.set(path, sorted);
    return sorted;
  }

  /** Asks for the marks of all directories below a path at once. */
  prepare(path: string): void {
    const found: string[] = [];
    const folders = this.#request.folders.map((folder) => join(folder, path));
    collectShared(folders, found);
    this.#askOpaque(found);
  }

  #node(path: string): Node | undefined {
    if (this.#nodes.has(path)) return this.#nodes.get(path);
    const node = path === '' ? this.#root() : this.#child(path);
    this.#nodes.set(path, node);
    return node;
  }

  #root(): Node | undefined {
    const parts = this.#request.folders.map((folder, layer) => ({ folder, layer }));
    const [first] = parts;
    const stat = first && statOf(first.folder);
    return first && stat && { hostPath: first.folder, stat, parts };
  }

  #child(path: string): Node | undefined {
    const slash = path.lastIndexOf('/');
    const parent = this.#node(slash < 0 ? '' : path.slice(0, slash));
    const name = path.slice(slash + 1);
    const found: { place: Place; stat: BigIntStats }[] = [];
    for (const part of parent?.parts ?? []) {
      const folder = join(part.folder, name);
      const stat = statOf(folder);
      if (!stat) continue;
      if (isWhiteout(stat)) break;
      if (found.length > 0 && !stat.isDirectory()) break;
      found.push({ place: { folder, layer: part.layer }, stat });
      if (!stat.isDirectory()) break;
    }
    const [first] = found;
    if (!first) return undefined;
    const parts = first.stat.isDirectory() ? this.#upToOpaque(found.map(({ place }) => place)) : [];
    return { hostPath: first.place.folder, stat: first.stat, parts };
  }

  /** A marked directory hides what lower layers have of it. */
  #upToOpaque(places: readonly Place[]): Place[] {
    if (places.length < 2) return [...places];
    this.#askOpaque(places.slice(0, -1).map(({ folder }) => folder));
    const last = places.findIndex(({ folder }) => this.#opaque.get(folder));
    return last < 0 ? [...places] : places.slice(0, last + 1);
  }

  #askOpaque(folders: readonly string[]): void {
    const open = folders.filter((folder) => !this.#opaque.has(folder));
    if (open.length === 0) return;
    const marked = opaqueAmong(open, this.#request.searchPath);
    for (const folder of open) this.#opaque.set(folder, marked.has(folder));
  }
}

/** Directories that more than one of the given layers' parts have. */
function collectShared(folders: readonly string[], found: string[]): void {
  const present = folders.filter((folder) => statOf(folder)?.isDirectory());
  if (present.length < 2) return;
  found.push(...present.slice(0, -1));
  const names = new Map<string, string[]>();
  for (const folder of present) {
    for (const name of readNames(folder)) {
      const list = names.get(name);
      if (list) list.push(join(folder, name));
      else names.set(name, [join(folder, name)]);
    }
  }
  for (const children of names.values()) if (children.length > 1) collectShared(children, found);
}

/** An overlay file system marks what was removed by a character device 0:0. */
function isWhiteout(stat: BigIntStats | undefined): boolean {
  return stat?.isCharacterDevice() === true && stat.rdev === 0n;
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ImageUnreadable(`${path}: ${code}`);
  }
}

function readNames(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw new ImageUnreadable(`${path}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

const markPattern = /(?:trusted|user)\.(?:overlay|fuseoverlayfs)\.opaque=(.)/;

/**
 * Those of the directories that carry the mark.
 *
 * @throws {ImageUnreadable}
 */
function opaqueAmong(folders: readonly string[], searchPath: string | undefined): Set<string> {
  if (folders.length === 0) return new Set();
  const tar = findProgram('tar', searchPath);
  if (!tar) throw new ImageUnreadable('tar is not installed');
  const result = spawnSync(
    tar,
    [
      '--create',
      '--file=-',
      '--format=pax',
      '--absolute-names',
      '--no-recursion',
      '--xattrs',
      '--xattrs-include=*.opaque',
      '--null',
      '--files-from=-',
    ],
    { input: folders.join('\0'), maxBuffer: 1024 * 1024 * 1024, env: { LC_ALL: 'C' } },
  );
  if (result.status !== 0) throw new ImageUnreadable(`tar: ${String(result.stderr).trim()}`);
  return markedEntries(result.stdout);
}

/** Names of the archive's directories whose PAX header has the mark. */
function markedEntries(archive: Buffer): Set<string> {
  const marked = new Set<string>();
  let records = '';
  for (let at = 0; at + 512 <= archive.length; ) {
    const type = archive.toString('latin1', at + 156, at + 157);
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8) || 0;
    const next = at + 512 + Math.ceil(size / 512) * 512;
    if (type === 'x') records = archive.toString('utf8', at + 512, at + 512 + size);
    else {
      const name = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1] ?? nameOf(archive, at);
      if (markPattern.exec(records)?.[1] === 'y') marked.add(name.replace(/\/$/, ''));
      records = '';
    }
    at = next;
  }
  return marked;
}

function nameOf(archive: Buffer, at: number): string {
  const text = (from: number, length: number): string => {
    const part = archive.subarray(at + from, at + from + length);
    const end = part.indexOf(0);
    return part.toString('utf8', 0, end < 0 ? length : end);
  };
  const prefix = text(345, 155);
  return prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
}
