/**
 * Which image a step made: one small file for each key under the user's cache directory, written beside and renamed into place.
 * Two builds at once lose nothing, and what is damaged or of another version counts as not there. An entry only says where a
 * result was; the engine is asked whether it still is.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../base/digest.ts';
import { type CacheFolder, namesIn, readWhole } from './cache-folder.ts';

export const stepVersion = 7;

interface StepRecord {
  readonly version: typeof stepVersion;
  readonly key: string;
  readonly image: string;
  /** The project it was last used by, for `--prune`. */
  readonly project: string;
}

/** An image that was not loaded by itself: all its layers are the lowest of another. */
export interface ContainedImage {
  readonly image: string;
  /** Id of the image that has its layers. */
  readonly within: string;
  /** Its configuration as JSON text, which its id is the digest of. */
  readonly document: string;
}

/** Whether an image is there, or can be had from one that is. */
export async function canBeHad(
  image: string,
  index: StepIndex,
  exists: (image: string) => Promise<boolean>,
): Promise<boolean> {
  if (await exists(image)) return true;
  const contained = index.contained(image);
  return contained !== undefined && exists(contained.within);
}

export interface IndexPlace {
  readonly cache: CacheFolder;
  /** Whether a process of that id runs. */
  readonly isAlive: (pid: number) => boolean;
  /** What tells this engine's store from others: its version and directory, whichever socket it is asked at. */
  readonly engine: string;
  readonly project: string;
}

export class StepIndex {
  readonly #place: IndexPlace;
  readonly #folder: string;

  constructor(place: IndexPlace) {
    this.#place = place;
    this.#folder = join(place.cache.path, 'steps', sha256(place.engine).slice(0, 16));
  }

  /** The id of the image that the step made; undefined: unknown. */
  find(key: string): string | undefined {
    const record = readRecord(this.#path(key));
    return record?.key === key ? record.image : undefined;
  }

  remember(key: string, image: string): void {
    this.#place.cache.write(this.#path(key), this.#record(key, image));
  }

  /** Remembers unless somebody else was first. @returns what is remembered now */
  claim(key: string, image: string): string {
    return this.#place.cache.writeFirst(this.#path(key), this.#record(key, image))
      ? image
      : (this.find(key) ?? image);
  }

  /**
   * Says that what this process makes of a step is what everybody goes on from, before it can be remembered.
   *
   * @returns false: another process has said so
   */
  promise(key: string): boolean {
    return this.#place.cache.hold(this.#promiseOf(key), this.#place.isAlive);
  }

  /** It is remembered now, or never will be. */
  endPromise(key: string): void {
    this.#place.cache.letGo(this.#promiseOf(key));
  }

  isPromised(key: string): boolean {
    return this.#place.cache.isHeld(this.#promiseOf(key), this.#place.isAlive);
  }

  #promiseOf(key: string): string {
    return sha256(`${this.#place.engine} ${key}`).slice(0, 32);
  }

  #record(key: string, image: string): string {
    const record: StepRecord = { version: stepVersion, key, image, project: this.#place.project };
    return JSON.stringify(record);
  }

  /** An image that can be had from another; undefined: unknown. */
  contained(image: string): ContainedImage | undefined {
    try {
      const known = JSON.parse(readWhole(this.#containedPath(image)) ?? '') as ContainedImage;
      const isGood =
        known.image === image && sha256(known.document) === image && /^[0-9a-f]{64}$/.test(known.within);
      return isGood ? known : undefined;
    } catch {
      return undefined;
    }
  }

  rememberContained(contained: ContainedImage): void {
    this.#place.cache.write(this.#containedPath(contained.image), JSON.stringify(contained));
  }

  #containedPath(image: string): string {
    return join(this.#folder, 'contained', `${image}.json`);
  }

  #path(key: string): string {
    return join(this.#folder, key.slice(0, 2), `${key}.json`);
  }

  /** Every entry, with what is needed to forget it. */
  entries(): { readonly key: string; readonly image: string; readonly project: string }[] {
    const groups = namesIn(this.#folder).filter((group) => group.length === 2);
    return groups.flatMap((group) =>
      namesIn(join(this.#folder, group)).flatMap((name) => {
        const record = readRecord(join(this.#folder, group, name));
        return record ? [{ key: record.key, image: record.image, project: record.project }] : [];
      }),
    );
  }

  /** Its image stays. */
  forget(key: string): void {
    const image = this.find(key);
    rmSync(this.#path(key), { force: true });
    if (image !== undefined) rmSync(this.#containedPath(image), { force: true });
  }
}

function readRecord(path: string): StepRecord | undefined {
  const text = readWhole(path);
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as StepRecord;
    const isGood =
      record.version === stepVersion && /^[0-9a-f]{64}$/.test(record.image) && typeof record.key === 'string';
    return isGood ? record : undefined;
  } catch {
    return undefined;
  }
}
