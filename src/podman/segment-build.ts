/**
 * Runs one generated single-stage Containerfile through Buildah and gives the id of the image.
 *
 * Podman's own cache is never used: every segment is asked for with `--no-cache`. Secrets go by file or environment, build
 * arguments stand in the generated file, which only the user can read.
 */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ComposeError } from '../base/errors.ts';
import { type BuilderEnd, clearAway } from './build-end.ts';
import { makeTemporary } from './build-temporary.ts';
import { runPodman } from './cli-bridge.ts';
import type { BuildSpec, SegmentSpec } from './spec.ts';
import { segmentPrefix } from './stale-builds.ts';
import type { StorePlace } from './types.ts';
import { markOption, withoutMark } from './working-containers.ts';

export interface SegmentRequest extends SegmentSpec {
  readonly containerfile: string;
  /** Absent: an empty directory. */
  readonly context?: { readonly folder: string; readonly ignore: string };
  /** `--build-context` by name. */
  readonly contexts: Readonly<Record<string, string>>;
  /** A script to be found as `script` in the context `tscompose-script`. */
  readonly script?: string;
}

export interface SegmentContext {
  readonly url: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Private directory for what is written on the way. */
  readonly folder: string;
  readonly store: StorePlace;
  /** The engine's runtime. */
  readonly runtimePath: string | undefined;
  readonly signal: AbortSignal;
  readonly output: (line: string) => void;
}

/** How a segment failed, for whoever knows what it was for. */
export class SegmentFailed extends ComposeError {
  readonly lines: readonly string[];
  readonly status: number;
  /** The status is the command's own, not Podman's. */
  readonly isOwn: boolean;

  constructor(status: number, lines: readonly string[], isOwn = false) {
    const isFull = lines.some((line) => /no space left on device/i.test(line));
    super({
      code: isFull ? 'E_NO_SPACE' : 'E_BUILD',
      severity: 'error',
      message: isFull ? 'the disk is full' : `${isOwn ? 'the command' : 'podman build'} ended with ${status}`,
    });
    this.lines = lines;
    this.status = status;
    this.isOwn = isOwn;
  }
}

const keptLines = 10_000;

/** Adds a line to those that a failure shows: the last of the output. */
export function keepLine(lines: string[], line: string): void {
  lines.push(line);
  if (lines.length > keptLines) lines.shift();
}

/** @throws {SegmentFailed} */
export async function buildSegment(request: SegmentRequest, context: SegmentContext): Promise<string> {
  const folder = await mkdtemp(join(context.folder, `${segmentPrefix}${process.pid}-`));
  const lines: string[] = [];
  let end: BuilderEnd = 'other';
  try {
    const args = await segmentArguments(request, folder);
    const { environment, store } = context;
    const temporary = makeTemporary(folder, { environment, graphRoot: store.graphRoot });
    const result = await runPodman({
      url: context.url,
      args,
      environment: { ...environment, ...request.proxies, ...temporary },
      stdio: 'pipe',
      signal: context.signal,
      onLine: (line) => {
        if (withoutMark(line) === undefined || isNoise(line)) return;
        keepLine(lines, line);
        context.output(line);
      },
    });
    if (result.exitCode !== 0) {
      const failed = new SegmentFailed(result.exitCode, lines);
      if (failed.code === 'E_NO_SPACE') end = 'full';
      throw failed;
    }
    const id = await readFile(join(folder, 'id'), 'utf8');
    end = 'done';
    return id.trim().replace(/^sha256:/, '');
  } finally {
    await clearAway(folder, end, context);
  }
}

async function segmentArguments(request: SegmentRequest, folder: string): Promise<string[]> {
  const path = (name: string): string => join(folder, name);
  await writeFile(path('Containerfile'), request.containerfile, { mode: 0o600 });
  await writeFile(path('ignore'), request.context?.ignore ?? '', { mode: 0o600 });
  await mkdir(path('empty'), { mode: 0o700 });
  if (request.script !== undefined) {
    await mkdir(path('scripts'), { mode: 0o700 });
    await writeFile(join(path('scripts'), 'script'), request.script, { mode: 0o755 });
  }
  const many = (name: string, values: readonly string[]): string[] =>
    values.map((value) => `--${name}=${value}`);
  const contexts = Object.entries({
    ...request.contexts,
    ...(request.script === undefined ? {} : { 'tscompose-script': path('scripts') }),
  });
  return [
    'build',
    '--format=docker',
    '--no-cache',
    '--layers=false',
    '--pull=never',
    `--iidfile=${path('id')}`,
    `--file=${path('Containerfile')}`,
    `--ignorefile=${path('ignore')}`,
    markOption(basename(folder)),
    ...contexts.map(([name, value]) => `--build-context=${name}=${value}`),
    ...many('add-host', request.extraHosts),
    ...many('ulimit', request.ulimits),
    ...many('ssh', request.ssh),
    ...request.secrets.map(secretOption),
    ...(request.network === undefined ? [] : [`--network=${request.network}`]),
    ...(request.privileged ? ['--cap-add=all', '--security-opt=label=disable'] : []),
    ...(request.shmSize === undefined ? [] : [`--shm-size=${request.shmSize}`]),
    ...(request.memory === undefined ? [] : [`--memory=${request.memory}`]),
    '--',
    request.context?.folder ?? path('empty'),
  ];
}

/** The value is never an argument: a file is named, or a variable. */
export function secretOption(secret: BuildSpec['secrets'][number]): string {
  const { id, file, environment } = secret;
  return environment === undefined
    ? `--secret=id=${id},src=${file ?? ''}`
    : `--secret=id=${id},env=${environment}`;
}

/** What Buildah says of the generated file, which nobody wrote. */
function isNoise(line: string): boolean {
  return /^(?:(?:\[\d+\/\d+\] )?(?:STEP \d+\/\d+: |COMMIT$)|--> [0-9a-f]{11,}$|[0-9a-f]{64}$|Getting image source signatures|Copying (?:blob|config) |Writing manifest to image destination|Storing signatures|.*missing .* build argument\. Try adding)/.test(
    line,
  );
}
