/**
 * Runs one command of a build in a container of the engine, as Buildah would: its own environment and nothing else, no limit on processes,
 * no health check, no log. What the command has changed is in the container's upper directory when it has ended.
 *
 * The container's name is that of a private directory, which tells a later run that a killed one has left both.
 */
import { mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../base/errors.ts';
import { EngineError } from './engine-error.ts';
import { keepLine, SegmentFailed } from './segment-build.ts';
import type { ContainerSpec } from './spec.ts';
import { segmentContainer, segmentPrefix } from './stale-segments.ts';
import type { ContainerInspect, Engine } from './types.ts';

export interface StepContainerRequest {
  readonly image: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Proxies from build arguments: they win over this machine's. */
  readonly proxies: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDir: string;
  /** The image has no such directory. */
  readonly createWorkingDir: boolean;
  readonly network: 'default' | 'host' | 'none';
  /** Text of the executable that `argv` names. */
  readonly script?: string;
}

export interface StepContainerContext {
  readonly engine: Engine;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Private directory for what is written on the way. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly output: (line: string) => void;
}

export interface EndedStep {
  /** The upper directory. */
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** @throws {SegmentFailed} with the command's own status and the end of what it has printed */
export async function runStepContainer(
  request: StepContainerRequest,
  context: StepContainerContext,
): Promise<EndedStep> {
  const folder = await mkdtemp(join(context.folder, `${segmentPrefix}${process.pid}-`));
  const name = segmentContainer(basename(folder));
  // Not by the build's own signal: an interrupted one removes its container too.
  const remove = async (): Promise<void> => {
    await context.engine.removeContainer(name, { volumes: false, force: true });
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const script = await scriptFile(request, folder);
    return {
      folder: await run(specOf(request, { name, script, environment: context.environment }), context),
      remove,
    };
  } catch (error) {
    await remove().catch(() => undefined);
    throw error;
  }
}

async function scriptFile({ script }: StepContainerRequest, folder: string): Promise<string | undefined> {
  if (script === undefined) return undefined;
  const path = join(folder, 'script');
  await writeFile(path, script, { mode: 0o755 });
  return path;
}

/** The variables that every RUN gets from the machine it runs on. */
const proxyNames = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

interface SpecSetting {
  readonly name: string;
  readonly script: string | undefined;
  readonly environment: StepContainerContext['environment'];
}

function specOf(request: StepContainerRequest, { name, script, environment }: SpecSetting): ContainerSpec {
  const [program = '', ...args] = request.argv;
  const proxies = proxyNames.flatMap((key): [string, string][] => {
    const value = environment[key];
    return value ? [[key, value]] : [];
  });
  return {
    name,
    image: request.image,
    labels: {},
    entrypoint: [program],
    command: args,
    env: { ...Object.fromEntries(proxies), ...request.proxies, ...request.environment },
    unsetenvall: true,
    httpproxy: false,
    ...(request.user === undefined ? {} : { user: request.user }),
    work_dir: request.workingDir,
    create_working_dir: request.createWorkingDir,
    netns: { nsmode: request.network === 'default' ? 'bridge' : request.network },
    userns: { nsmode: 'host' },
    pidns: { nsmode: 'private' },
    ipcns: { nsmode: 'private' },
    utsns: { nsmode: 'private' },
    // A user without a name stays one.
    manage_password: false,
    resource_limits: { pids: { limit: 0 } },
    healthconfig: { Test: ['NONE'] },
    log_configuration: { driver: 'none' },
    init: false,
    volatile: true,
    ...(script === undefined
      ? {}
      : { mounts: [{ type: 'bind', source: script, destination: program, options: ['ro', 'Z'] }] }),
  };
}

/** @returns the upper directory */
async function run(spec: ContainerSpec, { engine, signal, output }: StepContainerContext): Promise<string> {
  const options = { signal };
  const { id } = await engine.createContainer(spec, options);
  const lines = await started(id, engine, options);
  const kept: string[] = [];
  for await (const { text } of lines) {
    keepLine(kept, text);
    output(text);
  }
  signal.throwIfAborted();
  const ended = await endOf(id, engine, options);
  if (ended.exitCode !== 0) {
    // The command may have met this as "I/O error" or "write failed".
    if (ended.upperFolder !== undefined && (await isFull(ended.upperFolder))) {
      kept.push('no space left on device where Podman keeps its images');
      await empty(ended.upperFolder);
    }
    throw new SegmentFailed(ended.exitCode, kept, true);
  }
  if (ended.upperFolder === undefined)
    throw fail('E_BUILD', 'the engine does not tell where a container keeps its changes');
  return ended.upperFolder;
}

/** So little that a file system holds it back for its own use. */
const fullBytes = 1024 * 1024;

async function isFull(folder: string): Promise<boolean> {
  // It cannot be looked at: then it is not known to be full.
  const about = await statfs(folder).catch(() => undefined);
  return about !== undefined && about.bavail * about.bsize < fullBytes;
}

/** The engine needs a little room to remove a container. What this one wrote is of no use to anybody: it makes the room. */
async function empty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const gone = names.map((name) => rm(join(folder, name), { recursive: true, force: true }));
  // What an ordinary user may not remove, the engine may.
  await Promise.allSettled(gone);
}

async function started(
  id: string,
  engine: Engine,
  options: { readonly signal: AbortSignal },
): ReturnType<Engine['attachContainer']> {
  try {
    await engine.initContainer(id, options);
    const lines = await engine.attachContainer(id, options);
    await engine.startContainer(id, options);
    return lines;
  } catch (error) {
    // The runtime's words are all that such a command prints: no such program, no right to run it, no such user.
    if (error instanceof EngineError && error.code !== 'E_NO_SPACE' && isOfTheCommand(error.reason))
      throw new SegmentFailed(/permission denied/i.test(error.reason) ? 126 : 127, [error.reason], true);
    throw error;
  }
}

function isOfTheCommand(reason: string): boolean {
  return /executable file|no such file or directory|permission denied|exec format error|no matching entries in (?:passwd|group) file|unable to find (?:user|group)/i.test(
    reason,
  );
}

/** What was printed has come to its end, so the process has; the engine needs a moment to see it. */
async function endOf(
  id: string,
  engine: Engine,
  options: { readonly signal: AbortSignal },
): Promise<ContainerInspect> {
  for (let tries = 0; ; tries++) {
    const now = await engine.inspectContainer(id, options);
    if (!now) throw fail('E_BUILD', 'the container of a build step was removed while it ran');
    if (now.state === 'exited' || now.state === 'stopped') return now;
    // Or the connection was lost, and it runs on.
    if (tries < 20) await delay(2 * tries + 1, undefined, options);
    else await engine.waitContainer(id, options);
  }
}
