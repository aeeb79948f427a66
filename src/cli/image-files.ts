/** An image's files in the engine's store, as the build room wants them. */
import { accessSync, constants } from 'node:fs';
import { digestFile, treeFile } from '../build/context/local-tree.ts';
import { idInImage, MappedTree } from '../build/context/mapped-tree.ts';
import { type FileTree, type TreeFile, TreeUnknown } from '../build/context/tree.ts';
import { ImageTree, ImageUnreadable } from '../podman/image-tree.ts';
import type { LocalStore } from '../podman/local-store.ts';
import type { IdMappings } from '../podman/spec.ts';

interface ImageFilesRequest {
  readonly store: LocalStore;
  readonly id: string;
  readonly idMappings: IdMappings | undefined;
  readonly searchPath: string | undefined;
}

export function imageFiles(request: ImageFilesRequest): FileTree {
  const files = new ImageFiles(request);
  const { idMappings } = request;
  return idMappings ? new MappedTree(files, (file) => ofOrdinaryUser(file, idMappings)) : files;
}

class ImageFiles implements FileTree {
  readonly #tree: ImageTree | undefined;
  readonly #id: string;

  constructor({ store, id, searchPath }: ImageFilesRequest) {
    const folders = store.layerFolders(id);
    this.#id = id;
    this.#tree = folders && new ImageTree({ folders, searchPath });
  }

  lstat(path: string): TreeFile | undefined {
    const found = this.#ask((tree) => tree.lstat(path));
    return found && treeFile(found.hostPath, found.stat);
  }

  list(path: string): readonly string[] {
    return this.#ask((tree) => tree.list(path));
  }

  digest(_path: string, file: TreeFile): string {
    return digestFile(file.hostPath);
  }

  prepare(path: string): void {
    this.#ask((tree) => tree.prepare(path));
  }

  #ask<T>(question: (tree: ImageTree) => T): T {
    const tree = this.#tree;
    if (!tree) throw new TreeUnknown(this.#id);
    try {
      return question(tree);
    } catch (error) {
      throw asUnknown(error);
    }
  }
}

/** @throws {TreeUnknown} for a file of an id that the user does not have, or that only its owner may read */
function ofOrdinaryUser(file: TreeFile, ranges: IdMappings): TreeFile {
  const uid = idInImage(file.uid, ranges.uid);
  const gid = idInImage(file.gid, ranges.gid);
  if (uid === undefined || gid === undefined) throw new TreeUnknown(file.hostPath);
  if (file.kind === 'file') {
    try {
      accessSync(file.hostPath, constants.R_OK);
    } catch {
      throw new TreeUnknown(file.hostPath);
    }
  }
  return { ...file, uid, gid };
}

/** The error as the builder knows it, when it says that an image cannot be read. */
export function asUnknown(error: unknown): unknown {
  return error instanceof ImageUnreadable ? new TreeUnknown(error.message) : error;
}
