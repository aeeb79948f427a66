/** Gives the build room what it needs of this machine: the engine, its store, the cache directory. */
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../base/errors.ts';
import { Contexts } from '../build/context/contexts.ts';
import { FileIndex } from '../build/context/file-index.ts';
import { LocalTree } from '../build/context/local-tree.ts';
import type { FileTree, ReadXattrs } from '../build/context/tree.ts';
import type { GraphWorld } from '../build/graph/world.ts';
import { CacheFolder } from '../build/index/cache-folder.ts';
import { canBeHad, StepIndex } from '../build/index/step-index.ts';
import type { ImageDocument } from '../build/layer/image-config.ts';
import { sandboxNeeds } from '../build/run/sandbox-needs.ts';
import { BuildSession } from '../build/run/session.ts';
import type { BuildTools } from '../build/run/tools.ts';
import type { BuildAction, BuildRequest } from '../build/types.ts';
import { runsArchitecture } from '../podman/foreign-programs.ts';
import { opaqueAmong } from '../podman/image-tree.ts';
import { LocalStore } from '../podman/local-store.ts';
import { ownerOf } from '../podman/look.ts';
import { RegistryCaches } from '../podman/registry-cache.ts';
import { isRemote } from '../podman/remote-context/address.ts';
import { runtimeDir } from '../podman/runtime-dir.ts';
import { buildSegment } from '../podman/segment-build.ts';
import { removeStaleBuilds } from '../podman/stale-builds.ts';
import { runStepContainer } from '../podman/step/step-container.ts';
import { StepSandboxes } from '../podman/step/step-sandboxes.ts';
import { isAlive } from '../podman/sweep.ts';
import type { Engine } from '../podman/types.ts';
import { readXattrs } from '../podman/xattrs.ts';
import type { Witness } from './answers/witness.ts';
import type { Environment } from './global-options.ts';
import { asUnknown, imageFiles } from './image-files.ts';

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
  new CacheFolder(buildCacheFolder(env), process.pid).sweep(isAlive);
  await removeStaleBuilds({ folder: runtimeDir(env, uid), store, runtimePath, url, environment: env });
}

/** What builds keep, of this user. */
export function buildCacheFolder(env: Environment): string {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'tscompose');
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
  if (!capabilities.store) return undefined;
  const { url, runtimePath, store: place } = capabilities;
  const { idMappings, graphRoot } = place;
  const store = new LocalStore(place);
  const cache = new CacheFolder(buildCacheFolder(env), process.pid);
  const xattrs: ReadXattrs = (paths) => readXattrs(paths, env['PATH']);
  const contexts = new Contexts({ cache, now: Date.now, xattrs });
  const index = new StepIndex({
    cache,
    engine: `${capabilities.version} ${graphRoot}`,
    project,
  });
  const lookup = storeLookup(store, engine);
  const exists = remembered((id) => canBeHad(id, index, lookup.exists));
  const document = (id: string): ImageDocument | undefined => {
    const text = store.config(id);
    return text === undefined ? undefined : (JSON.parse(text) as ImageDocument);
  };
  const platform = { os: capabilities.os, architecture: capabilities.arch };
  const trees = new Map<string, FileTree>();
  const removals = new Set<Promise<void>>();
  const sandboxes = new StepSandboxes({ engine, folder: runtimeDir(env, uid) });
  const tools: BuildTools = {
    platform,
    document,
    layerSizes: (id) => store.layerSizes(id),
    files: (id) => {
      const tree = trees.get(id) ?? imageFiles({ store, id, idMappings, searchPath: env['PATH'] });
      trees.set(id, tree);
      return tree;
    },
    xattrs,
    exists: (image) => engine.imageExists(image),
    load: async (tar) => {
      await engine.loadImage(tar);
    },
    cache: new RegistryCaches(engine),
    tag: (id, name) => giveName({ engine, idOf: lookup.id }, id, name),
    segment: ({ options, context, ...call }, telling) =>
      buildSegment(
        {
          ...call,
          ...options,
          ...(context ? { context: { folder: context.folder, ignore: context.ignoreFile?.text ?? '' } } : {}),
        },
        { url, environment: env, folder: runtimeDir(env, uid), store: place, runtimePath, ...telling },
      ),
    ...(seesChanges(engine, env)
      ? {
          container: async (call, telling) => {
            const ended = await runStepContainer(call, {
              engine,
              environment: env,
              folder: runtimeDir(env, uid),
              sandboxes,
              ...telling,
            });
            return {
              files: new LocalTree(ended.folder, new FileIndex(ended.folder, undefined, Date.now)),
              // What stays is found by the next build.
              remove: () => void removals.add(ended.remove().catch(() => undefined)),
            };
          },
        }
      : {}),
    leavesMountPoints: capabilities.has.buildMountPoints,
    doubleStar: capabilities.has.copyDoubleStar,
    ...(idMappings ? { idMappings } : {}),
    opaque: (folders) => asUnknown(() => opaqueAmong(folders, env['PATH'])),
    folder: () => runtimeDir(env, uid),
    now: () => new Date(),
  };
  const images = remembered(async (reference) => {
    const id = await lookup.id(reference);
    if (id === undefined) return undefined;
    const found = document(id);
    return found ? { id, document: found } : ('unreadable' as const);
  });
  const world: GraphWorld = {
    contexts,
    platform,
    runs: (architecture) => runsArchitecture(platform.architecture, architecture),
    image: images.ask,
    secretDigest: secretDigests(env, cache, witness),
    namedContextIgnores: capabilities.has.namedContextIgnore,
    doubleStar: capabilities.has.copyDoubleStar,
    fetched: remembered(async (context) => {
      if (!isRemote(context)) return undefined;
      witness?.refuse();
      const { fetchContext } = await import('../podman/remote-context/fetch-context.ts');
      return fetchContext(context, { folder: join(cache.path, 'contexts'), environment: env });
    }).ask,
    builderReads: (path) => capabilities.rootless && ownerOf(path) === uid,
    readText: (path) => {
      witness?.note(path);
      return readText(path);
    },
    isFolder: (path) => {
      witness?.note(path);
      return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    },
  };
  return {
    world,
    index,
    exists: exists.ask,
    // Files that are written into an upper directory by hand would have no label.
    joinsRuns: tools.container !== undefined && !existsSync('/sys/fs/selinux/enforce'),
    imageId: lookup.id,
    session: new BuildSession({ tools, index, contexts }),
    save: () => contexts.save(),
    foresee: (actions, limit) => {
      if (!tools.container) return;
      const { uses, width, image } = sandboxNeeds(actions);
      if (image !== undefined) sandboxes.prepare({ uses, count: Math.min(width, limit), image });
    },
    settle: async () => {
      removals.add(sandboxes.close());
      await Promise.all(removals);
    },
    namesOf: (image) => store.names(image),
    ownsStore: lookup.isConfirmed,
    forgetImages: images.forget,
  };
}

/**
 * What is there is seen in the store's own list, once the engine has confirmed one image of it: it may be another's store.
 * The engine is asked for all that is not seen there.
 */
function storeLookup(
  store: LocalStore,
  engine: Engine,
): {
  readonly exists: (id: string) => Promise<boolean>;
  readonly id: (name: string) => Promise<string | undefined>;
  readonly isConfirmed: () => Promise<boolean>;
} {
  let confirmed: Promise<boolean> | undefined;
  const isOurs = async (id: string): Promise<boolean> => {
    confirmed ??= engine.imageExists(id);
    return confirmed;
  };
  return {
    exists: async (id) => (store.has(id) && (await isOurs(id))) || engine.imageExists(id),
    id: async (name) => {
      const id = store.idOf(name);
      return id !== undefined && (await isOurs(id)) ? id : (await engine.inspectImage(name))?.id;
    },
    isConfirmed: async () => (await confirmed) === true,
  };
}

/** Somebody else may name the same image at the same moment, and Podman keeps the names of one of the two. */
async function giveName(
  { engine, idOf }: { readonly engine: Engine; readonly idOf: (name: string) => Promise<string | undefined> },
  id: string,
  name: string,
): Promise<void> {
  for (let tries = 1; tries <= 5; tries++) {
    await engine.tagImage(id, name);
    if ((await idOf(name)) === id) return;
  }
  throw fail('E_IMAGE', `image ${id.slice(0, 12)} cannot be named ${name}: another program names it as well`);
}

function remembered<T>(question: (key: string) => Promise<T>): {
  readonly ask: (key: string) => Promise<T>;
  readonly forget: () => void;
} {
  const known = new Map<string, Promise<T>>();
  return {
    ask: (key) => {
      const answer = known.get(key) ?? question(key);
      known.set(key, answer);
      return answer;
    },
    forget: () => known.clear(),
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** One secret is told from another by a digest that is nothing without this user's salt. */
function secretDigests(
  env: Environment,
  cache: CacheFolder,
  witness: Witness | undefined,
): GraphWorld['secretDigest'] {
  const bytesOf = ({ file, environment }: BuildRequest['secrets'][number]): Buffer | undefined => {
    if (environment !== undefined) {
      const value = env[environment];
      return value === undefined ? undefined : Buffer.from(value);
    }
    if (file !== undefined) witness?.note(file);
    try {
      return file === undefined ? undefined : readFileSync(file);
    } catch {
      return undefined;
    }
  };
  return (secret) => {
    const bytes = bytesOf(secret);
    return bytes && createHmac('sha256', cache.salt()).update(bytes).digest('hex');
  };
}

/** What a container changes can be read as it stands: by root, in plain directories. `BUILDAH_ISOLATION` asks for Buildah's ways. */
function seesChanges({ capabilities: { rootless, store } }: Engine, env: Environment): boolean {
  if (!store || rootless || env['BUILDAH_ISOLATION']) return false;
  return store.driver === 'overlay' && !store.mountProgram && store.plainUpper;
}
