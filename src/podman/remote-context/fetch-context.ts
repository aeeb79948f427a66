/** Fetches build contexts into the user's cache: what is there already is not fetched again, and two at once do no harm. */
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fail } from '../../base/errors.ts';
import { readAddress } from './address.ts';
import { fetchArchive } from './fetch-archive.ts';
import { fetchGit } from './fetch-git.ts';
import type { FetchPlace } from './made-once.ts';

/**
 * @returns a directory of this machine
 * @throws {ComposeError} `E_BUILD` when it cannot be had
 */
export async function fetchContext(context: string, place: FetchPlace): Promise<string> {
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  const address = readAddress(context);
  if (address.kind === 'archive') return fetchArchive(address, place);
  return folderIn(await fetchGit(address, place), address.folder, address.url);
}

/** A link in the repository must not lead out of it. */
function folderIn(root: string, folder: string | undefined, url: string): string {
  if (folder === undefined) return root;
  const path = join(root, folder);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw fail('E_BUILD', `${url} has no directory "${folder}"`);
  const real = realpathSync(path);
  if (!`${real}${sep}`.startsWith(`${realpathSync(root)}${sep}`))
    throw fail('E_BUILD', `"${folder}" leads out of ${url}`);
  return real;
}
