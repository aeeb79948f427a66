/** The build contexts of a run: each directory is read once, whoever takes from it. */
import { join } from 'node:path';
import { sha256 } from '../../base/digest.ts';
import { type IgnoreMatcher, parseIgnoreFile } from '../../containerfile/ignore.ts';
import { type CacheFolder, readUsed } from '../index/cache-folder.ts';
import { stepVersion } from '../index/step-index.ts';
import type { ContextUse } from '../types.ts';
import { FileIndex } from './file-index.ts';
import { type Fingerprint, type FingerprintRequest, fingerprintOf } from './fingerprint.ts';
import { LocalTree } from './local-tree.ts';
import type { SourceItem } from './select.ts';
import type { ReadXattrs } from './tree.ts';

export interface OpenContext {
  readonly tree: LocalTree;
  readonly exclusions: readonly IgnoreMatcher[];
}

/** What a COPY takes of a context. */
export interface CopySources {
  readonly patterns: readonly string[];
  /** The patterns of `--exclude`, and what they mean. */
  readonly excludes: readonly string[];
  readonly exclusions: readonly IgnoreMatcher[];
  /** Whether owners count. */
  readonly owners: boolean;
}

interface KeptDigest {
  readonly version: typeof stepVersion;
  readonly fingerprint: string;
  readonly digest: string;
}

export class Contexts {
  readonly #cache: CacheFolder;
  readonly #now: () => number;
  readonly #xattrs: ReadXattrs;
  readonly #trees = new Map<string, { readonly tree: LocalTree; readonly index: FileIndex }>();
  readonly #rules = new Map<string, IgnoreMatcher>();
  /** Sources whose content was told by an earlier run, with their fingerprints. */
  readonly #kept: { readonly request: FingerprintRequest; readonly fingerprint: Fingerprint }[] = [];

  constructor(request: {
    readonly cache: CacheFolder;
    readonly now: () => number;
    readonly xattrs: ReadXattrs;
  }) {
    this.#cache = request.cache;
    this.#now = request.now;
    this.#xattrs = request.xattrs;
  }

  open(use: ContextUse): OpenContext {
    const { folder, ignoreFile } = use;
    return {
      tree: this.#tree(folder),
      exclusions: ignoreFile === undefined ? [] : [this.#rule(ignoreFile.text, ignoreFile.path)],
    };
  }

  #tree(folder: string): LocalTree {
    const known = this.#trees.get(folder);
    if (known) return known.tree;
    const index = new FileIndex(folder, readUsed(this.#path(folder), this.#now()), this.#now);
    const tree = new LocalTree(folder, index);
    this.#trees.set(folder, { tree, index });
    return tree;
  }

  #rule(text: string, path: string): IgnoreMatcher {
    const rule = this.#rules.get(text) ?? parseIgnoreFile(text, path);
    this.#rules.set(text, rule);
    return rule;
  }

  /** Looks at extended attributes of sources, where that was not done before: what they hold can be told then. */
  learn(use: ContextUse, items: readonly SourceItem[]): Promise<void> {
    const paths = items.flatMap((item) => [item.path, ...item.entries.map(({ path }) => path)]);
    return this.#tree(use.folder).learn(paths, this.#xattrs);
  }

  /** True when everything that was looked at is still as it was. */
  isUnchanged(use: Pick<ContextUse, 'folder'>): boolean {
    return this.howKept(use) === 'whole' && (this.#trees.get(use.folder)?.tree.isUnchanged() ?? true);
  }

  /**
   * Whether what an earlier run has told of a context still holds. `files`: but for what came and went there that the ignore file leaves
   * out, which looks like a change of a directory's attributes.
   */
  howKept({ folder }: Pick<ContextUse, 'folder'>): 'whole' | 'files' | 'not' {
    let how: 'whole' | 'files' = 'whole';
    for (const { request, fingerprint } of this.#kept) {
      if (request.root !== folder) continue;
      const now = fingerprintOf(request);
      if (now?.withoutFolderTimes !== fingerprint.withoutFolderTimes) return 'not';
      if (now.text !== fingerprint.text) how = 'files';
    }
    return how;
  }

  /**
   * What the sources of a COPY hold, as one digest: by their fingerprint where that is known from an earlier run.
   *
   * @param read - tells it by looking at every file
   */
  async digest(use: ContextUse, sources: CopySources, read: () => Promise<string>): Promise<string> {
    const { folder, ignoreFile } = use;
    const request: FingerprintRequest = {
      root: folder,
      patterns: sources.patterns,
      exclusions: [
        ...(ignoreFile === undefined ? [] : [this.#rule(ignoreFile.text, ignoreFile.path)]),
        ...sources.exclusions,
      ],
    };
    const beganMs = this.#now();
    const found = fingerprintOf(request);
    if (!found) return read();
    const { patterns, excludes, owners } = sources;
    const name = sha256(JSON.stringify([folder, patterns, ignoreFile?.text ?? null, excludes, owners]));
    const path = join(this.#cache.path, 'copies', `${name.slice(0, 32)}.json`);
    const kept = readKept(path, beganMs);
    if (kept?.fingerprint === found.text) {
      this.#kept.push({ request, fingerprint: found });
      return kept.digest;
    }
    const digest = await read();
    const next: KeptDigest = { version: stepVersion, fingerprint: found.text, digest };
    if (found.settledMs <= beganMs) this.#cache.write(path, JSON.stringify(next));
    return digest;
  }

  /** All that was looked at, absolute: as long as it stands as it does, so does what was told of it. */
  looked(): ReadonlySet<string> {
    return new Set([
      ...this.#kept.flatMap(({ request, fingerprint }) =>
        fingerprint.paths.map((path) => join(request.root, path)),
      ),
      ...[...this.#trees.values()].flatMap(({ tree }) => tree.looked()),
    ]);
  }

  /** Keeps what was learned of files for the next run. */
  save(): void {
    for (const [folder, { index }] of this.#trees)
      if (index.isChanged) this.#cache.write(this.#path(folder), index.text());
  }

  #path(folder: string): string {
    return join(this.#cache.path, 'files', `${sha256(folder).slice(0, 32)}.json`);
  }
}

function readKept(path: string, nowMs: number): KeptDigest | undefined {
  try {
    const kept = JSON.parse(readUsed(path, nowMs) ?? '') as KeptDigest;
    const isGood = kept.version === stepVersion && /^[0-9a-f]{64}$/.test(kept.digest);
    return isGood ? kept : undefined;
  } catch {
    return undefined;
  }
}
