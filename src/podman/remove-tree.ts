/**
 * Removes a directory that a builder left when it was ended. Three things are in the way of an ordinary removal: directories that nobody
 * may read (the mount points of Buildah), files of a user's subordinate ids, and what is still mounted in there, which may be a directory
 * of the user's: nothing is removed while it is there.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runPodman } from './cli-bridge.ts';
import { textOf } from './look.ts';

export interface Removing {
  readonly url: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a builder runs may go on for a moment after it: with mounts of its own, which it takes away itself. */
const tries = 10;
const pauseMs = 100;

/** @returns whether it is gone */
export async function removeTree(path: string, removing: Removing): Promise<boolean> {
  for (let count = 1; !isFree(path); count++) {
    if (count === tries) return false;
    await delay(pauseMs);
  }
  if (await isRemoved(path)) return true;
  open(path);
  if (await isRemoved(path)) return true;
  await removeAsContainersRoot(path, removing);
  return !existsSync(path);
}

/** Takes away what is mounted beneath. @returns false: something still is */
function isFree(path: string): boolean {
  for (const mounted of mountsBeneath(path).toReversed())
    spawnSync('umount', ['-l', '--', mounted], { stdio: 'ignore' });
  return mountsBeneath(path).length === 0;
}

/** A builder that is just being ended may still write. */
async function isRemoved(path: string): Promise<boolean> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    return true;
  } catch {
    return false;
  }
}

/** Lets the user into all directories that are the user's own. */
function open(folder: string): void {
  try {
    chmodSync(folder, 0o700);
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) open(join(folder, entry.name));
  } catch {
    // It is another's, or gone.
  }
}

/** In the namespace of the user's containers, where other mounts can be seen than here. */
async function removeAsContainersRoot(path: string, { url, environment }: Removing): Promise<void> {
  if (!url.startsWith('unix://')) return;
  // 1: there is no such line. Anything else, and it is not known what would be removed.
  const script = 'grep -qF " $2/" /proc/self/mountinfo; [ $? = 1 ] && rm -rf -- "$1"';
  const args = ['unshare', 'sh', '-c', script, 'sh', path, escaped(path)];
  await runPodman({ url, environment, stdio: 'pipe', args });
}

/** Mount points in the order in which they were mounted. */
function mountsBeneath(path: string): readonly string[] {
  return textOf('/proc/self/mountinfo')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((mounted) => mounted.startsWith(`${escaped(path)}/`))
    .map((mounted) =>
      mounted.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    );
}

/** As the kernel writes paths there. */
function escaped(path: string): string {
  return path.replaceAll(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
