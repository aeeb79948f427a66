/** Buildah's working containers: a builder that is ended leaves them in the store, and with a store whose layers are whole copies each is an image's size. */
import { join } from 'node:path';
import { runPodman } from './cli-bridge.ts';
import { namesIn, textOf } from './look.ts';
import type { StorePlace } from './types.ts';

/** The build argument that marks a segment's working container: nothing in the file uses it. */
export const segmentMark = 'TSCOMPOSE_SEGMENT';

/** @param segments - names of private directories */
export function containersOf(segments: readonly string[], { graphRoot, driver }: StorePlace): string[] {
  const folder = join(graphRoot, `${driver}-containers`);
  return namesIn(folder).filter((id) => {
    const state = textOf(join(folder, id, 'userdata', 'buildah.json'));
    return state.includes(segmentMark) && segments.some((name) => state.includes(name));
  });
}

export interface Asking {
  readonly url: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** @returns whether all of them are gone */
export async function removeContainers(
  containers: readonly string[],
  { url, environment }: Asking,
): Promise<boolean> {
  if (containers.length === 0) return true;
  const args = ['rm', '--force', '--ignore', '--volumes', '--time=0', ...containers];
  return (await runPodman({ url, environment, stdio: 'pipe', args })).exitCode === 0;
}
