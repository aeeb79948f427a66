/**
 * Reads the store of a local engine: which layers an image has, and its configuration as it was written. The API tells less of both:
 * SHELL and ONBUILD are not in it, and nothing of an image's files.
 *
 * Everything is a file of containers/storage in a fixed form. What is not found counts as unknown, never as absent: the engine may
 * use stores that are not this directory.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import type { StorePlace } from './types.ts';

interface RawImage {
  readonly id: string;
  readonly names?: readonly string[] | null;
  readonly layer?: string;
}

interface RawLayer {
  readonly id: string;
  readonly parent?: string;
  readonly 'diff-size'?: number;
}

export class LocalStore {
  readonly #place: StorePlace;
  readonly #files = new Map<string, { readonly stamp: string; readonly value: unknown }>();

  constructor(place: StorePlace) {
    this.#place = place;
  }

  /** The configuration of an image as JSON text; undefined: unknown. */
  config(id: string): string | undefined {
    const file = `=${Buffer.from(`sha256:${id}`).toString('base64')}`;
    try {
      const text = readFileSync(join(this.#place.graphRoot, 'overlay-images', id, file), 'utf8');
      return sha256(text) === id ? text : undefined;
    } catch {
      return undefined;
    }
  }

  /** True: the image is there. False: unknown. */
  has(id: string): boolean {
    return this.#read<RawImage>('overlay-images/images.json').has(id);
  }

  /**
   * The id of the image that a name means; undefined: unknown. A name without a registry is taken only where nothing but an image
   * of this machine can be meant.
   */
  idOf(reference: string): string | undefined {
    if (/^[0-9a-f]+$|@/.test(reference)) return undefined;
    const name = /:[^/]*$/.test(reference) ? reference : `${reference}:latest`;
    const isFull = /^(?:localhost|[^/]*[.:][^/]*)\//.test(name);
    const wanted = isFull ? name : `localhost/${name}`;
    let found: string | undefined;
    for (const { id, names } of this.#read<RawImage>('overlay-images/images.json').values())
      for (const own of names ?? []) {
        if (own === wanted) found = id;
        else if (!isFull && own.endsWith(`/${name}`)) return undefined;
      }
    return found;
  }

  /** Names of an image; none for one that is not there. */
  names(id: string): readonly string[] {
    return this.#read<RawImage>('overlay-images/images.json').get(id)?.names ?? [];
  }

  /** The directories of an image's layers, highest first; undefined: unknown. */
  layerFolders(id: string): readonly string[] | undefined {
    if (this.#place.driver !== 'overlay' || this.#place.mountProgram) return undefined;
    return this.#layers(id)?.map((layer) => join(this.#place.graphRoot, 'overlay', layer.id, 'diff'));
  }

  /** Bytes of an image's layers as tar, lowest first; undefined: unknown. */
  layerSizes(id: string): readonly number[] | undefined {
    return this.#layers(id)
      ?.map((layer) => layer['diff-size'] ?? 0)
      .reverse();
  }

  /** Highest first. */
  #layers(id: string): readonly RawLayer[] | undefined {
    const image = this.#read<RawImage>('overlay-images/images.json').get(id);
    if (!image) return undefined;
    const layers = this.#read<RawLayer>('overlay-layers/layers.json');
    const found: RawLayer[] = [];
    for (let layer = image.layer; layer; ) {
      const record = layers.get(layer);
      if (!record) return undefined;
      found.push(record);
      layer = record.parent;
    }
    return found;
  }

  /** A list of records by id; read again when the file was replaced. */
  #read<T extends { readonly id: string }>(name: string): ReadonlyMap<string, T> {
    const path = join(this.#place.graphRoot, name);
    try {
      const { ino, mtimeMs, size } = statSync(path);
      const stamp = `${ino} ${mtimeMs} ${size}`;
      const known = this.#files.get(name);
      if (known?.stamp === stamp) return known.value as ReadonlyMap<string, T>;
      const records = JSON.parse(readFileSync(path, 'utf8')) as readonly T[];
      const value = new Map(records.map((record) => [record.id, record]));
      this.#files.set(name, { stamp, value });
      return value;
    } catch {
      return new Map();
    }
  }
}
