/**
 * The answer of a command that had nothing to do, kept with all that it was drawn from. While that is as it was, so is the answer, and
 * nobody has to be asked: no code is loaded, no file is read and no engine is connected to.
 *
 * Wrong never: what went into an answer is told by the looks of the files (also of those that were looked for and not there), by the count
 * of changes in Podman's database, by the processes of the containers, and in the name of the answer by command line, folder and
 * environment. Whatever cannot be told so is not kept, and an answer may be lost at any time.
 */
import { readFileSync } from 'node:fs';
import { databaseState } from '../../podman/database.ts';
import { namesIn } from '../../podman/look.ts';
import { answerPlace, readAnswer, restless } from './answer-place.ts';
import { lookAt, lookAtEntry } from './file-look.ts';

/** As in the file. */
export interface KeptAnswer {
  readonly form: typeof answerForm;
  /** The kernel's name for this run of the machine. */
  readonly boot: string;
  /** Files and directories that were read or looked for, with their looks. */
  readonly files: readonly (readonly [path: string, look: string])[];
  /** What stands in directories whose whole content counts. */
  readonly entries: readonly (readonly [path: string, look: string])[];
  readonly databases: readonly (readonly [path: string, state: string])[];
  /** Of the containers that run. */
  readonly processes: readonly number[];
  /** What the command wrote on stderr. */
  readonly text: string;
  /** On stdout; absent: nothing. */
  readonly output?: string;
}

export const answerForm = 2;

/** Commands whose answers are kept. */
const commands = ['up', 'build', 'config', 'convert'];

export interface Asking {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Which code would answer. */
  readonly code: string;
  /** Whether stdout and stderr are terminals. */
  readonly terminals: readonly boolean[];
}

/** Where the answer to a command line is kept; undefined: none is. */
export function answerPath({ argv, terminals, ...asking }: Asking): string | undefined {
  if (!argv.some((word) => commands.includes(word))) return undefined;
  if (argv.some((word) => restless.some((name) => word.includes(name)))) return undefined;
  return answerPlace({ ...asking, question: [argv, terminals] });
}

/** What the command would say; undefined: that has to be found out. */
export function keptAnswer(path: string): Pick<KeptAnswer, 'text' | 'output'> | undefined {
  try {
    const answer = readAnswer(path) as KeptAnswer;
    return answer.form === answerForm && holds(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

function holds({ boot, files, entries, databases, processes }: KeptAnswer): boolean {
  return (
    boot === bootName() &&
    databases.every(([path, state]) => databaseState(path) === state) &&
    files.every(([path, look]) => lookAt(path) === look) &&
    entries.every(([path, look]) => lookAtEntry(path) === look) &&
    areRunning(processes)
  );
}

/** @throws on a system that does not tell */
export function bootName(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
}

/** Whether there are still processes of these numbers. */
export function areRunning(processes: readonly number[]): boolean {
  if (processes.length === 0) return true;
  const names = new Set(namesIn('/proc'));
  return processes.every((id) => names.has(String(id)));
}
