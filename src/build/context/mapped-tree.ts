/**
 * Owners of files as images have them. The files of an ordinary user's containers belong to other ids on this machine:
 *
 *     uid 1001 of this machine -> 0 in the image, 100002 -> 3
 *
 * @see https://man7.org/linux/man-pages/man7/user_namespaces.7.html
 */
import type { IdMappings, IdRange } from '../../podman/spec.ts';
import type { FileTree, TreeFile } from './tree.ts';

/** What the kernel shows for an id that a user namespace does not have. */
export const nobody = 65534;

/** @returns undefined for an id that is in no range */
export function idInImage(id: number, ranges: readonly IdRange[]): number | undefined {
  const range = ranges.find(({ onHost, size }) => id >= onHost && id < onHost + size);
  return range && range.inImage + (id - range.onHost);
}

/** A tree whose files are changed when they are looked at. */
export class MappedTree implements FileTree {
  readonly #tree: FileTree;
  readonly #map: (file: TreeFile) => TreeFile;

  constructor(tree: FileTree, map: (file: TreeFile) => TreeFile) {
    this.#tree = tree;
    this.#map = map;
  }

  lstat(path: string): TreeFile | undefined {
    const file = this.#tree.lstat(path);
    return file && this.#map(file);
  }

  list(path: string): readonly string[] {
    return this.#tree.list(path);
  }

  digest(path: string, file: TreeFile): string {
    return this.#tree.digest(path, file);
  }

  mark(path: string): string {
    return this.#tree.mark?.(path) ?? '';
  }

  prepare(path: string): void {
    this.#tree.prepare?.(path);
  }
}

/** Files of this machine as a user namespace shows them. */
export function inNamespace(tree: FileTree, { uid, gid }: IdMappings): FileTree {
  return new MappedTree(tree, (file) => ({
    ...file,
    uid: idInImage(file.uid, uid) ?? nobody,
    gid: idInImage(file.gid, gid) ?? nobody,
  }));
}
