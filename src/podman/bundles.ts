/**
 * The containers in which Buildah runs commands. A builder that is ended leaves each with the runtime: what it knows of it, its control
 * groups, and a command that runs as another of the user's ids.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { runPodman } from './cli-bridge.ts';
import { namesIn } from './look.ts';

export interface ContainersSetting {
  readonly url: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The engine's runtime, of an engine on this machine. */
  readonly runtimePath: string | undefined;
}

/** @param folder - the temporary directory of a builder that has ended: in it are the bundles, and each container has its bundle's name */
export async function endContainers(
  folder: string,
  { url, environment, runtimePath }: ContainersSetting,
): Promise<void> {
  if (runtimePath === undefined) return;
  for (const name of namesIn(folder)) {
    if (!/^buildah\d+$/.test(name) || !existsSync(join(folder, name, 'config.json'))) continue;
    const call = [runtimePath, 'delete', '--force', `buildah-${name}`] as const;
    if (lstatSync(folder).uid === 0) spawnSync(call[0], call.slice(1), { stdio: 'ignore' });
    else await runPodman({ url, environment, stdio: 'pipe', args: ['unshare', ...call] });
  }
}
