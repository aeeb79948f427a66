/** The build contexts of a run: each directory is read once, whoever takes from it. */
import { join } from 'node:path';
import { sha256 } from '../../base/digest.ts';
import { type IgnoreMatcher, parseIgnoreFile } from '../../containerfile/ignore.ts';
import { readWhole, writeWhole } from '../index/step-index.ts';
import type { ContextUse } from '../types.ts';
import { FileIndex } from './file-index.ts';
import { LocalTree } from './local-tree.ts';
import type { SourceItem } from './select.ts';
import type { ReadXattrs } from './tree.ts';

export interface OpenContext {
  readonly tree: LocalTree;
  readonly exclusions: readonly IgnoreMatcher[];
}

export class Contexts {
  readonly #cacheFolder: string;
  readonly #now: () => number;
  readonly #xattrs: ReadXattrs;
  readonly #trees = new Map<string, { readonly tree: LocalTree; readonly index: FileIndex }>();
  readonly #rules = new Map<string, IgnoreMatcher>();

  constructor(request: {
    readonly cacheFolder: string;
    readonly now: () => number;
    readonly xattrs: ReadXattrs;
  }) {
    this.#cacheFolder = request.cacheFolder;
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
    const index = new FileIndex(folder, readWhole(this.#path(folder)), this.#now);
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
  isUnchanged({ folder }: ContextUse): boolean {
    return this.#trees.get(folder)?.tree.isUnchanged() ?? true;
  }

  /** Keeps what was learned of files for the next run. */
  save(): void {
    for (const [folder, { index }] of this.#trees)
      if (index.isChanged) writeWhole(this.#path(folder), index.text());
  }

  #path(folder: string): string {
    return join(this.#cacheFolder, 'files', `${sha256(folder).slice(0, 32)}.json`);
  }
}
