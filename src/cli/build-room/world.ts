/** What planning steps asks of this machine. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { GraphWorld } from '../../build/graph/world.ts';
import type { CacheFolder } from '../../build/index/cache-folder.ts';
import { runsArchitecture } from '../../podman/foreign-programs.ts';
import { ownerOf } from '../../podman/look.ts';
import { isRemote } from '../../podman/remote-context/address.ts';
import type { Capabilities } from '../../podman/types.ts';
import type { Witness } from '../answers/witness.ts';
import type { Environment } from '../global-options.ts';
import { remembered } from './remembered.ts';
import { secretDigests } from './secret-digests.ts';
import type { StoreLookup } from './store-lookup.ts';

export interface WorldSetting {
  readonly capabilities: Capabilities;
  readonly env: Environment;
  readonly uid: number;
  readonly cache: CacheFolder;
  readonly contexts: GraphWorld['contexts'];
  readonly lookup: StoreLookup;
  /** Takes note of what an answer is drawn from. */
  readonly witness: Witness | undefined;
}

export function graphWorld(setting: WorldSetting): {
  readonly world: GraphWorld;
  readonly forgetImages: () => void;
} {
  const { capabilities, env, uid, cache, contexts, lookup, witness } = setting;
  const { os, arch, has, rootless } = capabilities;
  const images = remembered(async (reference) => {
    const id = await lookup.id(reference);
    if (id === undefined) return undefined;
    const found = lookup.document(id);
    return found ? { id, document: found } : ('unreadable' as const);
  });
  const world: GraphWorld = {
    contexts,
    platform: { os, architecture: arch },
    runs: (architecture) => runsArchitecture(arch, architecture),
    image: images.ask,
    secretDigest: secretDigests(env, cache, witness),
    namedContextIgnores: has.namedContextIgnore,
    doubleStar: has.copyDoubleStar,
    copyMakesVolumes: has.copyMakesVolumes,
    workdirSlash: has.workdirSlash,
    fetched: remembered((context) => fetched(context, setting)).ask,
    builderReads: (path) => rootless && ownerOf(path) === uid,
    readText: (path) => {
      witness?.note(path);
      return readText(path);
    },
    isFolder: (path) => {
      witness?.note(path);
      return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    },
  };
  return { world, forgetImages: images.forget };
}

/** @returns where a context from elsewhere is now; undefined: it is from here */
async function fetched(context: string, { witness, cache, env }: WorldSetting): Promise<string | undefined> {
  if (!isRemote(context)) return undefined;
  witness?.refuse();
  const { fetchContext } = await import('../../podman/remote-context/fetch-context.ts');
  return fetchContext(context, { folder: join(cache.path, 'contexts'), environment: env });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
