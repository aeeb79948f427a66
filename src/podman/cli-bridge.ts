/** What the `podman` command does better than its API: terminals. Arguments go as a list, never through a shell. */
import type { Options } from 'execa';
import { fail } from '../base/errors.ts';
import { type Descendant, endAll, withDescendants } from './descendants.ts';
import { findProgram } from './find-program.ts';

export interface PodmanCommand {
  /** The engine's address; a local one on its default socket needs no --url. */
  readonly url: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdio: 'inherit' | 'pipe';
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  readonly onLine?: (line: string) => void;
  readonly input?: Uint8Array | string;
}

export interface PodmanResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws {ComposeError} `E_ENGINE_UNREACHABLE` when podman is not installed */
export async function runPodman(command: PodmanCommand): Promise<PodmanResult> {
  const program = findProgram('podman', command.environment['PATH']);
  if (!program) {
    throw fail('E_ENGINE_UNREACHABLE', 'the podman command is not installed, or not in PATH', {
      hint: 'install podman on this machine as well',
    });
  }
  const { execa } = await import('execa');
  const child = execa(program, [...engineArguments(command), ...command.args], {
    reject: false,
    extendEnv: false,
    env: withoutAddresses(command.environment),
    all: command.onLine !== undefined,
    ...streams(command),
    ...(command.cwd ? { cwd: command.cwd } : {}),
    ...(command.signal ? { cancelSignal: command.signal, forceKillAfterDelay: 5000 } : {}),
  });
  let left: readonly Descendant[] = [];
  // At once: when podman, which ends in its own way, has ended, nobody knows whose they are.
  const onAbort = (): void => {
    if (child.pid !== undefined) left = withDescendants(child.pid).slice(1);
  };
  command.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    if (command.onLine && child.all) {
      for await (const line of child.iterable({ from: 'all' })) command.onLine(String(line));
    }
    return await resultOf(child, command);
  } finally {
    command.signal?.removeEventListener('abort', onAbort);
    endAll(left);
  }
}

async function resultOf(
  child: PromiseLike<{
    readonly isCanceled: boolean;
    readonly exitCode?: number | undefined;
    readonly stdout?: unknown;
    readonly stderr?: unknown;
  }>,
  { signal }: PodmanCommand,
): Promise<PodmanResult> {
  const result = await child;
  if (result.isCanceled) signal?.throwIfAborted();
  return {
    exitCode: result.exitCode ?? 1,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
  };
}

function streams({ stdio, input }: PodmanCommand): Pick<Options, 'stdin' | 'stdout' | 'stderr' | 'input'> {
  if (stdio === 'inherit') return { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' };
  const output = { stdout: 'pipe', stderr: 'pipe' } as const;
  return input === undefined ? { stdin: 'ignore', ...output } : { stdin: 'pipe', input, ...output };
}

/** Local podman shares the store with the service we talk to; a remote one is told where to go. */
function engineArguments({ url }: PodmanCommand): string[] {
  return url.startsWith('unix://') ? [] : ['--remote', `--url=${url}`];
}

/** podman reads CONTAINER_HOST as "be remote"; the store is the same, and locally more works. */
function withoutAddresses(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, value] of Object.entries(environment)) {
    if (value !== undefined && key !== 'CONTAINER_HOST' && key !== 'DOCKER_HOST') result[key] = value;
  }
  return result;
}
