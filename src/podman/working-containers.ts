/** Buildah's working containers: a builder that is ended leaves them in the store, and with a store whose layers are whole copies each is an image's size. */
import { join } from 'node:path';
import { runPodman } from './cli-bridge.ts';
import { namesIn, textOf } from './look.ts';
import type { StorePlace } from './types.ts';

const mark = 'TSCOMPOSE_BUILD';

/**
 * The build argument that marks what a builder works with: nothing in the file uses it, so no step is another one for it.
 *
 * @param build - the name of its private directory
 */
export function markOption(build: string): string {
  return `--build-arg=${mark}=${build}`;
}

/** @returns what a builder says, without what it says of the mark; undefined: nothing */
export function withoutMark(line: string): string | undefined {
  const [, before, names, after] = /^(.*build args were not consumed: \[)(.*)(\].*)$/.exec(line) ?? [];
  if (names === undefined) return line;
  const others = names.split(' ').filter((name) => name !== mark);
  return others.length === 0 ? undefined : `${before}${others.join(' ')}${after}`;
}

export function containersFolder({ graphRoot, driver }: StorePlace): string {
  return join(graphRoot, `${driver}-containers`);
}

/** @param builds - names of private directories */
export function containersOf(builds: readonly string[], store: StorePlace): string[] {
  const folder = containersFolder(store);
  return namesIn(folder).filter((id) => {
    const state = stateIn(join(folder, id, 'userdata'));
    return state.includes(mark) && builds.some((name) => state.includes(name));
  });
}

/** What the builder has written of it, at its place or still beside it. */
function stateIn(folder: string): string {
  const state = textOf(join(folder, 'buildah.json'));
  if (state !== '') return state;
  const beside = namesIn(folder).filter((name) => name.startsWith('.tmp-buildah.json'));
  return beside.map((name) => textOf(join(folder, name))).join('');
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
