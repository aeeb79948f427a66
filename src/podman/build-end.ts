import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { removeBuildFolder } from './build-temporary.ts';
import type { ContainersSetting } from './bundles.ts';
import { leftContainers } from './half-made-containers.ts';
import { bornIn } from './look.ts';
import type { StorePlace } from './types.ts';
import { removeContainers } from './working-containers.ts';

/** How a builder ended; full: the disk is. */
export type BuilderEnd = 'done' | 'full' | 'other';

export interface EndSetting extends ContainersSetting {
  readonly store: StorePlace | undefined;
}

/**
 * Clears away what a builder leaves: Podman 5 cannot take a working container away on a full disk, and one that was interrupted
 * never does.
 *
 * @param folder - the private directory of the build. By its name the next build finds what cannot be cleared away now
 */
export async function clearAway(folder: string, end: BuilderEnd, setting: EndSetting): Promise<void> {
  const { store } = setting;
  const since = bornIn(folder);
  await removeBuildFolder(folder, setting);
  if (end === 'done' || !store) return;
  const isClear =
    end !== 'full' &&
    (await removeContainers(await leftContainers([basename(folder)], { ...setting, store, since }), setting));
  if (!isClear) await mkdir(folder, { recursive: true, mode: 0o700 });
}
