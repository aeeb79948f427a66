/** Which files of a tree the sources of COPY, ADD or a bind mount name, and what they hold. */
import { digestOf } from '../../base/digest.ts';
import { goMatch, hasPattern } from '../../containerfile/go-match.ts';
import type { IgnoreMatcher } from '../../containerfile/ignore.ts';
import {
  byBytes,
  cleanPath,
  type FileTree,
  folderOf,
  maxLinks,
  resolveIn,
  type TreeFile,
  within,
} from './tree.ts';

export interface SelectRequest {
  readonly tree: FileTree;
  /** Paths and patterns of Go's `filepath.Match`, relative to the root or absolute in it. */
  readonly patterns: readonly string[];
  /** Ignore files, `--exclude`. */
  readonly exclusions: readonly IgnoreMatcher[];
  /** `**` stands for any number of directories, none too, and not for one name (newer Buildah). */
  readonly doubleStar?: boolean;
}

/** One matched source: a file, or a directory with all in it. */
export interface SourceItem {
  /** As matched, relative to the root. */
  readonly matched: string;
  /** The part of `matched` that `--parents` keeps: from a `/./` of the pattern on. */
  readonly kept: string;
  /** Where it is, links followed. */
  readonly path: string;
  readonly file: TreeFile;
  /** What is in a directory, parents first; of a file nothing. */
  readonly entries: readonly SourceEntry[];
  /** The content, where it is in no file. */
  readonly bytes?: Uint8Array;
}

export interface SourceEntry {
  /** Relative to the item. */
  readonly name: string;
  /** In the tree. */
  readonly path: string;
  readonly file: TreeFile;
  /** The name of an earlier entry that is the same file by a hard link. */
  readonly sameAs?: string;
}

/** Why a pattern gives nothing; `link`: of a link that it matches, which leads to nothing or to something that is left out. */
interface WhyNothing {
  readonly isExcluded?: boolean;
  readonly link?: string;
}

/** Patterns of which nothing is there, all is left out, or something is a link to what is not there or left out. */
export class NothingMatches extends Error {
  readonly pattern: string;
  readonly #why: WhyNothing;

  constructor(pattern: string, why: WhyNothing = {}) {
    super(pattern);
    this.pattern = pattern;
    this.#why = why;
  }

  /** @param where - what the pattern was looked for in, e.g. `build context /src` */
  told(where: string): string {
    const { isExcluded, link } = this.#why;
    if (link !== undefined) {
      const target = isExcluded ? 'something that its ignore file leaves out' : 'nothing there';
      return `"${link}" in the ${where} is a link that leads to ${target}`;
    }
    return `"${this.pattern}" is ${isExcluded ? 'left out by the ignore file of' : 'not in'} the ${where}`;
  }
}

/** @throws {NothingMatches} for a path that is not there, a link to nothing or to what is left out, and when no pattern matches anything */
export function selectSources(request: SelectRequest): readonly SourceItem[] {
  const items = request.patterns.flatMap((pattern) => itemsOf(pattern, request));
  if (items.length === 0) throw new NothingMatches(request.patterns[0] ?? '');
  return items;
}

function itemsOf(pattern: string, request: SelectRequest): SourceItem[] {
  const paths = expandPattern(pattern, request);
  const found = paths.flatMap((path) => {
    const { path: real, file } = resolveIn(request.tree, path, { last: true });
    if (file) return [{ path, real, file }];
    const link = request.tree.lstat(path);
    if (link && isSeen(path, link, request.exclusions)) throw new NothingMatches(pattern, { link: path });
    return [];
  });
  const kept = found.filter(({ path, file }) => path === '' || isSeen(path, file, request.exclusions));
  // What matches but is left out is a mistake, as it is for the engine's builder; what matches nothing may be one of several.
  if (kept.length === 0 && (found.length > 0 || !hasPattern(pattern)))
    throw new NothingMatches(pattern, { isExcluded: found.length > 0 });
  const above = cleanPath(pattern.split('/./').slice(0, -1)[0] ?? '')
    .split('/')
    .filter(Boolean).length;
  return kept.map(({ path, real, file }) => {
    const shown = real === path ? path : linkTarget(path, request.tree);
    // What is left out does not come in under the name of a link.
    if (file.kind !== 'directory' && shown !== path && !isSeen(shown, file, request.exclusions))
      throw new NothingMatches(pattern, { isExcluded: true, link: path });
    return {
      matched: path,
      kept: path.split('/').slice(above).join('/'),
      path: real,
      file,
      entries: file.kind === 'directory' ? entriesBelow(real, shown, request) : [],
    };
  });
}

/** The path that a link leads to as it is written: ignore rules do not know of links above it. Of all else the path itself. */
function linkTarget(path: string, tree: FileTree): string {
  let at = path;
  for (let links = 0; links < maxLinks; links++) {
    const { file } = resolveIn(tree, at, { last: false });
    if (file?.kind !== 'symlink') break;
    const target = file.linkTarget ?? '';
    at = cleanPath(target.startsWith('/') ? target : `${folderOf(at)}/${target}`);
  }
  return at;
}

/** A directory that is left out may hold something that is not. */
function isSeen(path: string, file: TreeFile, exclusions: readonly IgnoreMatcher[]): boolean {
  return exclusions.every((rule) => !rule.ignores(path) || (file.kind === 'directory' && !rule.prunes(path)));
}

/** The paths that a pattern matches. Where the engine's builder would find nothing and fail, a double star still means what it says. */
function expandPattern(pattern: string, { tree, doubleStar = false }: SelectRequest): string[] {
  const paths = expandWith(pattern, { tree, doubleStar });
  if (paths.length > 0 || doubleStar || !pattern.includes('**')) return paths;
  return expandWith(pattern, { tree, doubleStar: true });
}

/** Component by component. */
function expandWith(
  pattern: string,
  { tree, doubleStar }: Pick<SelectRequest, 'tree' | 'doubleStar'>,
): string[] {
  const parts = cleanPath(pattern)
    .split('/')
    .filter((part) => part !== '');
  if (!hasPattern(pattern)) return [parts.join('/')];
  let paths: string[] = [''];
  for (const part of parts) {
    paths =
      part === '**' && doubleStar
        ? allBelow(tree, paths)
        : paths.flatMap((parent) => matchesIn(tree, parent, part));
  }
  return paths;
}

/** What a component of a pattern matches in a directory. */
function matchesIn(tree: FileTree, parent: string, part: string): string[] {
  const below = (name: string): string => within(parent, name);
  if (!hasPattern(part)) return tree.lstat(below(part)) ? [below(part)] : [];
  const { path: real, file } = resolveIn(tree, parent, { last: true });
  if (file?.kind !== 'directory') return [];
  return tree
    .list(real)
    .filter((name) => goMatch(part, name))
    .map(below);
}

/** The paths themselves and all below them, what is nearer first. */
function allBelow(tree: FileTree, paths: readonly string[]): string[] {
  const found = [...paths];
  let level = found;
  while (level.length > 0) {
    // A link may lead to where it stands.
    const folders = level.filter((path) => path === '' || tree.lstat(path)?.kind === 'directory');
    level = folders.flatMap((path) => matchesIn(tree, path, '*'));
    found.push(...level);
  }
  return found;
}

/** A directory on the way: where it is, and its path as ignore rules see it, who do not know of links above it. */
interface Folder {
  readonly real: string;
  readonly shown: string;
  /** Relative to the item. */
  readonly name: string;
}

/** All below a directory, parents first. */
function entriesBelow(real: string, shown: string, request: SelectRequest): SourceEntry[] {
  const { tree, exclusions } = request;
  tree.prepare?.(real);
  const entries: SourceEntry[] = [];
  const firstNames = new Map<string, string>();
  const walk = (folder: Folder): void => {
    for (const child of tree.list(folder.real)) {
      const at = {
        real: within(folder.real, child),
        shown: within(folder.shown, child),
        name: within(folder.name, child),
      };
      const file = tree.lstat(at.real);
      if (!file) continue;
      if (!exclusions.some((rule) => rule.ignores(at.shown)))
        entries.push(entryOf(at.name, at.real, file, firstNames));
      if (file.kind === 'directory' && isSeen(at.shown, file, exclusions)) walk(at);
    }
  };
  walk({ real, shown, name: '' });
  return entries;
}

function entryOf(name: string, path: string, file: TreeFile, firstNames: Map<string, string>): SourceEntry {
  const first = file.inode === undefined ? undefined : firstNames.get(file.inode);
  if (file.inode !== undefined && first === undefined) firstNames.set(file.inode, name);
  return { name, path, file, ...(first === undefined ? {} : { sameAs: first }) };
}

/**
 * What the sources hold, as one digest: names, kinds, modes, bytes, link targets; never times.
 *
 * @param owners - whether owners count: where they are kept (images, mounts), not where they are replaced
 */
export function contentDigest(
  tree: FileTree,
  items: readonly SourceItem[],
  { owners }: { readonly owners: boolean },
): string {
  const facts = (path: string, file: TreeFile): readonly unknown[] => [
    file.kind,
    // A link's own mode says nothing: 0777 everywhere on Linux.
    file.kind === 'symlink' ? 0 : file.mode,
    file.kind === 'file' ? tree.digest(path, file) : (file.linkTarget ?? file.device ?? ''),
    owners ? `${file.uid}:${file.gid}` : '',
    tree.mark?.(path) ?? '',
  ];
  return digestOf(
    items.map((item) => [
      item.matched.slice(item.matched.lastIndexOf('/') + 1),
      ...facts(item.path, item.file),
      [...item.entries]
        .sort((a, b) => byBytes(a.name, b.name))
        .map(({ name, path, file, sameAs }) => [name, ...facts(path, file), sameAs ?? '']),
    ]),
  );
}
