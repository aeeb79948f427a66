/**
 * Removes what a killed build left, or one that had no room: its private directories with what the builder has elsewhere, and the
 * containers of their steps. The engine's own has the directory's name; Buildah's working containers are known by a build argument that
 * carries the name and that nothing in the file uses.
 */
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { removeBuildFolder } from './build-temporary.ts';
import { endAll, withDescendants } from './descendants.ts';
import { leftContainers } from './half-made-containers.ts';
import { bornIn, namesIn, processIds, textOf } from './look.ts';
import { isAlive } from './sweep.ts';
import type { StorePlace } from './types.ts';
import { removeContainers } from './working-containers.ts';

export const segmentPrefix = 'segment-';

/** Of an image that `podman build` makes as a whole. */
export const wholePrefix = 'build-';

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
  /** Where builds have their directories. */
  readonly folder: string;
  /** On this machine. */
  readonly store: StorePlace | undefined;
  /** The engine's runtime. */
  readonly runtimePath: string | undefined;
  readonly url: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Costs one look into a directory when nothing was left. */
export async function removeStaleBuilds(request: StaleRequest): Promise<void> {
  const stale = namesIn(request.folder).filter(isStale);
  if (stale.length === 0) return;
  endOrphans(stale);
  // Then there may be no room for it yet, and the build after this one tries again.
  if (!(await removeContainersOf(stale, request))) return;
  for (const name of stale) await removeBuildFolder(join(request.folder, name), request);
}

/** @returns whether all containers are gone */
async function removeContainersOf(stale: readonly string[], request: StaleRequest): Promise<boolean> {
  const { store, runtimePath, folder } = request;
  if (!store) return true;
  const segments = stale.filter((name) => name.startsWith(segmentPrefix));
  if (runtimePath !== undefined) for (const name of segments) endSandboxed(runtimePath, join(folder, name));
  const since = Math.min(...stale.map((name) => bornIn(join(folder, name))));
  const left = await leftContainers(stale, { ...request, store, since });
  return removeContainers([...left, ...segments.map(segmentContainer)], request);
}

/** `segment-PID-RANDOM` or `build-PID-RANDOM` of a process that is no more. */
function isStale(name: string): boolean {
  const pid = /^(?:segment|build)-(\d+)-/.exec(name)?.[1];
  return pid !== undefined && !isAlive(Number(pid));
}

/** A podman that outlived us builds what nobody waits for. */
function endOrphans(stale: readonly string[]): void {
  for (const pid of processIds()) {
    const line = textOf(`/proc/${pid}/cmdline`);
    // What watches a container of the engine has its name too, and the engine needs it to remove that container.
    const isPodman = basename(line.split('\0')[0] ?? '') === 'podman';
    if (!isPodman) continue;
    // The name of its temporary directory has it, too.
    const said = `${line}\0${textOf(`/proc/${pid}/environ`)}`;
    if (stale.some((name) => said.includes(name))) endAll(withDescendants(pid));
  }
}

/** A command that the runtime runs for nobody. */
function endSandboxed(runtime: string, folder: string): void {
  for (const id of namesIn(join(folder, runtimeState)))
    spawnSync(runtime, [...runtimeOptions(folder), 'delete', '--force', id], { stdio: 'ignore' });
}
