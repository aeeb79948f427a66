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

/** Ten thousand services take a fifth of it; an image or a log given by mistake is larger. */
export const maxFileBytes = 20 * 1024 * 1024;

export class ReadProblem extends Error {
  /** Goes on after "it is". */
  readonly reason:
    | 'missing'
    | 'a directory'
    | 'not a regular file'
    | 'not readable for you'
    | 'larger than 20 MiB'
    | 'not UTF-8';
  readonly path: string;
  /** What to do about it. */
  readonly hint: string;

  constructor(path: string, reason: ReadProblem['reason']) {
    super(`${path}: ${reason}`);
    this.path = path;
    this.reason = reason;
    this.hint = hints[reason];
  }
}

const hints: Readonly<Record<ReadProblem['reason'], string>> = {
  missing: 'correct the path, or make the file',
  'a directory': 'name a file in it',
  'not a regular file': 'name a file with its text',
  'not readable for you': 'change who may read it',
  'larger than 20 MiB': 'name a smaller file: this is hardly the one that is meant',
  'not UTF-8': 'save it as UTF-8',
};

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
    if (kind === 'directory') throw new ReadProblem(path, 'a directory');
    if (kind === 'other') throw new ReadProblem(path, 'not a regular file');
    if (statSync(path).size > maxFileBytes) throw new ReadProblem(path, 'larger than 20 MiB');
    try {
      return readFileSync(path);
    } catch {
      throw new ReadProblem(path, 'not readable for you');
    }
  },
};
