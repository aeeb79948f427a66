/** RUN as a container of the engine: what it has changed becomes a layer. A fraction of the price of a segment. */
import { type FileTree, resolveIn, TreeLoop, TreeUnknown } from '../context/tree.ts';
import { type ChangedRequest, changedFiles, mountPointsOfOldBuilders } from '../layer/changed-files.ts';
import { type LayerBlob, makeLayer } from '../layer/layer-blob.ts';
import { withXattrs } from '../layer/with-xattrs.ts';
import type { BuildRun, RunProcess } from '../types.ts';
import { loadImage } from './load-image.ts';
import { type RunContext, withPlace } from './run-segment.ts';
import { canUseSandbox } from './sandbox-needs.ts';
import type { BuildTools } from './tools.ts';

/** @returns the id of the image; undefined: Buildah has to do it */
export async function runContainer(
  action: BuildRun,
  { tools, find, telling }: RunContext,
): Promise<string | undefined> {
  const { process } = action;
  const image = find(action.parent).image;
  const run = tools.container;
  if (!process || !run || image === undefined) return undefined;
  const before = tools.files(image);
  const createWorkingDir = missingFolder(process, before);
  if (createWorkingDir === undefined) return undefined;
  const call = {
    image,
    ...process,
    createWorkingDir,
    wantsSandbox: canUseSandbox(action) && isRoot(process.user) && !createWorkingDir,
    ...(action.script === undefined ? {} : { script: action.script }),
    proxies: action.options.proxies ?? {},
  };
  const ran = await withPlace(action, () => run(call, telling));
  try {
    const left = tools.leavesMountPoints ? mountPointsOfOldBuilders(process.network) : [];
    const layer = await layerOf({ changed: ran.files, before, left }, tools);
    if (!layer) return undefined;
    const { config, author, createdBy } = action;
    return await loadImage({ base: image, config, author, steps: [{ createdBy, layers: [layer] }] }, tools);
  } finally {
    ran.remove();
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

async function layerOf(
  request: Omit<ChangedRequest, 'opaque'>,
  tools: BuildTools,
): Promise<LayerBlob | undefined> {
  try {
    const entries = changedFiles({ ...request, opaque: tools.opaque });
    return makeLayer(await withXattrs(entries, tools.xattrs), tools.folder());
  } catch (error) {
    if (error instanceof TreeUnknown) return undefined;
    throw error;
  }
}
