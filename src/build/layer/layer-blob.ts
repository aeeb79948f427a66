/** A layer as bytes: its entries as a tar, kept in memory while small, else in a private file, with its digest. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../base/errors.ts';
import type { LayoutLayer } from './oci-layout.ts';
import type { LayerEntry } from './overlay.ts';
import { tarEnd, tarHeader, tarPadding } from './tar-writer.ts';

export interface LayerBlob extends LayoutLayer {
  /** Removes what was written on the way. */
  readonly dispose: () => void;
}

const memoryBytes = 16 * 1024 * 1024;

/** @param folder - a private directory for what is too large for memory */
export function makeLayer(entries: readonly LayerEntry[], folder: string): LayerBlob {
  const sink = new Sink(folder);
  try {
    for (const entry of entries) writeEntry(entry, sink);
    sink.write(tarEnd());
    return sink.end();
  } catch (error) {
    sink.dispose();
    throw error;
  }
}

function writeEntry(entry: LayerEntry, sink: Sink): void {
  const { file, path, sameAs, bytes, digest } = entry;
  const head = {
    name: path,
    mode: file.mode,
    uid: file.uid,
    gid: file.gid,
    mtime: file.mtime,
    ...(file.xattrs ? { xattrs: file.xattrs } : {}),
  };
  if (sameAs !== undefined) {
    sink.write(tarHeader({ ...head, kind: 'link', linkTarget: sameAs }));
    return;
  }
  sink.write(
    tarHeader({
      ...head,
      kind: file.kind,
      size: bytes?.length ?? file.size,
      ...(file.linkTarget === undefined ? {} : { linkTarget: file.linkTarget }),
      ...(file.device === undefined ? {} : { device: file.device }),
    }),
  );
  if (file.kind !== 'file') return;
  if (bytes) sink.write(bytes);
  else copyFile(file.hostPath, { size: file.size, digest }, sink);
  sink.write(tarPadding(bytes?.length ?? file.size));
}

/** Shared: reading is synchronous. */
const chunk = Buffer.allocUnsafe(1024 * 1024);

/** What the step's key was made of must be what goes in. */
function copyFile(path: string, expected: { size: number; digest: string | undefined }, sink: Sink): void {
  const hash = createHash('sha256');
  let left = expected.size;
  const fd = open(path);
  try {
    while (left > 0) {
      const count = readSync(fd, chunk, 0, Math.min(chunk.length, left), null);
      if (count === 0) throw changedMeanwhile(path);
      const part = chunk.subarray(0, count);
      hash.update(part);
      sink.write(part);
      left -= count;
    }
    const isLonger = readSync(fd, chunk, 0, 1, null) > 0;
    if (isLonger || (expected.digest !== undefined && hash.digest('hex') !== expected.digest))
      throw changedMeanwhile(path);
  } finally {
    closeSync(fd);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw copyProblem(error, path);
  }
}

/** What went wrong while a file was read and written elsewhere. */
export function copyProblem(error: unknown, path: string): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return noSpace();
  if (code === 'ENOENT') return changedMeanwhile(path);
  return fail('E_FILE_UNREADABLE', `${path} cannot be read: ${code}`);
}

function noSpace(): Error {
  return fail('E_NO_SPACE', 'the disk is full: a layer cannot be written', {
    hint: 'make room, then build again',
  });
}

function changedMeanwhile(path: string): Error {
  return fail('E_BUILD', `${path} was changed while it was being copied`, { hint: 'build again' });
}

class Sink {
  readonly #folder: string;
  readonly #hash: Hash = createHash('sha256');
  #size = 0;
  #chunks: Buffer[] = [];
  #file: { readonly path: string; readonly fd: number } | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#hash.update(bytes);
    this.#size += bytes.length;
    if (this.#file) writeAll(this.#file.fd, bytes);
    else {
      this.#chunks.push(Buffer.from(bytes));
      if (this.#size > memoryBytes) this.#spill();
    }
  }

  #spill(): void {
    const path = join(this.#folder, `layer-${spillNumber()}.tar`);
    const fd = openSync(path, 'wx', 0o600);
    this.#file = { path, fd };
    for (const part of this.#chunks) writeAll(fd, part);
    this.#chunks = [];
  }

  end(): LayerBlob {
    const digest = this.#hash.digest('hex');
    const file = this.#file;
    const chunks = this.#chunks;
    if (file) closeSync(file.fd);
    return {
      digest,
      size: this.#size,
      bytes: () => (file ? createReadStream(file.path, { highWaterMark: 1024 * 1024 }) : inMemory(chunks)),
      dispose: () => {
        if (file) rmSync(file.path, { force: true });
      },
    };
  }

  dispose(): void {
    if (!this.#file) return;
    closeSync(this.#file.fd);
    rmSync(this.#file.path, { force: true });
  }
}

let spills = 0;

function spillNumber(): number {
  spills += 1;
  return spills;
}

/** @throws {ComposeError} `E_NO_SPACE` */
function writeAll(fd: number, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw noSpace();
  }
}

async function* inMemory(chunks: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield Buffer.concat(chunks);
}
