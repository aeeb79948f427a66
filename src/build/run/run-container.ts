/** RUN as a container of the engine: what it has changed becomes a layer. A fraction of the price of a segment. */
import { type FileTree, resolveIn, TreeLoop, TreeUnknown } from '../context/tree.ts';
import {
  type ChangedRequest,
  changedFiles,
  mountedFiles,
  mountPointsOfOldBuilders,
} from '../layer/changed-files.ts';
import { type LayerBlob, makeLayer } from '../layer/layer-blob.ts';
import type { LayerEntry } from '../layer/overlay.ts';
import { canPlace, PlacedFiles } from '../layer/placed-files.ts';
import { withXattrs } from '../layer/with-xattrs.ts';
import type { BuildRun, RunProcess } from '../types.ts';
import { type RunContext, withPlace } from './run-segment.ts';
import { canUseSandbox } from './sandbox-needs.ts';

/** What a command finds. */
export interface RunGround {
  /** The image in the engine. */
  readonly image: string;
  /** All files, those that are in no image yet too. */
  readonly files: FileTree;
  /** Entries of the layers that are in no image yet, lowest first. */
  readonly layers: readonly (readonly LayerEntry[])[];
}

export interface RanLayer extends LayerBlob {
  /** What the command has changed. */
  readonly entries: readonly LayerEntry[];
  /** The layers that it has found, as they were laid under its container: until the layer is disposed of. */
  readonly found: readonly (readonly LayerEntry[])[];
}

/** @returns the layer that the command leaves; undefined: it was not run, another way has to be taken */
export async function runContainer(
  action: BuildRun,
  ground: RunGround,
  { tools, telling }: Pick<RunContext, 'tools' | 'telling'>,
): Promise<RanLayer | undefined> {
  const { process } = action;
  const run = tools.container;
  if (!process || !run || !canPlace(ground.layers)) return undefined;
  const createWorkingDir = missingFolder(process, ground.files);
  if (createWorkingDir === undefined) return undefined;
  let placed: PlacedFiles | undefined;
  const left = tools.leavesMountPoints ? mountPointsOfOldBuilders(process.network) : [];
  const call = {
    image: ground.image,
    ...process,
    createWorkingDir,
    wantsSandbox: canUseSandbox(action) && isRoot(process.user) && !createWorkingDir,
    ...(action.script === undefined ? {} : { script: action.script }),
    proxies: action.options.proxies ?? {},
    meanwhile: () => lookAhead(ground.files, left),
    ...(ground.layers.length === 0
      ? {}
      : {
          place: (folder: string) => {
            placed = new PlacedFiles(folder, ground.layers);
          },
        }),
  };
  const ran = await withPlace(action, () => run(call, telling));
  try {
    const opaque = (folders: readonly string[]): Promise<ReadonlySet<string>> =>
      tools.opaque(folders.filter((folder) => !placed?.isAsWritten(folder)));
    const entries = await changesOf({ changed: ran.files, before: ground.files, left, opaque });
    if (!entries) {
      ran.remove();
      return undefined;
    }
    const changed = await withXattrs(placed ? placed.changedIn(entries) : entries, tools.xattrs);
    const layer = makeLayer(changed, tools.folder());
    // Not before it is loaded: to remove a container holds the engine up.
    const dispose = (): void => {
      layer.dispose();
      ran.remove();
    };
    return { ...layer, entries: changed, found: placed?.asFound(ground.layers) ?? [], dispose };
  } catch (error) {
    ran.remove();
    throw error;
  }
}

/**
 * True: the working directory is to be made; undefined: that is Buildah's.
 * Engines give a directory that they make to the container's user, and Buildah gives it to root.
 */
function missingFolder({ workingDir, user }: RunProcess, before: FileTree): boolean | undefined {
  try {
    const { file } = resolveIn(before, workingDir, { last: true });
    if (file) return file.kind === 'directory' ? false : undefined;
  } catch (error) {
    if (error instanceof TreeUnknown || error instanceof TreeLoop) return undefined;
    throw error;
  }
  return isRoot(user) ? true : undefined;
}

function isRoot(user: string | undefined): boolean {
  return user === undefined || /^(?:root|0)(?::(?:root|0))?$/.test(user);
}

async function changesOf(request: ChangedRequest): Promise<LayerEntry[] | undefined> {
  try {
    return await changedFiles(request);
  } catch (error) {
    if (error instanceof TreeUnknown) return undefined;
    throw error;
  }
}

/** Looks where every command leaves something: the answers are kept, and slow the first time. */
function lookAhead(files: FileTree, left: readonly string[]): void {
  try {
    for (const path of [...left, ...mountedFiles]) files.lstat(path);
  } catch (error) {
    // Then it is said when the answer is needed.
    if (!(error instanceof TreeUnknown)) throw error;
  }
}
