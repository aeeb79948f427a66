/**
 * The temporary directory of one `podman build`.
 *
 * A builder that is ended leaves there what it was working with, some of it as large as a layer, and from the names nobody can tell
 * whose it is. So each gets a directory of its own where it would have put all that, and a link in its private directory says where,
 * for the build that ends and for one that comes after a build that was killed.
 */
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ContainersSetting, endContainers } from './bundles.ts';
import { endAll, withDescendants } from './descendants.ts';
import { namesIn, processIds, textOf } from './look.ts';
import { removeTree } from './remove-tree.ts';
import { temporaryBase } from './temporary-base.ts';

const link = 'temporary';

/** Where Buildah keeps what `RUN --mount=type=cache` asks for: older ones by this name, newer ones with the user's id behind it. */
const cache = 'buildah-cache';

export interface TemporarySetting {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of a local store. */
  readonly graphRoot: string | undefined;
}

/**
 * @param folder - the private directory of the build
 * @returns what the builder is to have in its environment
 */
export function makeTemporary(
  folder: string,
  { environment, graphRoot }: TemporarySetting,
): Readonly<Record<string, string>> {
  const path = pathIn(temporaryBase(environment, graphRoot), basename(folder));
  if (path === undefined) return {};
  // The link first: whenever this process is killed, there is nothing that it does not tell of.
  symlinkSync(path, join(folder, link));
  mkdirSync(path);
  // Containers with other ids than ours look for their root directory in there, so they must get through.
  chmodSync(path, 0o711);
  linkCaches(path);
  return { TMPDIR: path };
}

/** @returns undefined: nothing can be written there, and podman says best what is wrong */
function pathIn(base: string, name: string): string | undefined {
  try {
    mkdirSync(base, { recursive: true });
    accessSync(base, constants.W_OK | constants.X_OK);
    return join(realpathSync(base), `tscompose-${name}`);
  } catch {
    return undefined;
  }
}

/**
 * Removes the private directory of a build with all that the builder has left elsewhere. What cannot be removed keeps its link, for a
 * later build to try again.
 */
export async function removeBuildFolder(folder: string, setting: ContainersSetting): Promise<void> {
  const path = targetOf(join(folder, link));
  if (path !== undefined) {
    keepCaches(path);
    if (namesIn(path).some((name) => !name.startsWith(cache))) {
      endUsers(path);
      await endContainers(path, setting);
    }
    if (!(await removeTree(path, setting))) return;
  }
  await rm(folder, { recursive: true, force: true });
}

/**
 * What the builder had just started when it was ended works on for nobody: it has the builder's environment. A process shows none while
 * it becomes another program, so one look that finds nobody is not enough.
 */
function endUsers(path: string): void {
  for (let looks = 0, empty = 0; looks < 10 && empty < 2; looks++) {
    const users = processIds().filter((pid) =>
      textOf(`/proc/${pid}/environ`).split('\0').includes(`TMPDIR=${path}`),
    );
    for (const pid of users) endAll(withDescendants(pid));
    if (users.length === 0) empty++;
  }
}

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function cacheNames(path: string): readonly string[] {
  return [cache, `${cache}-${lstatSync(path).uid}`];
}

/** Where a cache of that name outlives the build: where Buildah would have it, unless another user has that place. */
function cachePlace(path: string, name: string): string {
  const { uid } = lstatSync(path);
  const place = join(dirname(path), name);
  const found = lstatSync(place, { throwIfNoEntry: false });
  return found === undefined || found.uid === uid ? place : join(dirname(path), `${cache}-${uid}`);
}

/** What is there already is used. */
function linkCaches(path: string): void {
  for (const name of cacheNames(path)) {
    const place = cachePlace(path, name);
    if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory()) symlinkSync(place, join(path, name));
  }
}

/** The first caches of all. */
function keepCaches(path: string): void {
  if (!existsSync(path)) return;
  for (const name of cacheNames(path)) {
    if (!lstatSync(join(path, name), { throwIfNoEntry: false })?.isDirectory()) continue;
    try {
      renameSync(join(path, name), cachePlace(path, name));
    } catch {
      // A build at the same time was first: what this one kept is made anew when it is needed.
    }
  }
}
