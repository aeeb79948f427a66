/** Gives the build room what it needs of this machine: the engine, its store, the cache directory. */
import { existsSync } from 'node:fs';
import { cacheHome } from '../base/cache-home.ts';
import { Contexts } from '../build/context/contexts.ts';
import type { GraphWorld } from '../build/graph/world.ts';
import { CacheFolder } from '../build/index/cache-folder.ts';
import { canBeHad, StepIndex } from '../build/index/step-index.ts';
import { BuildSession } from '../build/run/session.ts';
import type { BuildAction } from '../build/types.ts';
import { LocalStore } from '../podman/local-store.ts';
import { runtimeDir } from '../podman/runtime-dir.ts';
import { removeStaleBuilds } from '../podman/stale-builds.ts';
import { isAlive } from '../podman/sweep.ts';
import type { Engine } from '../podman/types.ts';
import { XattrReader } from '../podman/xattrs.ts';
import type { Witness } from './answers/witness.ts';
import { commandContainers } from './build-room/command-containers.ts';
import { remembered } from './build-room/remembered.ts';
import { storeLookup } from './build-room/store-lookup.ts';
import { buildTools } from './build-room/tools.ts';
import { graphWorld } from './build-room/world.ts';
import type { Environment } from './global-options.ts';

export interface BuildRoom {
  readonly world: GraphWorld;
  readonly index: StepIndex;
  readonly session: BuildSession;
  /** In the engine, or to be had from an image that is. */
  readonly exists: (image: string) => Promise<boolean>;
  /** See `StepActionsSetting`. */
  readonly joinsRuns: boolean;
  /** The id of the image of a name; undefined: there is none. */
  readonly imageId: (name: string) => Promise<string | undefined>;
  /** Keeps what was learned of files. */
  readonly save: () => void;
  /** Makes ready what these actions will need. @param limit - how many run at once */
  readonly foresee: (actions: readonly BuildAction[], limit: number) => void;
  /** Waits for what is still being cleared away. */
  readonly settle: () => Promise<void>;
  /** Names of an image in the store. */
  readonly namesOf: (image: string) => readonly string[];
  /** True: the engine has confirmed that the store that is read here is its own. */
  readonly ownsStore: () => Promise<boolean>;
  /** Images were pulled: what was asked is asked again. */
  readonly forgetImages: () => void;
}

export interface BuildRoomRequest {
  readonly engine: Engine;
  readonly env: Environment;
  readonly uid: number;
  readonly project: string;
  /** Takes note of what an answer is drawn from. */
  readonly witness?: Witness | undefined;
}

/** Removes what killed builds have left. */
export async function sweep({ capabilities }: Engine, env: Environment, uid: number): Promise<void> {
  const { store, url, runtimePath } = capabilities;
  new CacheFolder(cacheHome(env), process.pid).sweep(isAlive);
  await removeStaleBuilds({ folder: runtimeDir(env, uid), store, runtimePath, url, environment: env });
}

/** @returns undefined for an engine whose store is not on this machine */
export function openBuildRoom({
  engine,
  env,
  uid,
  project,
  witness,
}: BuildRoomRequest): BuildRoom | undefined {
  const { capabilities } = engine;
  const { store: place, version } = capabilities;
  if (!place) return undefined;
  const store = new LocalStore(place);
  const lookup = storeLookup(store, engine);
  const cache = new CacheFolder(cacheHome(env), process.pid);
  const xattrs = new XattrReader(env['PATH']);
  const contexts = new Contexts({ cache, now: Date.now, xattrs: (paths) => xattrs.read(paths) });
  const index = new StepIndex({ cache, isAlive, engine: `${version} ${place.graphRoot}`, project });
  const folder = (): string => runtimeDir(env, uid);
  const containers = commandContainers(engine, env, folder);
  const tools = buildTools({ engine, env, folder, place, store, lookup, containers, xattrs });
  const { world, forgetImages } = graphWorld({ capabilities, env, uid, cache, contexts, lookup, witness });
  // Files that are written into an upper directory by hand would have no label.
  const joinsRuns = tools.container !== undefined && !existsSync('/sys/fs/selinux/enforce');
  const session = new BuildSession({ tools, index, contexts });
  return {
    world,
    index,
    exists: remembered((id) => canBeHad(id, index, lookup.exists)).ask,
    joinsRuns,
    imageId: lookup.id,
    session,
    save: () => contexts.save(),
    foresee: (actions, limit) => {
      if (joinsRuns) session.foresee(actions);
      containers.foresee(actions, limit);
    },
    settle: async () => {
      await session.settle();
      await containers.settle();
      xattrs.close();
    },
    namesOf: (image) => store.names(image),
    ownsStore: lookup.isConfirmed,
    forgetImages,
  };
}
