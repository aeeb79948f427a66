/**
 * Files that are laid under a container before its command starts: written into its upper directory as a layer of their own would be,
 * and told apart from what the command has done when it has ended.
 *
 * A file counts as the command's when it is not the very inode as it was written: to change one changes its time of change, which nobody
 * can set. What the command has removed leaves no trace in the upper directory where the image below had none of it, and a directory
 * that it has made anew must hide the one that was written: both are marked.
 *
 * @see https://docs.kernel.org/filesystems/overlayfs.html
 */
import {
  type BigIntStats,
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { folderOf } from '../context/tree.ts';
import { copyProblem } from './layer-blob.ts';
import { asWalked, type LayerEntry } from './overlay.ts';
import { isOpaqueMarker, opaqueMarker, removedMarker } from './whiteouts.ts';

/**
 * @param layers - entry lists, lowest first
 * @returns whether they can be written from here: no devices, no extended attributes, no hard links, and nothing that hides a directory
 */
export function canPlace(layers: readonly (readonly LayerEntry[])[]): boolean {
  const folders = new Set<string>();
  const others = new Set<string>();
  return layers.every((entries) =>
    entries.every(({ path, file, sameAs }) => {
      const [same, other] = file.kind === 'directory' ? [folders, others] : [others, folders];
      if (other.has(path) || isOpaqueMarker(path)) return false;
      same.add(path);
      const isKnown = file.kind === 'file' || file.kind === 'directory' || file.kind === 'symlink';
      // To change one name of a file parts it from the others where it is in an image, and not here.
      return isKnown && !file.xattrs && sameAs === undefined;
    }),
  );
}

/** What a file was when it was written. */
interface Stamp {
  readonly inode: bigint;
  readonly bornNs: bigint;
  readonly changedNs: bigint;
  readonly isFolder: boolean;
}

export class PlacedFiles {
  readonly #folder: string;
  readonly #stamps = new Map<string, Stamp>();

  /**
   * Writes the files.
   *
   * @param folder - an upper directory that nobody has mounted
   * @param layers - entry lists, lowest first, each with parents first
   */
  constructor(folder: string, layers: readonly (readonly LayerEntry[])[]) {
    this.#folder = folder;
    const entries = latest(layers);
    for (const entry of entries) this.#tryWrite(entry);
    // Once all that is in them is there, since that changes their times.
    for (const { path, file } of [...entries].reverse())
      if (file.kind === 'directory') lutimesSync(join(folder, path), file.mtime, file.mtime);
    for (const { path } of entries) this.#remember(path);
  }

  /** @throws {ComposeError} `E_NO_SPACE`, `E_BUILD` for a file that is gone */
  #tryWrite(entry: LayerEntry): void {
    try {
      this.#write(entry);
    } catch (error) {
      throw copyProblem(error, entry.file.hostPath);
    }
  }

  #write({ path, file, bytes }: LayerEntry): void {
    const target = join(this.#folder, path);
    if (file.kind === 'directory') mkdirSync(target, { recursive: true });
    else if (file.kind === 'symlink') symlinkSync(file.linkTarget ?? '', target);
    else if (bytes) writeFileSync(target, bytes);
    else copyFileSync(file.hostPath, target, constants.COPYFILE_FICLONE);
    lchownSync(target, file.uid, file.gid);
    // After the owner, which takes the set-id bits away.
    if (file.kind !== 'symlink') chmodSync(target, file.mode);
    if (file.kind !== 'directory') lutimesSync(target, file.mtime, file.mtime);
  }

  #remember(path: string): void {
    const stat = lstatSync(join(this.#folder, path), { bigint: true });
    const { ino: inode, birthtimeNs: bornNs, ctimeNs: changedNs } = stat;
    this.#stamps.set(path, { inode, bornNs, changedNs, isFolder: stat.isDirectory() });
  }

  /** The entries of what was written, with its own files in the place of those that it was copied from. */
  asFound(layers: readonly (readonly LayerEntry[])[]): LayerEntry[][] {
    return layers.map((entries) =>
      entries.map((entry) => ({
        ...entry,
        file: { ...entry.file, hostPath: join(this.#folder, entry.path) },
      })),
    );
  }

  /** @param hostPath - of something in the upper directory */
  isAsWritten(hostPath: string): boolean {
    const stamp = this.#stamps.get(relative(this.#folder, hostPath));
    const stat = stamp && statOf(hostPath);
    return (
      stamp !== undefined && stat !== undefined && isStill(stat, stamp) && stat.ctimeNs === stamp.changedNs
    );
  }

  /**
   * @param entries - all that is in the upper directory when the command has ended, parents first
   * @returns what the command has done
   */
  changedIn(entries: readonly LayerEntry[]): LayerEntry[] {
    const { removed, opaque, asWritten } = this.#compare(new Set(entries.map(({ path }) => path)));
    const kept = linked(withParents(entries, ({ path }) => !asWritten.has(path)));
    const marked = kept.flatMap((entry) => [entry, ...(opaque.get(entry.path) ?? [])]);
    return [...marked, ...removed];
  }

  /** @param present - paths that have an entry, other marks included */
  #compare(present: ReadonlySet<string>): {
    readonly removed: readonly LayerEntry[];
    readonly opaque: ReadonlyMap<string, readonly LayerEntry[]>;
    /** Never what is below a path that is not what was written there: it would not show any more. */
    readonly asWritten: ReadonlySet<string>;
  } {
    const removed: LayerEntry[] = [];
    const opaque = new Map<string, readonly LayerEntry[]>();
    const asWritten = new Set<string>();
    const hidden = new Set<string>();
    for (const [path, stamp] of this.#stamps) {
      const above = folderOf(path);
      if (hidden.has(above)) {
        hidden.add(path);
        continue;
      }
      const stat = statOf(join(this.#folder, path));
      if (stat && isStill(stat, stamp)) {
        if (stat.ctimeNs === stamp.changedNs) asWritten.add(path);
        continue;
      }
      hidden.add(path);
      if (stat === undefined) removed.push(removedMarker(path, secondsOf(statOf(join(this.#folder, above)))));
      else if (stamp.isFolder && stat.isDirectory())
        opaque.set(
          path,
          [opaqueMarker(path, secondsOf(stat))].filter((one) => !present.has(one.path)),
        );
    }
    return { removed, opaque, asWritten };
  }
}

/** The same file or directory, changed or not. Numbers of removed ones are given out again. */
function isStill(stat: BigIntStats, { inode, bornNs, isFolder }: Stamp): boolean {
  return stat.ino === inode && stat.birthtimeNs === bornNs && stat.isDirectory() === isFolder;
}

function secondsOf(stat: BigIntStats | undefined): number {
  return Number((stat?.mtimeMs ?? 0n) / 1000n);
}

/** Links to files that are not among the entries any more become files, and the others links to the first. */
function linked(entries: readonly LayerEntry[]): LayerEntry[] {
  const present = new Set(entries.map(({ path }) => path));
  const firsts = new Map<string, string>();
  return entries.map((entry) => {
    const { sameAs, ...file } = entry;
    if (sameAs === undefined || present.has(sameAs)) return entry;
    const first = firsts.get(sameAs);
    if (first !== undefined) return { ...file, sameAs: first };
    firsts.set(sameAs, entry.path);
    return file;
  });
}

/** Of each path the entry of the highest layer: what a file hides is left out. */
function latest(layers: readonly (readonly LayerEntry[])[]): LayerEntry[] {
  const byPath = new Map<string, LayerEntry>();
  for (const entry of layers.flat()) byPath.set(entry.path, entry);
  const entries = asWalked([...byPath.values()]);
  const files = new Set(entries.filter(({ file }) => file.kind !== 'directory').map(({ path }) => path));
  return entries.filter(({ path }) => !isBelow(path, files));
}

function isBelow(path: string, files: ReadonlySet<string>): boolean {
  for (let above = folderOf(path); above !== ''; above = folderOf(above)) if (files.has(above)) return true;
  return false;
}

/** The entries that are wanted and the directories above them. */
function withParents(
  entries: readonly LayerEntry[],
  isWanted: (entry: LayerEntry) => boolean,
): readonly LayerEntry[] {
  const wanted = new Set<string>();
  for (const entry of entries) {
    if (!isWanted(entry)) continue;
    for (let path = entry.path; path !== '' && !wanted.has(path); path = folderOf(path)) wanted.add(path);
  }
  return entries.filter(({ path }) => wanted.has(path));
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // Something above it is no directory any more.
    return undefined;
  }
}
