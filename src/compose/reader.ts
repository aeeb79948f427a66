/** The room's only way to the disk. Tests pass one over a map. */
import { readFileSync, statSync } from 'node:fs';

export type FileKind = 'file' | 'directory' | 'other' | 'missing';

export interface SourceReader {
  kind(path: string): FileKind;
  /**
   * @throws {ReadProblem} when the file is missing, not a regular file, unreadable, too large, or not UTF-8
   */
  readText(path: string): string;
  readBytes(path: string): Uint8Array;
}

/** No real compose file comes near it; a device or a log given by mistake does. */
export const maxFileBytes = 50 * 1024 * 1024;

export class ReadProblem extends Error {
  readonly reason: 'missing' | 'directory' | 'not a regular file' | 'unreadable' | 'too large' | 'not UTF-8';
  readonly path: string;

  constructor(path: string, reason: ReadProblem['reason']) {
    super(`${path}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

/** Decodes UTF-8 and leaves out a byte order mark. */
export function decodeText(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ReadProblem(path, 'not UTF-8');
  }
}

export const diskReader: SourceReader = {
  kind(path) {
    try {
      const stat = statSync(path);
      if (stat.isFile()) return 'file';
      return stat.isDirectory() ? 'directory' : 'other';
    } catch {
      return 'missing';
    }
  },
  readText(path) {
    return decodeText(path, this.readBytes(path));
  },
  readBytes(path) {
    const kind = this.kind(path);
    if (kind === 'missing') throw new ReadProblem(path, 'missing');
    if (kind === 'directory') throw new ReadProblem(path, 'directory');
    if (kind === 'other') throw new ReadProblem(path, 'not a regular file');
    if (statSync(path).size > maxFileBytes) throw new ReadProblem(path, 'too large');
    try {
      return readFileSync(path);
    } catch {
      throw new ReadProblem(path, 'unreadable');
    }
  },
};
