/** Takes note of the files that an answer is drawn from. */
import { coarseTick, fineTick } from '../../build/context/file-index.ts';
import { diskReader, type SourceReader } from '../../compose/reader.ts';
import { readStandardInput } from '../standard-input.ts';
import { restless } from './answer-place.ts';
import { lookAt } from './file-look.ts';

export type Looks = readonly (readonly [path: string, look: string])[];

export class SeenFiles {
  readonly #beganMs: number;
  readonly #files = new Map<string, string>();
  #isRefused = false;

  /** @param nowMs - since the epoch */
  constructor(nowMs: number) {
    this.#beganMs = nowMs;
  }

  /** The answer is drawn from something that nobody takes note of. */
  refuse(): void {
    this.#isRefused = true;
  }

  /** A file or directory will be read or looked for. What it was before counts. */
  note(path: string): void {
    if (!this.#files.has(path)) this.#files.set(path, lookAt(path));
  }

  /** A text was read that variables may be put into. */
  read(text: string): void {
    if (restless.some((name) => text.includes(name))) this.refuse();
  }

  through(reader: SourceReader): SourceReader {
    return {
      kind: (path) => {
        this.note(path);
        const kind = reader.kind(path);
        // A pipe is another one each time.
        if (kind === 'other') this.refuse();
        return kind;
      },
      readText: (path) => {
        this.note(path);
        const text = reader.readText(path);
        this.read(text);
        return text;
      },
      readBytes: (path) => {
        this.note(path);
        return reader.readBytes(path);
      },
    };
  }

  /** How a project is loaded whose files are taken note of. */
  reading(): { readonly reader: SourceReader; readonly stdin: () => string } {
    return {
      reader: this.through(diskReader),
      stdin: () => {
        this.refuse();
        return readStandardInput();
      },
    };
  }

  /** @returns undefined: the next change of one of them might not be told, or not all is known */
  looks(): Looks | undefined {
    const looks = [...this.#files];
    return !this.#isRefused && this.areSettled(looks) ? looks : undefined;
  }

  /** Whether all of these were as they are before the command began. */
  areSettled(looks: Looks): boolean {
    return looks.every(([, look]) => isOlder(look, this.#beganMs));
  }
}

/**
 * False for what was changed so lately that the next change might look the same. It also shows what was changed since the command
 * began: the look may be of a later state than what was read.
 */
export function isOlder(look: string, sinceMs: number): boolean {
  if (look === '' || look.startsWith('directory')) return true;
  const [, , , , mtimeMs = 0, ctimeMs = 0] = look.split(' ').map(Number);
  const tick = ctimeMs % 1000 === 0 ? coarseTick : fineTick;
  return Math.max(mtimeMs, ctimeMs) + tick <= sinceMs;
}
