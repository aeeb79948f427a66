/** Puts what COPY and ADD have selected in its place in an image. */
import { basename } from 'node:path';
import type { SourceEntry, SourceItem } from '../context/select.ts';
import { cleanPath, type FileTree, folderOf, resolveIn, type TreeFile, within } from '../context/tree.ts';
import type { Overlay } from './overlay.ts';

export interface PlaceRequest {
  readonly items: readonly SourceItem[];
  readonly tree: FileTree;
  /** Absolute in the image; a slash at the end makes it a directory. */
  readonly dest: string;
  /** More than one source was written: the destination is a directory. */
  readonly several: boolean;
  /** New owner of all that is copied and of directories made on the way; undefined: as in the tree, root for directories made. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** Leaves out the bits that make a program run as its owner or group. */
  readonly withoutSetId: boolean;
  /** New mode of all that is copied. */
  readonly mode: number | undefined;
  /** Keep the sources' directories, as `--parents` asks. */
  readonly parents: boolean;
  /** Whole seconds, for directories made. */
  readonly now: number;
}

/** @throws {NotADirectory} when a file is where a directory is needed */
export function placeItems(overlay: Overlay, request: PlaceRequest): void {
  const made = { uid: 0, gid: 0, ...request.owner, mtime: request.now };
  if (!isDirectoryDest(overlay, request)) {
    const path = cleanPath(request.dest);
    const folder = overlay.makeDirectory(folderOf(path), made);
    for (const item of request.items)
      putFile(overlay, request, { item, path: within(folder, basename(path)) });
    return;
  }
  for (const item of request.items) {
    const dest = overlay.makeDirectory(request.dest, made);
    const base = request.parents ? putParents(overlay, request, { item, dest }) : dest;
    if (item.file.kind === 'directory') putTree(overlay, request, { item, base });
    else putFile(overlay, request, { item, path: within(base, basename(item.matched)) });
  }
}

function isDirectoryDest(overlay: Overlay, { items, dest, several, parents }: PlaceRequest): boolean {
  if (several || parents || dest.endsWith('/') || cleanPath(dest) === '') return true;
  // Of several files that one pattern matches the last one stays, as with the engine's builder.
  if (items.some(({ file }) => file.kind === 'directory')) return true;
  const { file } = resolveIn(overlay, dest, { last: true });
  if (file) return file.kind === 'directory';
  // A link that leads nowhere counts as a directory that is still to be made.
  return resolveIn(overlay, dest, { last: false }).file?.kind === 'symlink';
}

/** `a/b/c.txt` -> `a/b`; a directory keeps its own name. */
function parentsOf({ file, kept }: SourceItem): string {
  return file.kind === 'directory' ? kept : folderOf(kept);
}

/** The directories of a source, as they are there. @returns where the last one is */
function putParents(
  overlay: Overlay,
  request: PlaceRequest,
  { item, dest }: { readonly item: SourceItem; readonly dest: string },
): string {
  const above = item.matched.slice(0, item.matched.length - item.kept.length);
  let inner = '';
  for (const part of parentsOf(item).split('/').filter(Boolean)) {
    inner = within(inner, part);
    const { file } = resolveIn(request.tree, `${above}${inner}`, { last: true });
    if (file?.kind === 'directory') overlay.put({ path: within(dest, inner), file: changed(file, request) });
  }
  return within(dest, inner);
}

function putFile(
  overlay: Overlay,
  request: PlaceRequest,
  { item, path }: { readonly item: SourceItem; readonly path: string },
): void {
  const { file } = item;
  overlay.put({
    path,
    file: changed(file, request),
    ...(item.bytes ? { bytes: item.bytes } : {}),
    ...(file.kind === 'file' && !item.bytes ? { digest: request.tree.digest(item.path, file) } : {}),
  });
}

function putTree(
  overlay: Overlay,
  request: PlaceRequest,
  { item, base }: { readonly item: SourceItem; readonly base: string },
): void {
  /** Where each directory of the source is in the image. It takes the place of a link, wherever that led. */
  const places = new Map<string, string>([['', base]]);
  for (const entry of item.entries) {
    const path = within(placeOf(overlay, request, entry, places), basename(entry.name));
    if (entry.file.kind === 'directory') {
      places.set(entry.name, path);
      overlay.put({ path, file: changed(entry.file, request) });
    } else putEntry(overlay, request, { entry, path, places });
  }
}

/** A directory that was left out itself, but has something that was not, is made as the engine would. */
function placeOf(
  overlay: Overlay,
  request: PlaceRequest,
  entry: SourceEntry,
  places: Map<string, string>,
): string {
  const parent = folderOf(entry.name);
  const known = places.get(parent);
  if (known !== undefined) return known;
  const base = places.get('') ?? '';
  const made = { uid: 0, gid: 0, ...request.owner, mtime: request.now };
  const real = overlay.makeDirectory(within(base, parent), made);
  places.set(parent, real);
  return real;
}

function putEntry(
  overlay: Overlay,
  request: PlaceRequest,
  at: { readonly entry: SourceEntry; readonly path: string; readonly places: Map<string, string> },
): void {
  const { entry, path, places } = at;
  const digest = entry.file.kind === 'file' ? { digest: request.tree.digest(entry.path, entry.file) } : {};
  const first = entry.sameAs === undefined ? undefined : placed(entry.sameAs, places);
  overlay.put({
    path,
    file: changed(entry.file, request),
    ...digest,
    ...(first === undefined ? {} : { sameAs: first }),
  });
}

function placed(name: string, places: ReadonlyMap<string, string>): string | undefined {
  const folder = places.get(folderOf(name));
  return folder === undefined ? undefined : within(folder, basename(name));
}

function changed(file: TreeFile, { owner, mode, withoutSetId }: PlaceRequest): TreeFile {
  const withOwner = owner ? { ...file, ...owner } : file;
  if (file.kind === 'symlink') return withOwner;
  return { ...withOwner, mode: mode ?? (withoutSetId ? file.mode & ~0o6000 : file.mode) };
}
