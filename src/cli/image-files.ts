/** An image's files in the engine's store, as the build room wants them. */
import { accessSync, constants } from 'node:fs';
import { digestFile, treeFile } from '../build/context/local-tree.ts';
import { idInImage } from '../build/context/mapped-tree.ts';
import { type FileTree, type TreeFile, TreeUnknown } from '../build/context/tree.ts';
import { ImageTree, ImageUnreadable } from '../podman/image-tree.ts';
import type { LocalStore } from '../podman/local-store.ts';
import type { StorePlace } from '../podman/types.ts';

export interface ImageFilesRequest {
  readonly store: LocalStore;
  readonly id: string;
  readonly idMappings: StorePlace['idMappings'];
  readonly searchPath: string | undefined;
}

export class ImageFiles implements FileTree {
  readonly #tree: ImageTree | undefined;
  readonly #request: ImageFilesRequest;

  constructor(request: ImageFilesRequest) {
    const { store, id, searchPath } = request;
    const folders = store.layerFolders(id);
    this.#request = request;
    this.#tree = folders && new ImageTree({ folders, searchPath });
  }

  lstat(path: string): TreeFile | undefined {
    const found = this.#ask((tree) => tree.lstat(path));
    const file = found && treeFile(found.hostPath, found.stat);
    const { idMappings } = this.#request;
    return file && idMappings ? ofOrdinaryUser(file, idMappings) : file;
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
    if (!tree) throw new TreeUnknown(this.#request.id);
    return asUnknown(() => question(tree));
  }
}

/** @throws {TreeUnknown} for a file of an id that the user does not have, or that only its owner may read */
function ofOrdinaryUser(file: TreeFile, ranges: NonNullable<StorePlace['idMappings']>): TreeFile {
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

export function asUnknown<T>(question: () => T): T {
  try {
    return question();
  } catch (error) {
    if (error instanceof ImageUnreadable) throw new TreeUnknown(error.message);
    throw error;
  }
}
