/** Reads the extended attributes out of a PAX archive, piece by piece as it comes; the files' bytes are passed over. */

import type { Xattrs } from './types.ts';

const blockBytes = 512;

export class TarXattrs {
  readonly #onEntry: (xattrs: Xattrs, name: string) => void;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of a content that are still to be passed over. */
  #skip = 0;
  #records: ReadonlyMap<string, Buffer> = new Map();

  /** @param onEntry - told of each entry in the archive's order; a name of more than 100 bytes is cut */
  constructor(onEntry: (xattrs: Xattrs, name: string) => void) {
    this.#onEntry = onEntry;
  }

  write(chunk: Buffer): void {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const skipped = Math.min(this.#skip, data.length);
      this.#skip -= skipped;
      data = data.subarray(skipped);
      const used = this.#skip > 0 ? 0 : this.#take(data);
      if (used === 0) break;
      data = data.subarray(used);
    }
    this.#rest = data;
  }

  /** @returns bytes of what was read; 0 when more is needed */
  #take(data: Buffer): number {
    if (data.length < blockBytes) return 0;
    const type = data.toString('latin1', 156, 157);
    const padded = Math.ceil(this.#sizeOf(data) / blockBytes) * blockBytes;
    if (type === 'x' || type === 'g') {
      if (data.length < blockBytes + padded) return 0;
      const body = data.subarray(blockBytes, blockBytes + this.#sizeOf(data));
      if (type === 'x') this.#records = recordsOf(body);
      return blockBytes + padded;
    }
    // Empty blocks end the archive.
    if (data[0] === 0) return blockBytes;
    const xattrs = xattrsOf(this.#records);
    this.#records = new Map();
    this.#skip = padded;
    this.#onEntry(xattrs, nameOf(data));
    return blockBytes;
  }

  #sizeOf(header: Buffer): number {
    const long = this.#records.get('size');
    if (long) return Number(long.toString('latin1'));
    return Number.parseInt(header.toString('latin1', 124, 136), 8) || 0;
  }
}

function nameOf(header: Buffer): string {
  const end = header.subarray(0, 100).indexOf(0);
  return header.toString('latin1', 0, end < 0 ? 100 : end);
}

/** `LENGTH KEY=VALUE\n`; a value may hold any bytes. */
function recordsOf(body: Buffer): ReadonlyMap<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < body.length; ) {
    const blank = body.indexOf(0x20, at);
    const length = Number(body.toString('latin1', at, blank));
    const equals = body.indexOf(0x3d, blank);
    if (!(length > 0) || blank < 0 || equals < 0) break;
    records.set(body.toString('utf8', blank + 1, equals), body.subarray(equals + 1, at + length - 1));
    at += length;
  }
  return records;
}

const prefix = 'SCHILY.xattr.';

function xattrsOf(records: ReadonlyMap<string, Buffer>): Xattrs {
  const own = [...records].filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), Buffer.from(value)]));
}
