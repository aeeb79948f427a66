/**
 * Runs one command of a build in a container, as Buildah would: its own environment and nothing else, no limit on processes, no health
 * check, no log. What the command has changed is in the container's upper directory when it has ended.
 *
 * The engine makes the container. The command itself is run by the engine's runtime in a sandbox where there is one, else by the engine.
 * The container's name is that of a private directory, which tells a later run that a killed one has left both.
 */
import { mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fail } from '../../base/errors.ts';
import { keepLine, SegmentFailed } from '../segment-build.ts';
import type { ContainerSpec } from '../spec.ts';
import { segmentContainer, segmentPrefix } from '../stale-builds.ts';
import type { Engine } from '../types.ts';
import { gone, runInEngine, startProblem } from './engine-command.ts';
import { runSandboxed } from './sandboxed-command.ts';
import type { Sandbox, StepSandboxes } from './step-sandboxes.ts';
import { plainSpec } from './step-spec.ts';

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
  /** Take a sandbox, if there is one: for root, in a directory that is there. */
  readonly wantsSandbox: boolean;
  /** Text of the executable that `argv` names. */
  readonly script?: string;
  /** Puts files into the upper directory before anything is mounted. */
  readonly place?: (folder: string) => void;
  /** Called while the engine makes the command ready. */
  readonly meanwhile?: () => void;
}

export interface StepContainerContext {
  readonly engine: Engine;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Private directory for what is written on the way. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly output: (line: string) => void;
  readonly sandboxes: StepSandboxes;
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
  const { engine, sandboxes } = context;
  const sandbox = request.wantsSandbox ? await sandboxes.take() : undefined;
  // Not by the build's own signal: an interrupted one removes its container too.
  const remove = async (): Promise<void> => {
    if (sandbox) await engine.unmountContainer(name);
    await engine.removeContainer(name, { volumes: false, force: true });
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const script = await scriptFile(request, folder);
    const environment = environmentOf(request, context);
    const spec = specOf(request, { name, script, environment });
    // Not by the build's signal either: an engine that is left while it makes a container makes it all the same, and then for nobody.
    const { id } = await engine.createContainer(spec);
    context.signal.throwIfAborted();
    const upperFolder = request.place && (await upperFolderOf(id, engine));
    if (upperFolder !== undefined) request.place?.(upperFolder);
    const step = { id, request, environment, script, folder, sandbox, upperFolder };
    return { folder: await run(step, context), remove };
  } catch (error) {
    await remove().catch(() => undefined);
    throw error;
  } finally {
    if (request.wantsSandbox) sandboxes.give(sandbox);
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
  readonly environment: Readonly<Record<string, string>>;
}

function environmentOf(
  request: StepContainerRequest,
  { environment }: StepContainerContext,
): Readonly<Record<string, string>> {
  const proxies = proxyNames.flatMap((key): [string, string][] => {
    const value = environment[key];
    return value ? [[key, value]] : [];
  });
  return { ...Object.fromEntries(proxies), ...request.proxies, ...request.environment };
}

function specOf(request: StepContainerRequest, { name, script, environment }: SpecSetting): ContainerSpec {
  const [program = '', ...args] = request.argv;
  return {
    ...plainSpec(name, request.image),
    entrypoint: [program],
    command: args,
    env: environment,
    // Without a user the command would have no groups, not even its own.
    user: request.user ?? '0',
    work_dir: request.workingDir,
    create_working_dir: request.createWorkingDir,
    netns: { nsmode: request.network === 'default' ? 'bridge' : request.network },
    ...(script === undefined
      ? {}
      : { mounts: [{ type: 'bind', source: script, destination: program, options: ['ro', 'Z'] }] }),
  };
}

interface StepRun {
  readonly id: string;
  readonly request: StepContainerRequest;
  readonly environment: Readonly<Record<string, string>>;
  readonly script: string | undefined;
  readonly folder: string;
  readonly sandbox: Sandbox | undefined;
  /** Where it is known already. */
  readonly upperFolder: string | undefined;
}

/** @returns the upper directory */
async function run(step: StepRun, context: StepContainerContext): Promise<string> {
  const { request } = step;
  const { signal } = context;
  const kept: string[] = [];
  const onLine = (line: string): void => {
    keepLine(kept, line);
    context.output(line);
  };
  const ended =
    (step.sandbox && (await runInSandbox(step, step.sandbox, { ...context, output: onLine }))) ??
    (await runInEngine(step.id, { engine: context.engine, signal, onLine, meanwhile: request.meanwhile }));
  const { exitCode, upperFolder } = ended;
  if (exitCode !== 0) {
    // The command may have met this as "I/O error" or "write failed".
    if (upperFolder !== undefined && (await isFull(upperFolder))) {
      kept.push('no space left on device where Podman keeps its images');
      await empty(upperFolder);
    }
    throw new SegmentFailed(exitCode, kept, true);
  }
  return told(upperFolder);
}

async function upperFolderOf(id: string, engine: Engine): Promise<string> {
  const made = await engine.inspectContainer(id);
  if (!made) throw gone();
  return told(made.upperFolder);
}

function told(upperFolder: string | undefined): string {
  if (upperFolder !== undefined) return upperFolder;
  throw fail('E_BUILD', 'the engine does not tell where a container keeps its changes');
}

/** @returns undefined: the sandbox is of no use here, and the engine has to run it */
async function runInSandbox(
  { id, request, environment, script, folder, upperFolder }: StepRun,
  sandbox: Sandbox,
  { engine, signal, output }: StepContainerContext,
): Promise<{ readonly exitCode: number; readonly upperFolder?: string } | undefined> {
  const rootfs = await engine.mountContainer(id, { signal });
  const upper = upperFolder ?? (await upperFolderOf(id, engine));
  const { argv, user, workingDir } = request;
  const command = {
    sandbox,
    id,
    rootfs,
    argv,
    environment,
    user,
    workingDir,
    script,
    folder,
    signal,
    onLine: output,
  };
  const { exitCode, problem } = await runSandboxed(command);
  signal.throwIfAborted();
  if (problem === undefined) return { upperFolder: upper, exitCode };
  const failed = /exec/i.test(problem) ? startProblem(problem) : undefined;
  if (failed) throw failed;
  // Whatever else it is: somebody has removed the sandbox, for one.
  return undefined;
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
