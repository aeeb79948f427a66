/**
 * Removes what a killed build left, or one that had no room: its private directories, and the containers of their steps. The
 * engine's own has the directory's name; Buildah's working container is known by a build argument that carries the name and
 * that nothing in the file uses.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runPodman } from './cli-bridge.ts';
import { endAll, withDescendants } from './descendants.ts';
import { namesIn, processIds, textOf } from './look.ts';
import type { StorePlace } from './types.ts';

export const segmentPrefix = 'segment-';

/** The build argument that marks a segment's working container. */
export const segmentMark = 'TSCOMPOSE_SEGMENT';

const runtimeState = 'runtime';

/** Where the runtime keeps what it runs: in the private directory of a step. */
export function runtimeOptions(folder: string): string[] {
  return ['--root', join(folder, runtimeState)];
}

/** The engine's container that belongs to a private directory of this name. */
export function segmentContainer(folder: string): string {
  return `tscompose-${folder}`;
}

export interface StaleRequest {
  /** Where segments have their directories. */
  readonly folder: string;
  readonly store: StorePlace;
  /** The engine's runtime. */
  readonly runtimePath: string | undefined;
  readonly url: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Costs one look into a directory when nothing was left. */
export async function removeStaleSegments(request: StaleRequest): Promise<void> {
  const stale = namesIn(request.folder).filter(isStale);
  if (stale.length === 0) return;
  endOrphans(stale);
  if (request.runtimePath !== undefined)
    for (const name of stale) endSandboxed(request.runtimePath, join(request.folder, name));
  const containers = [...containersOf(stale, request.store), ...stale.map(segmentContainer)];
  const { url, environment } = request;
  const args = ['rm', '--force', '--ignore', '--volumes', '--time=0', ...containers];
  const { exitCode } = await runPodman({ url, environment, stdio: 'pipe', args });
  // Then there may be no room for it yet, and the build after this one tries again.
  if (exitCode !== 0) return;
  for (const name of stale) rmSync(join(request.folder, name), { recursive: true, force: true });
}

/** `segment-PID-RANDOM` of a process that is no more. */
function isStale(name: string): boolean {
  const pid = /^segment-(\d+)-/.exec(name)?.[1];
  return pid !== undefined && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A podman that outlived us builds what nobody waits for. */
function endOrphans(stale: readonly string[]): void {
  for (const pid of processIds()) {
    const line = textOf(`/proc/${pid}/cmdline`);
    // What watches a container of the engine has its name too, and the engine needs it to remove that container.
    const isPodman = basename(line.split('\0')[0] ?? '') === 'podman';
    if (isPodman && stale.some((name) => line.includes(name))) endAll(withDescendants(pid));
  }
}

/** A command that the runtime runs for nobody. */
function endSandboxed(runtime: string, folder: string): void {
  for (const id of namesIn(join(folder, runtimeState)))
    spawnSync(runtime, [...runtimeOptions(folder), 'delete', '--force', id], { stdio: 'ignore' });
}

function containersOf(stale: readonly string[], { graphRoot, driver }: StorePlace): string[] {
  const folder = join(graphRoot, `${driver}-containers`);
  return namesIn(folder).filter((id) => {
    const state = textOf(join(folder, id, 'userdata', 'buildah.json'));
    return state.includes(segmentMark) && stale.some((name) => state.includes(name));
  });
}
