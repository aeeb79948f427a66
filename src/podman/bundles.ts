/**
 * The containers in which Buildah runs commands. A builder that is ended leaves each with the runtime (what it knows of it, its control
 * groups, and a command that runs as another of the user's ids) and in the store.
 */
import { spawnSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { runPodman } from './cli-bridge.ts';
import { namesIn, textOf } from './look.ts';
import { type Asking, removeContainers } from './working-containers.ts';

export interface ContainersSetting extends Asking {
  /** The engine's runtime, of an engine on this machine. */
  readonly runtimePath: string | undefined;
}

/** @param folder - the temporary directory of a builder that has ended: in it are the bundles, and each container has its bundle's name */
export async function endContainers(folder: string, setting: ContainersSetting): Promise<void> {
  const { url, environment, runtimePath } = setting;
  const bundles = namesIn(folder).filter((name) => /^buildah\d+$/.test(name));
  for (const name of bundles) {
    if (runtimePath === undefined || !namesIn(join(folder, name)).includes('config.json')) continue;
    const call = [runtimePath, 'delete', '--force', `buildah-${name}`] as const;
    if (lstatSync(folder).uid === 0) spawnSync(call[0], call.slice(1), { stdio: 'ignore' });
    else await runPodman({ url, environment, stdio: 'pipe', args: ['unshare', ...call] });
  }
  // The file that tells a command in which container it runs.
  const about = bundles.map((name) => textOf(join(folder, name, 'run/.containerenv')));
  const ids = about.flatMap((text) => /^id="([0-9a-f]{64})"$/m.exec(text)?.[1] ?? []);
  await removeContainers(ids, setting);
}
