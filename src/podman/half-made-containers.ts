/**
 * Working containers of which the builder has written nothing down yet. One that is ended in that moment leaves such a container, and
 * it carries no mark: what tells it from one that another builder is making is that nobody goes on with it.
 */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runPodman } from './cli-bridge.ts';
import { namesIn, textOf } from './look.ts';
import type { StorePlace } from './types.ts';
import { type Asking, containersFolder, containersOf } from './working-containers.ts';

export interface HalfMadeRequest extends Asking {
  readonly store: StorePlace;
  /** When the build began, in milliseconds since 1970: what is older is not its own. */
  readonly since: number;
}

/** A builder that is at work writes within a small part of it. */
const settledMs = 3000;

/**
 * The working containers of builds that are over, those with their mark and those that never got it.
 *
 * @param builds - names of private directories
 */
export async function leftContainers(
  builds: readonly string[],
  request: HalfMadeRequest,
): Promise<readonly string[]> {
  // Those first: one of them may get its mark meanwhile.
  const halfMade = await halfMadeContainers(request);
  return [...containersOf(builds, request.store), ...halfMade];
}

/** @returns their ids; waits for those that may still become whole */
async function halfMadeContainers(request: HalfMadeRequest): Promise<readonly string[]> {
  const first = candidates(request);
  if (first.length === 0) return [];
  const youngest = Math.max(...first.map(({ made }) => made));
  await setTimeout(Math.max(0, youngest + settledMs - Date.now()));
  const left = candidates(request).filter(({ made }) => made <= youngest);
  if (left.length === 0) return [];
  const { url, environment } = request;
  const args = ['ps', '--all', '--external', '--no-trunc', '--format={{.ID}} {{.State}} {{.Names}}'];
  const { stdout } = await runPodman({ url, environment, stdio: 'pipe', args });
  const working = new Set(
    [...stdout.matchAll(/^(\w+) storage \S*-working-container\b/gim)].map(([, id]) => id ?? ''),
  );
  return left.map(({ id }) => id).filter((id) => working.has(id));
}

function candidates({ store, since }: HalfMadeRequest): { readonly id: string; readonly made: number }[] {
  const folder = containersFolder(store);
  return namesIn(folder).flatMap((id) => {
    if (!/^[0-9a-f]{64}$/.test(id)) return [];
    const about = join(folder, id, 'userdata');
    // The state is written beside its place and then renamed.
    const isEmpty = namesIn(about).every(
      (name) => name.startsWith('.tmp-') && textOf(join(about, name)) === '',
    );
    const made = isEmpty ? lstatSync(join(folder, id), { throwIfNoEntry: false })?.mtimeMs : undefined;
    return made === undefined || made < since ? [] : [{ id, made }];
  });
}
