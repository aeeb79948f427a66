/**
 * Extended attributes of files: capabilities of programs, what users have attached, and the marks of overlay file systems. Node cannot
 * read them; GNU tar can, and one process of it tells of all files of a run.
 */
import { findProgram } from './find-program.ts';
import { ImageUnreadable } from './image-tree.ts';
import { TarProcess } from './tar-process.ts';
import type { Xattrs } from './types.ts';

/** What overlay file systems keep for themselves: Buildah does not copy it. */
const ofStore = /^(?:trusted|user)\.(?:overlay|fuseoverlayfs|containers)\./;
const opaqueMark = /^(?:trusted|user)\.(?:overlay|fuseoverlayfs)\.opaque$/;

export class XattrReader {
  readonly #program: string | undefined;
  #tar: TarProcess | undefined;
  #isUseless = false;

  /** @param searchPath - `PATH` */
  constructor(searchPath: string | undefined) {
    this.#program = findProgram('tar', searchPath);
  }

  /**
   * The attributes that Buildah copies.
   *
   * @param paths - files and directories, absolute
   * @returns those of them that have any, by path; nothing where there is no GNU tar or a file cannot be read
   */
  async read(paths: readonly string[]): Promise<ReadonlyMap<string, Xattrs>> {
    const found = await this.#ask(paths);
    return new Map(paths.flatMap((path, index) => pair(path, found?.[index])));
  }

  /**
   * Those of the directories that carry the mark by which a directory hides what lower layers have of it.
   *
   * @throws {ImageUnreadable}
   */
  async opaque(folders: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.#ask(folders);
    if (!found) throw new ImageUnreadable('tar cannot tell which directories are opaque');
    const isMarked = (xattrs: Xattrs | undefined): boolean =>
      Object.entries(xattrs ?? {}).some(([name, value]) => opaqueMark.test(name) && value[0] === 0x79);
    return new Set(folders.filter((_folder, index) => isMarked(found[index])));
  }

  close(): void {
    this.#tar?.close();
    this.#tar = undefined;
  }

  /** One for each path; undefined: they cannot be told. */
  async #ask(paths: readonly string[]): Promise<readonly Xattrs[] | undefined> {
    if (paths.length === 0) return [];
    // Somebody may have killed it.
    for (let tries = 0; tries < 2; tries++) {
      const tar = this.#process();
      const found = await tar?.ask(paths);
      if (found) return found.length === paths.length ? found : undefined;
      if (!tar?.hasAnswered) this.#isUseless = true;
    }
    return undefined;
  }

  #process(): TarProcess | undefined {
    if (this.#program === undefined || this.#isUseless) return undefined;
    if (!this.#tar || this.#tar.isOver) this.#tar = new TarProcess(this.#program);
    return this.#tar;
  }
}

function pair(path: string, xattrs: Xattrs | undefined): [string, Xattrs][] {
  const own = Object.entries(xattrs ?? {}).filter(([name]) => !ofStore.test(name));
  return own.length > 0 ? [[path, Object.fromEntries(own)]] : [];
}
