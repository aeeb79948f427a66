/**
 * The answer of a command that had nothing to do, kept with all that it was drawn from. While that is as it was, so is the answer, and
 * nobody has to be asked: no code is loaded, no file is read and no engine is connected to.
 *
 * Wrong never: what went into an answer is told by the looks of the files (also of those that were looked for and not there), by the count
 * of changes in Podman's database, by the processes of the containers, and in the name of the answer by command line, folder and
 * environment. Whatever cannot be told so is not kept, and an answer may be lost at any time.
 */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { mixed } from '../../base/mixed.ts';
import { databaseState } from '../../podman/database.ts';
import { namesIn } from '../../podman/look.ts';
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
  /** What the command wrote, on stderr; on stdout it writes nothing. */
  readonly text: string;
}

export const answerForm = 1;

/** Commands whose answers are kept. */
const commands = ['up', 'build'];

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
export function answerPath({ argv, cwd, env, code, terminals }: Asking): string | undefined {
  if (!argv.some((word) => commands.includes(word)) || env['TSCOMPOSE_KEPT_ANSWERS'] === '0')
    return undefined;
  if (argv.some((word) => restless.some((name) => word.includes(name)))) return undefined;
  const written = env['XDG_CACHE_HOME'];
  const cache = written?.startsWith('/') ? written : join(env['HOME'] || homedir(), '.cache');
  const variables = Object.entries(env).filter(([name]) => !restless.includes(name));
  const asked = JSON.stringify([argv, cwd, variables, code, terminals, process.getuid?.()]);
  return join(cache, 'tscompose', 'answers', `${mixed(asked, 1)}${mixed(asked, 2)}.json`);
}

/** Variables that a shell changes by itself. A project that takes their values has no kept answer. */
export const restless: readonly string[] = ['OLDPWD', 'SHLVL'];

/** What the command would say; undefined: that has to be found out. */
export function keptAnswer(path: string): string | undefined {
  try {
    const answer = JSON.parse(ownText(path)) as KeptAnswer;
    return answer.form === answerForm && holds(answer) ? answer.text : undefined;
  } catch {
    return undefined;
  }
}

/** Only what nobody else can have written is believed. */
function ownText(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    const { uid, mode } = fstatSync(descriptor);
    return uid === process.getuid?.() && (mode & 0o022) === 0 ? readFileSync(descriptor, 'utf8') : '';
  } finally {
    closeSync(descriptor);
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
