/** Where the keys of one mapping stand, packed: most places are never asked for, and a `Map` of objects takes twice the memory. */
import type { KeyPlace } from './node.ts';
import type { SourceFile } from './source.ts';

/** More are found faster in a `Map`. */
const maxKeys = 16;

/** The same places in less memory, where they are few and in one file; else as they are. */
export function packKeys(keys: ReadonlyMap<string, KeyPlace>): ReadonlyMap<string, KeyPlace> {
  if (keys instanceof KeyPlaces || keys.size > maxKeys) return keys;
  const packed: (string | number)[] = [];
  let file: SourceFile | undefined;
  for (const [key, place] of keys) {
    file ??= place.file;
    if (place.file !== file) return keys;
    packed.push(key, place.start, place.end);
  }
  return file ? new KeyPlaces(file, packed) : none;
}

const none: ReadonlyMap<string, KeyPlace> = new Map();

class KeyPlaces implements ReadonlyMap<string, KeyPlace> {
  readonly #file: SourceFile;
  /** key, start, end; the next key ... */
  readonly #packed: readonly (string | number)[];

  constructor(file: SourceFile, packed: (string | number)[]) {
    this.#file = file;
    // A copy has no room to grow.
    this.#packed = packed.slice();
  }

  get size(): number {
    return this.#packed.length / 3;
  }

  has(key: string): boolean {
    return this.#indexOf(key) >= 0;
  }

  get(key: string): KeyPlace | undefined {
    const index = this.#indexOf(key);
    return index < 0 ? undefined : this.#at(index);
  }

  #indexOf(key: string): number {
    for (let index = 0; index < this.#packed.length; index += 3)
      if (this.#packed[index] === key) return index;
    return -1;
  }

  #at(index: number): KeyPlace {
    return {
      file: this.#file,
      start: this.#packed[index + 1] as number,
      end: this.#packed[index + 2] as number,
    };
  }

  *entries(): MapIterator<[string, KeyPlace]> {
    for (let index = 0; index < this.#packed.length; index += 3)
      yield [this.#packed[index] as string, this.#at(index)];
  }

  *keys(): MapIterator<string> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<KeyPlace> {
    for (const [, place] of this.entries()) yield place;
  }

  forEach(visit: (place: KeyPlace, key: string, all: ReadonlyMap<string, KeyPlace>) => void): void {
    for (const [key, place] of this.entries()) visit(place, key, this);
  }

  [Symbol.iterator](): MapIterator<[string, KeyPlace]> {
    return this.entries();
  }
}
