/**
 * The files that a command has changed, as the entries of a layer: read from the upper directory of the overlay file system that it ran on.
 *
 *     etc/motd (file)                       -> etc/motd
 *     etc/issue (0:0 char device)           -> etc/.wh.issue: it was removed
 *     srv (directory with the opaque mark)  -> srv, srv/.wh..wh..opq: what was in it before is gone
 *
 * What the engine mounts into a container needs a place, and it makes one where the image has none: those are left out.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/layer.md#representing-changes
 */
import { type FileTree, type TreeFile, TreeUnknown, within } from '../context/tree.ts';
import type { LayerEntry } from './overlay.ts';
import { opaqueMarker, removedMarker } from './whiteouts.ts';

export interface ChangedRequest {
  /** The upper directory. */
  readonly changed: FileTree;
  /** The image's files before. */
  readonly before: FileTree;
  /** Those of the directories that carry the opaque mark. */
  readonly opaque: (folders: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Mount points that stay in the layer where the image has none: what this engine's own builder leaves. */
  readonly left: readonly string[];
}

/** Files that engines mount into every container. */
export const mountedFiles: ReadonlySet<string> = new Set([
  'etc/hosts',
  'etc/hostname',
  'etc/resolv.conf',
  'run/.containerenv',
]);
/** Directories that are made for mounts. */
const mountFolders: ReadonlySet<string> = new Set(['dev', 'etc', 'proc', 'run', 'run/secrets', 'sys']);

/**
 * @returns parents first
 * @throws {TreeUnknown} when a name cannot be told
 */
export async function changedFiles(request: ChangedRequest): Promise<LayerEntry[]> {
  const walk = new Walk(request);
  walk.folder('');
  const entries = await walk.withMarks();
  return [...entries, ...leftBehind(request, new Set(entries.map(({ path }) => path)))];
}

/** Old Buildahs leave the mount points of a RUN in its layer; one without a network has no names to mount. */
export function mountPointsOfOldBuilders(network: string): readonly string[] {
  const names = network === 'none' ? [] : ['etc/hosts', 'etc/resolv.conf'];
  return ['dev', 'etc', 'etc/hostname', ...names, 'proc', 'run', 'sys'];
}

function leftBehind({ changed, before, left }: ChangedRequest, present: ReadonlySet<string>): LayerEntry[] {
  const mtime = changed.lstat('')?.mtime ?? 0;
  return left
    .filter((path) => !present.has(path) && !before.lstat(path))
    .map((path): LayerEntry => {
      const kind = path.includes('/') ? 'file' : 'directory';
      const file: TreeFile = { kind, mode: 0o755, uid: 0, gid: 0, mtime, size: 0, hostPath: '' };
      return kind === 'file' ? { path, file, bytes: new Uint8Array() } : { path, file };
    });
}

class Walk {
  readonly #request: ChangedRequest;
  readonly #entries: LayerEntry[] = [];
  /** The first entry of each file with more than one name. */
  readonly #links = new Map<string, string>();

  constructor(request: ChangedRequest) {
    this.#request = request;
  }

  folder(folder: string): void {
    for (const name of this.#request.changed.list(folder)) {
      // Bytes that are no UTF-8 have become this.
      if (name.includes('\u{fffd}')) throw new TreeUnknown(within(folder, name));
      this.#add(folder, name);
    }
  }

  #add(folder: string, name: string): void {
    const path = within(folder, name);
    const file = this.#request.changed.lstat(path);
    // A socket: archives cannot hold it.
    if (!file || this.#isMountPoint(path, file)) return;
    if (file.kind === 'char' && file.device?.major === 0 && file.device.minor === 0) {
      this.#entries.push(removedMarker(path, file.mtime));
      return;
    }
    if (file.kind === 'directory') {
      const at = this.#entries.length;
      this.#entries.push({ path, file });
      this.folder(path);
      const isEmpty = this.#entries.length === at + 1;
      if (isEmpty && mountFolders.has(path) && !this.#request.before.lstat(path)) this.#entries.pop();
      return;
    }
    const sameAs = file.inode === undefined ? undefined : this.#links.get(file.inode);
    if (file.inode !== undefined && sameAs === undefined) this.#links.set(file.inode, path);
    this.#entries.push({ path, file, ...(sameAs === undefined ? {} : { sameAs }) });
  }

  #isMountPoint(path: string, { kind, size, linkTarget }: TreeFile): boolean {
    if (mountedFiles.has(path)) return kind === 'file' && size === 0;
    return path === 'etc/mtab' && linkTarget === '/proc/mounts' && !this.#request.before.lstat(path);
  }

  /** Only a directory that was there before can hide something. */
  async withMarks(): Promise<LayerEntry[]> {
    const { before, opaque } = this.#request;
    const known = this.#entries.filter(
      ({ path, file }) => file.kind === 'directory' && before.lstat(path)?.kind === 'directory',
    );
    const marked = await opaque(known.map(({ file }) => file.hostPath));
    return this.#entries.flatMap((entry) =>
      entry.file.kind === 'directory' && marked.has(entry.file.hostPath)
        ? [entry, opaqueMarker(entry.path, entry.file.mtime)]
        : [entry],
    );
  }
}
