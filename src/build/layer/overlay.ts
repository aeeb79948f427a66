/** The files of an image with what new layers have put over them: where the next COPY looks for its destination. */
import { cleanPath, type FileTree, resolveIn, type TreeFile } from '../context/tree.ts';
import { opaqueMarker } from './whiteouts.ts';

/** One entry of a new layer. */
export interface LayerEntry {
  /** In the image, relative to its root. */
  readonly path: string;
  readonly file: TreeFile;
  /** For a file: its content's digest, checked while it is read. */
  readonly digest?: string;
  /** For a file with its bytes at hand, e.g. of a heredoc. */
  readonly bytes?: Uint8Array;
  /** Another entry of the layer that it is a hard link to. */
  readonly sameAs?: string;
}

export class Overlay implements FileTree {
  readonly #base: FileTree | undefined;
  readonly #over = new Map<string, LayerEntry>();
  /** Of the layer that is being made. */
  #layer = new Map<string, LayerEntry>();
  /** Directories in which something was put. */
  readonly #folders = new Set<string>();
  /** Directories that have taken the place of something else: nothing of the image below is in them. */
  readonly #emptied = new Set<string>();
  /** Those of them that the layer must say so of. */
  #opaque = new Set<string>();
  /** Names that were put into the layer as links to another, by that one's. */
  #links = new Map<string, string[]>();

  /** @param base - the parent image's files; undefined: none */
  constructor(base: FileTree | undefined) {
    this.#base = base;
  }

  lstat(path: string): TreeFile | undefined {
    const own = this.#over.get(path);
    if (own) return own.file;
    if (path === '') return this.#base?.lstat('') ?? rootDirectory;
    if (this.#isCovered(path)) return undefined;
    return this.#base?.lstat(path);
  }

  /** A new file in the place of a directory hides what was in it, and a new directory in the place of that file does not bring it back. */
  #isCovered(path: string): boolean {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      if (isOther(this.#over.get(folder)) || this.#emptied.has(folder)) return true;
    }
    return false;
  }

  /** Only asked of trees that sources are taken from. */
  list(path: string): readonly string[] {
    return this.#base?.list(path) ?? [];
  }

  digest(path: string, file: TreeFile): string {
    return this.#over.get(path)?.digest ?? this.#base?.digest(path, file) ?? '';
  }

  /** The bytes that are at hand for a path; absent: they are at its `hostPath`. */
  bytes(path: string): Uint8Array | undefined {
    return this.#over.get(path)?.bytes;
  }

  put(entry: LayerEntry): void {
    const { path, file, sameAs } = entry;
    this.#addParents(path);
    const isReplaced = this.#links.has(path);
    if (file.kind === 'directory') {
      if (isOther(this.#over.get(path))) this.#emptied.add(path);
      // In one layer the file does not come before the directory.
      if (isOther(this.#layer.get(path))) this.#opaque.add(path);
    } else if (this.#folders.delete(path)) this.#removeBelow(path);
    this.#over.set(path, entry);
    this.#layer.set(path, entry);
    if (isReplaced) this.#relink(path);
    if (sameAs === undefined) return;
    const links = this.#links.get(sameAs);
    if (links) links.push(path);
    else this.#links.set(sameAs, [path]);
  }

  /** What was put into a directory goes with it. */
  #removeBelow(folder: string): void {
    const gone = [...this.#over.keys()].filter((path) => path.startsWith(`${folder}/`));
    for (const path of gone) {
      this.#over.delete(path);
      this.#layer.delete(path);
      this.#folders.delete(path);
    }
    for (const path of gone) this.#relink(path);
  }

  /** Links to what is not there any more have its content on: the first of them holds it, and the others are links to that. */
  #relink(gone: string): void {
    const left = (this.#links.get(gone) ?? []).flatMap((path) => {
      const entry = this.#layer.get(path);
      return entry?.sameAs === gone ? [entry] : [];
    });
    this.#links.delete(gone);
    const [first, ...others] = asWalked(left);
    if (!first) return;
    const { sameAs, ...whole } = first;
    this.put(whole);
    for (const other of others) this.put({ ...other, sameAs: whole.path });
  }

  /** An archive that names a file without its directories resets them: they go in as they are. */
  #addParents(path: string): void {
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      const parent = path.slice(0, slash);
      this.#folders.add(parent);
      if (this.#layer.has(parent)) continue;
      const file = this.lstat(parent);
      if (file) this.#layer.set(parent, { path: parent, file });
    }
  }

  /** Makes a directory and those above it that are missing. @returns where it is, links followed */
  makeDirectory(path: string, how: { uid: number; gid: number; mtime: number }): string {
    let done = '';
    for (const part of cleanPath(path)
      .split('/')
      .filter((p) => p !== '')) {
      const { path: real, file } = resolveIn(this, done === '' ? part : `${done}/${part}`, { last: true });
      if (file?.kind === 'directory') {
        done = real;
        continue;
      }
      if (file) throw new NotADirectory(`/${real}`);
      done = real;
      this.put({ path: real, file: { ...rootDirectory, ...how } });
    }
    return done;
  }

  /** Ends the layer: its entries, parents first; empty when nothing was put. */
  takeLayer(): LayerEntry[] {
    const entries = asWalked([...this.#layer.values()]).flatMap((entry) =>
      this.#opaque.has(entry.path) && !isOther(entry)
        ? [entry, opaqueMarker(entry.path, entry.file.mtime)]
        : [entry],
    );
    this.#layer = new Map();
    this.#opaque = new Set();
    this.#links = new Map();
    return entries;
  }
}

function isOther(entry: LayerEntry | undefined): boolean {
  return entry !== undefined && entry.file.kind !== 'directory';
}

/** Entries in the order of a walk, so that what a link means comes before it: a directory, all that is in it, the next name. */
export function asWalked(entries: readonly LayerEntry[]): LayerEntry[] {
  const keyed = entries.map((entry) => ({ entry, key: entry.path.replaceAll('/', '\0') }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ entry }) => entry);
}

export class NotADirectory extends Error {
  readonly path: string;
  constructor(path: string) {
    super(`${path} is not a directory`);
    this.path = path;
  }
}

const rootDirectory: TreeFile = {
  kind: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtime: 0,
  size: 0,
  hostPath: '',
};
