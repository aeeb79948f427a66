/** Takes note of all that a command's answer is drawn from, so that it can be kept (kept-answer.ts). */
import { join } from 'node:path';
import { databaseKnows, databaseStates } from '../../podman/database.ts';
import { lookAt, lookAtEntry } from './file-look.ts';
import { answerForm, areRunning, bootName, type KeptAnswer } from './kept-answer.ts';
import { isOlder, type Looks, SeenFiles } from './seen-files.ts';
import { writeAnswer } from './write-answer.ts';

/** What the engine's own files tell of the time before it was asked. */
interface EngineLook {
  readonly askedMs: number;
  readonly databases: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, string>;
}

export interface Answer {
  /** What was written on stderr. */
  readonly text: string;
  /** On stdout; absent: nothing. */
  readonly output?: string;
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

export class Witness extends SeenFiles {
  readonly #path: string;
  readonly #now: () => number;
  #engine: EngineLook | undefined;
  #firstFiles: ReadonlyMap<string, string> | undefined;

  /** @param path - where the answer goes. @param now - milliseconds since the epoch */
  constructor(path: string, now: () => number) {
    super(now());
    this.#path = path;
    this.#now = now;
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

  /** Keeps the answer if all that it is drawn from can be told: files, and an engine on this machine. */
  keep(answer: Answer): void {
    if (!this.#engine) return;
    const { files: lists, askedMs } = this.#engine;
    const engine = answer.containers ? this.#stateOf(answer.containers) : nothingRuns;
    if (engine && [...lists].every(([, look]) => isOlder(look, askedMs)))
      this.#write(answer, [...lists], engine);
  }

  /** Keeps an answer for which no engine was needed. */
  keepOfFiles(answer: Omit<Answer, 'entries' | 'containers'>): void {
    this.#write({ ...answer, entries: [] }, [], nothingRuns);
  }

  #write({ text, output, entries: paths }: Answer, lists: Looks, engine: EngineState): void {
    const seen = this.looks();
    const entries = paths.map((path) => [path, lookAtEntry(path)] as const);
    if (!seen || !this.areSettled(entries) || entries.some(([, look]) => look === '')) return;
    let boot: string;
    try {
      boot = bootName();
    } catch {
      return;
    }
    const files = [...seen, ...lists];
    const said = output === undefined ? { text } : { text, output };
    const answer: KeptAnswer = { form: answerForm, boot, files, entries, ...engine, ...said };
    writeAnswer(this.#path, answer);
  }

  #stateOf(containers: NonNullable<Answer['containers']>): EngineState | undefined {
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

type EngineState = Pick<KeptAnswer, 'databases' | 'processes'>;

const nothingRuns: EngineState = { databases: [], processes: [] };
