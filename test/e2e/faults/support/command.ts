/** Runs the bundled command as a process group of its own, so that a test can end all of it at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const cli = fileURLToPath(new URL('../../../../dist/cli.js', import.meta.url));

export interface Ended {
  /** As a shell has it: 128 + number for a signal. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface Running {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** To the whole group. */
  readonly signal: (name: NodeJS.Signals) => void;
}

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
};

export interface StartOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Another program than tscompose itself. */
  readonly program?: readonly string[];
  /** What it can read from standard input; absent: nothing. */
  readonly input?: string;
  /** After this many milliseconds the group is killed, so that a command that hangs fails its test only. */
  readonly limitMs?: number;
}

export function start(args: readonly string[], options: StartOptions): Running {
  const [program = '', ...before] = options.program ?? [process.execPath, cli];
  const began = performance.now();
  const child = spawn(program, [...before, ...args], {
    cwd: options.cwd,
    env: options.env as NodeJS.ProcessEnv,
    detached: true,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(options.input);
  const pid = child.pid ?? -1;
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  const limit = setTimeout(() => {
    stderr += '\n(the test ended it: it took too long)\n';
    signal('SIGKILL');
  }, options.limitMs ?? 120_000);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, ending) => {
      clearTimeout(limit);
      const shellCode = ending === null ? (code ?? -1) : 128 + (signalNumbers[ending] ?? 0);
      resolve({ code: shellCode, stdout, stderr, ms: performance.now() - began });
    });
  });
  return { pid, child, ended, stdout: () => stdout, stderr: () => stderr, signal };
}

/** Processes of a group that still live, by id and name. */
export function groupMembers(group: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [state, , ownGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (Number(ownGroup) !== group || state === 'Z') return [];
        return [`${pid} ${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()}`];
      } catch {
        return [];
      }
    });
}
