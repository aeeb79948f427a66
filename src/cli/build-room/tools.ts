/** What carrying steps out needs of this machine. */
import { fail } from '../../base/errors.ts';
import type { FileTree } from '../../build/context/tree.ts';
import type { BuildTools } from '../../build/run/tools.ts';
import type { LocalStore } from '../../podman/local-store.ts';
import { RegistryCaches } from '../../podman/registry-cache.ts';
import { buildSegment, type SegmentContext } from '../../podman/segment-build.ts';
import type { Engine, StorePlace } from '../../podman/types.ts';
import type { XattrReader } from '../../podman/xattrs.ts';
import type { Environment } from '../global-options.ts';
import { asUnknown, imageFiles } from '../image-files.ts';
import type { CommandContainers } from './command-containers.ts';
import type { StoreLookup } from './store-lookup.ts';

export interface ToolsSetting {
  readonly engine: Engine;
  readonly env: Environment;
  /** Makes or finds this user's private directory. */
  readonly folder: () => string;
  readonly place: StorePlace;
  readonly store: LocalStore;
  readonly lookup: StoreLookup;
  readonly containers: CommandContainers;
  readonly xattrs: XattrReader;
}

export function buildTools(setting: ToolsSetting): BuildTools {
  const { engine, env, folder, place, store, lookup, containers, xattrs } = setting;
  const { os, arch, has, url, runtimePath } = engine.capabilities;
  const { idMappings } = place;
  return {
    platform: { os, architecture: arch },
    document: lookup.document,
    layerSizes: (id) => store.layerSizes(id),
    files: treesOf(setting),
    xattrs: (paths) => xattrs.read(paths),
    exists: (image) => engine.imageExists(image),
    load: async (tar) => {
      await engine.loadImage(tar);
    },
    cache: new RegistryCaches(engine),
    tag: (id, name) => giveName({ engine, idOf: lookup.id }, id, name),
    segment: throughBuildah(() => ({ url, environment: env, folder: folder(), store: place, runtimePath })),
    ...(containers.run ? { container: containers.run } : {}),
    leavesMountPoints: has.buildMountPoints,
    doubleStar: has.copyDoubleStar,
    ...(idMappings ? { idMappings } : {}),
    opaque: (folders) =>
      xattrs.opaque(folders).catch((error: unknown) => {
        throw asUnknown(error);
      }),
    folder,
    now: () => new Date(),
  };
}

/** Each image's files once: what was looked at is remembered with them. */
function treesOf({ store, place: { idMappings }, env }: ToolsSetting): BuildTools['files'] {
  const trees = new Map<string, FileTree>();
  return (id) => {
    const tree = trees.get(id) ?? imageFiles({ store, id, idMappings, searchPath: env['PATH'] });
    trees.set(id, tree);
    return tree;
  };
}

function throughBuildah(builder: () => Omit<SegmentContext, 'signal' | 'output'>): BuildTools['segment'] {
  return ({ options, context, ...call }, telling) =>
    buildSegment(
      {
        ...call,
        ...options,
        ...(context ? { context: { folder: context.folder, ignore: context.ignoreFile?.text ?? '' } } : {}),
      },
      { ...builder(), ...telling },
    );
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
