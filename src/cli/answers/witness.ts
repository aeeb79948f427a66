/** Takes note of all that a command's answer is drawn from, so that it can be kept (kept-answer.ts). */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { coarseTick, fineTick } from '../../build/context/file-index.ts';
import { CacheFolder } from '../../build/index/cache-folder.ts';
import type { SourceReader } from '../../compose/reader.ts';
import { databaseKnows, databaseStates } from '../../podman/database.ts';
import { lookAt, lookAtEntry } from './file-look.ts';
import { answerForm, areRunning, bootName, type KeptAnswer, restless } from './kept-answer.ts';

/** Answers of folders and environments that nobody has any more would pile up. */
const mostAnswers = 200;

/** What the engine's own files tell of the time before it was asked. */
interface EngineLook {
  readonly askedMs: number;
  readonly databases: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, string>;
}

export interface Answer {
  readonly text: string;
  /** Paths whose look counts as they stand: of build contexts. */
  readonly entries: readonly string[];
  /** What runs for the project; undefined: the answer says nothing of containers. */
  readonly containers?: readonly {
    readonly id: string;
    readonly createdAt: string;
    /** 0: it has none. */
    readonly pid: number;
  }[];
}

export class Witness {
  readonly #path: string;
  readonly #now: () => number;
  readonly #beganMs: number;
  readonly #files = new Map<string, string>();
  #engine: EngineLook | undefined;
  #firstFiles: ReadonlyMap<string, string> | undefined;
  #isRefused = false;

  /** @param path - where the answer goes. @param now - milliseconds since the epoch */
  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
    this.#beganMs = now();
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

  /**
   * The engine is asked next, of which these are the files. Whoever asks again begins anew.
   *
   * @returns whether images and secrets are as they were when it was first asked
   */
  asks({ graphRoot, driver }: { readonly graphRoot: string; readonly driver: string }): boolean {
    const paths = [join(graphRoot, `${driver}-images/images.json`), join(graphRoot, 'secrets/secrets.json')];
    const files = new Map(paths.map((path) => [path, lookAt(path)]));
    const before = this.#firstFiles;
    this.#firstFiles ??= files;
    this.#engine = { askedMs: this.#now(), files, databases: databaseStates(graphRoot) };
    return before !== undefined && paths.every((path) => before.get(path) === files.get(path));
  }

  /** Keeps the answer if all that it is drawn from can be told. */
  keep(answer: Answer): void {
    const kept = this.#isRefused ? undefined : this.#keptOf(answer);
    if (kept) write(this.#path, JSON.stringify(kept));
  }

  #keptOf({ text, entries: paths, containers }: Answer): KeptAnswer | undefined {
    if (!this.#engine) return undefined;
    const { files: lists, askedMs } = this.#engine;
    const entries = paths.map((path) => [path, lookAtEntry(path)] as const);
    const isSettled =
      [...this.#files, ...entries].every(([, look]) => isOlder(look, this.#beganMs)) &&
      [...lists].every(([, look]) => isOlder(look, askedMs));
    if (!isSettled || entries.some(([, look]) => look === '')) return undefined;
    const engine = containers ? this.#stateOf(containers) : { databases: [], processes: [] };
    if (!engine) return undefined;
    try {
      const boot = bootName();
      return { form: answerForm, boot, files: [...this.#files, ...lists], entries, ...engine, text };
    } catch {
      return undefined;
    }
  }

  #stateOf(
    containers: NonNullable<Answer['containers']>,
  ): Pick<KeptAnswer, 'databases' | 'processes'> | undefined {
    const databases = this.#databaseOf(containers);
    const processes = containers.flatMap(({ pid }) => (pid > 0 ? [pid] : []));
    return databases && areRunning(processes) ? { databases, processes } : undefined;
  }

  /** The one database that knows the newest container: then it is the one that the engine writes to. */
  #databaseOf(containers: NonNullable<Answer['containers']>): KeptAnswer['databases'] | undefined {
    const [newest] = [...containers].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    if (!newest) return undefined;
    const known = [...(this.#engine?.databases ?? [])].filter(([path]) => databaseKnows(path, newest.id));
    return known.length === 1 ? known : undefined;
  }
}

/**
 * False for what was changed so lately that the next change might look the same. It also shows what was changed since the command
 * began: the look may be of a later state than what was read.
 */
function isOlder(look: string, sinceMs: number): boolean {
  if (look === '' || look.startsWith('directory')) return true;
  const [, , , , mtimeMs = 0, ctimeMs = 0] = look.split(' ').map(Number);
  const tick = ctimeMs % 1000 === 0 ? coarseTick : fineTick;
  return Math.max(mtimeMs, ctimeMs) + tick <= sinceMs;
}

/** @param path - `XDG_CACHE_HOME/tscompose/answers/NAME` */
function write(path: string, text: string): void {
  const folder = dirname(path);
  if (!new CacheFolder(dirname(folder), process.pid).write(path, text)) return;
  try {
    const names = readdirSync(folder);
    if (names.length > mostAnswers) removeOlderHalf(names.map((name) => join(folder, name)));
  } catch {
    // Somebody else tidies up.
  }
}

function removeOlderHalf(paths: readonly string[]): void {
  const times = paths.map((path) => ({ path, mtimeMs: statSync(path).mtimeMs }));
  times.sort((a, b) => a.mtimeMs - b.mtimeMs);
  for (const { path } of times.slice(0, times.length >> 1)) rmSync(path, { force: true });
}
