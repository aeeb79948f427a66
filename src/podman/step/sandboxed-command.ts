/**
 * Runs a command of a build with the engine's own runtime, on the mounted files of a container: as Buildah does it, and at the price of
 * the runtime alone. All that the runtime needs is in a private directory, by which a later run ends what a killed one has left.
 */
import { spawn } from 'node:child_process';
import { copyFile, lstat, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { runtimeOptions } from '../stale-builds.ts';
import { groupsOfRoot, type RuntimeConfig, type RuntimeMount, runtimeConfig } from './runtime-config.ts';
import type { Sandbox } from './step-sandboxes.ts';

export interface SandboxedCommand {
  readonly sandbox: Sandbox;
  /** Of the container that the command's files are in. */
  readonly id: string;
  /** Where its files are. */
  readonly rootfs: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Root, as USER has it. */
  readonly user: string | undefined;
  readonly workingDir: string;
  /** On this machine, to be seen as the program of `argv`. */
  readonly script: string | undefined;
  /** Private directory. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

export interface EndedCommand {
  /** The command's own, or the runtime's. */
  readonly exitCode: number;
  /** Why the runtime could not start it. */
  readonly problem?: string;
}

export async function runSandboxed(command: SandboxedCommand): Promise<EndedCommand> {
  const { folder, id, signal, sandbox } = command;
  const { runtime } = sandbox;
  try {
    await writeFile(join(folder, 'config.json'), JSON.stringify(await configOf(command)), { mode: 0o600 });
  } catch {
    return { exitCode: 1, problem: 'what the sandbox lends cannot be read' };
  }
  signal.throwIfAborted();
  const isSlice = sandbox.config.linux.cgroupsPath?.includes(':') === true;
  const common = [...runtimeOptions(folder), ...(isSlice ? ['--systemd-cgroup'] : [])];
  const own = [`--log=${join(folder, runtimeLog)}`, '--log-format=json'];
  const child = spawn(runtime, [...common, ...own, 'run', '--bundle', folder, id], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => void spawn(runtime, [...common, 'delete', '--force', id], { stdio: 'ignore' });
  signal.addEventListener('abort', end, { once: true });
  try {
    const exitCode = new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    });
    const [code] = await Promise.all([
      exitCode,
      ...[child.stdout, child.stderr].map((one) => tell(one, command)),
    ]);
    const problem = code === 0 ? undefined : await runtimeProblem(join(folder, runtimeLog));
    return { exitCode: code, ...(problem === undefined ? {} : { problem }) };
  } finally {
    signal.removeEventListener('abort', end);
  }
}

const runtimeLog = 'runtime.log';

async function tell(stream: Readable, { onLine }: SandboxedCommand): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
    onLine(line);
}

/** The runtime logs what it could not do. */
async function runtimeProblem(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const errors = text.split('\n').flatMap((line): string[] => {
    try {
      const { level, msg } = JSON.parse(line) as { level?: string; msg?: string };
      return level === 'error' && msg ? [msg] : [];
    } catch {
      return [];
    }
  });
  return errors.at(-1);
}

async function configOf(command: SandboxedCommand): Promise<RuntimeConfig> {
  const { sandbox, id, rootfs, argv, environment, user, workingDir, script, folder } = command;
  const files = join(folder, 'files');
  await mkdir(files, { mode: 0o700 });
  const lent = await Promise.all(sandbox.config.mounts.map((mount) => ownFile(mount, sandbox.id, files)));
  const own = { id: sandbox.id, config: { ...sandbox.config, mounts: lent } };
  const program: RuntimeMount[] =
    script === undefined
      ? []
      : [{ destination: argv[0] ?? '', type: 'bind', source: script, options: ['bind', 'ro', 'rprivate'] }];
  const groups = groupsOfRoot(user, await plainText(rootfs, 'etc/group'));
  return runtimeConfig(own, { id, rootfs, argv, environment, workingDir, groups, mounts: program });
}

/** `/etc/hosts` and the like belong to the sandbox: a command that writes to them must not write for the next. */
async function ownFile(mount: RuntimeMount, sandbox: string, files: string): Promise<RuntimeMount> {
  if (mount.type !== 'bind' || !mount.source.includes(sandbox)) return mount;
  if (!(await lstat(mount.source)).isFile()) return mount;
  const source = join(files, basename(mount.source));
  await copyFile(mount.source, source);
  return { ...mount, source };
}

/** A file of the image, unless a link leads elsewhere. */
async function plainText(rootfs: string, path: string): Promise<string> {
  const full = join(rootfs, path);
  try {
    return (await realpath(full)) === full ? await readFile(full, 'utf8') : '';
  } catch {
    return '';
  }
}
