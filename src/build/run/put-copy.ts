/** COPY without a container: the files that it names go into the layer that is being made. */
import { readFileSync } from 'node:fs';
import { fail } from '../../base/errors.ts';
import { inNamespace } from '../context/mapped-tree.ts';
import { NothingMatches, type SourceItem, selectSources } from '../context/select.ts';
import { cleanPath, type FileTree, resolveIn, type TreeFile, TreeUnknown } from '../context/tree.ts';
import { excludeRules } from '../graph/copy-step.ts';
import { Overlay } from '../layer/overlay.ts';
import { findOwner, type Owner, ownerOf } from '../layer/owner.ts';
import { placeItems } from '../layer/place.ts';
import type { CopyWork } from '../types.ts';
import type { LayersContext } from './make-layers.ts';

/** @throws {TreeUnknown} when an image's files cannot be read here */
export function putCopy(
  overlay: Overlay,
  work: CopyWork,
  context: LayersContext & { readonly now: number },
): void {
  const { now } = context;
  const read = (path: string): string | undefined => textIn(overlay, path);
  const chown = work.chown === undefined ? undefined : ownerOf(work.chown, read, work.source);
  const { volumes, workingDir } = work.around;
  for (const volume of volumes) makeMissing(overlay, volume, () => ({ uid: 0, gid: 0, mtime: now }));
  const onto = work.link ? new Overlay(undefined) : overlay;
  if (work.from.kind === 'inline') putInline(onto, work, { owner: chown ?? { uid: 0, gid: 0 }, now });
  else putSources(onto, work, { ...context, owner: chown });
  if (onto !== overlay) for (const entry of onto.takeLayer()) overlay.put(entry);
  makeMissing(overlay, workingDir, () => ({ ...userOf(work, read), mtime: now }));
}

/** Whatever else is at its place stays. */
function makeMissing(overlay: Overlay, path: string, how: () => Owner & { readonly mtime: number }): void {
  const clean = cleanPath(path);
  if (!resolveIn(overlay, clean, { last: true }).file) overlay.makeDirectory(clean, how());
}

/** Of USER. One that the image does not know is root. */
function userOf({ around }: CopyWork, read: (path: string) => string | undefined): Owner {
  const found = findOwner(around.user, read);
  return 'unknown' in found ? { uid: 0, gid: 0 } : found;
}

function putSources(
  overlay: Overlay,
  work: CopyWork,
  context: LayersContext & { readonly now: number; readonly owner: Owner | undefined },
): void {
  const { now, owner } = context;
  const { tree, items } = sources(work, context);
  placeItems(overlay, {
    items,
    tree,
    dest: work.dest,
    several: work.patterns.length > 1,
    // What comes from the main context belongs to root and runs as nobody else; all else stays as it is.
    owner: owner ?? (isMain(work) ? { uid: 0, gid: 0 } : undefined),
    withoutSetId: isMain(work),
    mode: work.mode,
    parents: work.parents,
    now,
  });
}

function isMain({ from }: CopyWork): boolean {
  return from.kind === 'context' && !from.named;
}

function sources(work: CopyWork, context: LayersContext): { tree: FileTree; items: readonly SourceItem[] } {
  const { from, patterns } = work;
  const span = work.source ?? { path: '', line: 1, column: 1 };
  const excludes = excludeRules(work.excludes, span);
  const { doubleStar } = context.tools;
  try {
    if (from.kind === 'context') {
      const { tree: own, exclusions } = context.contexts.open(from);
      const { idMappings } = context.tools;
      const tree = from.named && idMappings ? inNamespace(own, idMappings) : own;
      return {
        tree,
        items: selectSources({ tree, patterns, doubleStar, exclusions: [...exclusions, ...excludes] }),
      };
    }
    const image = from.kind === 'image' ? context.find(from.input).image : undefined;
    if (image === undefined) throw new NothingMatches(patterns[0] ?? '');
    const tree = context.tools.files(image);
    return { tree, items: selectSources({ tree, patterns, doubleStar, exclusions: excludes }) };
  } catch (error) {
    if (!(error instanceof NothingMatches)) throw error;
    throw fail('E_BUILD', error.told(from.kind === 'context' ? 'build context' : 'image'), { span });
  }
}

function putInline(
  overlay: Overlay,
  work: CopyWork,
  { owner, now }: { readonly owner: Owner; readonly now: number },
): void {
  if (work.from.kind !== 'inline') return;
  for (const { name, text } of work.from.files) {
    const bytes = Buffer.from(text);
    const file: TreeFile = {
      kind: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtime: now,
      size: bytes.length,
      hostPath: '',
    };
    const tree: FileTree = { lstat: () => file, list: () => [], digest: () => '' };
    placeItems(overlay, {
      items: [{ matched: name, kept: name, path: name, file, entries: [], bytes }],
      tree,
      dest: work.dest,
      several: work.from.files.length > 1,
      owner,
      withoutSetId: false,
      mode: work.mode,
      parents: false,
      now,
    });
  }
}

/** A small text file of the image, e.g. `etc/passwd`. */
function textIn(overlay: Overlay, path: string): string | undefined {
  const { path: real, file } = resolveIn(overlay, path, { last: true });
  if (file?.kind !== 'file') return undefined;
  const bytes = overlay.bytes(real);
  if (bytes) return Buffer.from(bytes).toString('utf8');
  try {
    return readFileSync(file.hostPath, 'utf8');
  } catch {
    throw new TreeUnknown(path);
  }
}
