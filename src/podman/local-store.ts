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
  readonly #files = new Map<string, KnownList>();

  constructor(place: StorePlace) {
    this.#place = place;
  }

  get #images(): string {
    return `${this.#place.driver}-images/images.json`;
  }

  /** The configuration of an image as JSON text; undefined: unknown. */
  config(id: string): string | undefined {
    const file = `=${Buffer.from(`sha256:${id}`).toString('base64')}`;
    try {
      const text = readFileSync(
        join(this.#place.graphRoot, `${this.#place.driver}-images`, id, file),
        'utf8',
      );
      return sha256(text) === id ? text : undefined;
    } catch {
      return undefined;
    }
  }

  /** True: the image is there. False: unknown. */
  has(id: string): boolean {
    return this.#record<RawImage>(this.#images, id) !== undefined;
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
    const records = this.#recordsWith<RawImage>(this.#images, isFull ? `"${name}"` : `/${name}"`);
    const own = records.flatMap(({ names }) => names ?? []);
    const isOther = (other: string): boolean => other !== wanted && other.endsWith(`/${name}`);
    if (!isFull && own.some(isOther)) return undefined;
    return records.find(({ names }) => names?.includes(wanted))?.id;
  }

  /** Names of an image; none for one that is not there. */
  names(id: string): readonly string[] {
    return this.#record<RawImage>(this.#images, id)?.names ?? [];
  }

  /** The directories of an image's layers, highest first; undefined: unknown. */
  layerFolders(id: string): readonly string[] | undefined {
    const { driver, graphRoot, mountProgram } = this.#place;
    if (mountProgram) return undefined;
    const ids = this.#layers(id)?.map((layer) => layer.id);
    if (driver === 'overlay') return ids?.map((layer) => join(graphRoot, 'overlay', layer, 'diff'));
    // Each directory has all files of the layers below, too.
    return driver === 'vfs'
      ? ids?.slice(0, 1).map((layer) => join(graphRoot, 'vfs', 'dir', layer))
      : undefined;
  }

  /** Bytes of an image's layers as tar, lowest first; undefined: unknown. */
  layerSizes(id: string): readonly number[] | undefined {
    return this.#layers(id)
      ?.map((layer) => layer['diff-size'] ?? 0)
      .reverse();
  }

  /** Highest first. */
  #layers(id: string): readonly RawLayer[] | undefined {
    const image = this.#record<RawImage>(this.#images, id);
    if (!image) return undefined;
    const found: RawLayer[] = [];
    for (let layer = image.layer; layer; ) {
      const record = this.#record<RawLayer>(`${this.#place.driver}-layers/layers.json`, layer);
      if (!record) return undefined;
      found.push(record);
      layer = record.parent;
    }
    return found;
  }

  /** One record of a list. A list grows with all that is in the store, so it is searched as text: `{"id":"..."` begins each. */
  #record<T>(name: string, id: string): T | undefined {
    const { text, records } = this.#list(name);
    if (records.has(id)) return records.get(id) as T | undefined;
    const at = text.indexOf(recordStart(id));
    const record = at < 0 ? undefined : (parsed(recordAt(text, at)) as T | undefined);
    records.set(id, record);
    return record;
  }

  /** The records that contain a text. */
  #recordsWith<T extends { readonly id: string }>(name: string, wanted: string): T[] {
    const { text } = this.#list(name);
    const found = new Set<string>();
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      const start = text.lastIndexOf(recordStart(''), at);
      const id = text.slice(
        start + recordStart('').length,
        text.indexOf('"', start + recordStart('').length),
      );
      found.add(id);
    }
    return [...found].flatMap((id) => this.#record<T>(name, id) ?? []);
  }

  /** Read again when the file was replaced. */
  #list(name: string): KnownList {
    const path = join(this.#place.graphRoot, name);
    try {
      const { ino, mtimeMs, size } = statSync(path);
      const stamp = `${ino} ${mtimeMs} ${size}`;
      const known = this.#files.get(name);
      if (known?.stamp === stamp) return known;
      const list = { stamp, text: readFileSync(path, 'utf8'), records: new Map() };
      this.#files.set(name, list);
      return list;
    } catch {
      return { stamp: '', text: '', records: new Map() };
    }
  }
}

interface KnownList {
  readonly stamp: string;
  readonly text: string;
  /** Those that were asked for, by id. */
  readonly records: Map<string, unknown>;
}

/** As the store writes it; with an empty id up to the id. */
function recordStart(id: string): string {
  return id === '' ? '{"id":"' : `{"id":"${id}"`;
}

/** The text of the record that begins here: up to the next one, or the end of the list. Within a text the quotes would be escaped. */
function recordAt(text: string, start: number): string {
  const next = text.indexOf(`,${recordStart('')}`, start);
  return text.slice(start, next < 0 ? text.lastIndexOf(']') : next);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
