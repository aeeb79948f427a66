/**
 * A command with what nobody else asks for before and after it: layers that it finds, configuration that is put on what it leaves. All
 * of it becomes one image in one go, since to load an image costs as much as a small command does.
 */
import { sha256 } from '../../base/digest.ts';
import type { LayerEntry } from '../layer/overlay.ts';
import { canPlace } from '../layer/placed-files.ts';
import type { BuildRun, ConfigPart } from '../types.ts';
import { ComingImage, canCome } from './coming-image.ts';
import { type DraftStep, draftDocument, type ImageDraft, loadImage } from './load-image.ts';
import { ImageInMaking, type LayersContext } from './make-layers.ts';
import { type RanLayer, type RunGround, runContainer } from './run-container.ts';
import { runSegment } from './run-segment.ts';
import type { BuildTools } from './tools.ts';

export interface RanStep {
  /** Id of the image of the whole step. */
  readonly image: string;
  /** Id of the image that the command alone leaves. */
  readonly ran: string;
  /** The configuration of that one where it was not loaded by itself: all its layers are in `image`. */
  readonly document?: string;
  /** The engine is still loading `image`. */
  readonly coming?: ComingImage;
}

export interface RunStepContext extends LayersContext {
  /** Another command goes on from the image, and need not wait until the engine has it. */
  readonly isAwaited: boolean;
}

export async function runStep(action: BuildRun, context: RunStepContext): Promise<RanStep> {
  const { coming } = context.find(action.parent);
  const release = coming?.hold();
  if (!release) await coming?.loaded;
  try {
    return await runOn(action, context, release && coming);
  } finally {
    release?.();
  }
}

/** @param coming - the image below, while the engine loads it */
async function runOn(
  action: BuildRun,
  context: RunStepContext,
  coming: ComingImage | undefined,
): Promise<RanStep> {
  if (!action.before) return runOnImage(action, context, coming);
  const { before, ...rest } = action;
  const ground = new ImageInMaking({ ...rest, ...before }, context, coming);
  try {
    await ground.addAll();
    const { base, files, entries, steps } = ground;
    const ran =
      base === undefined
        ? undefined
        : await inContainer(
            action,
            { image: base, coming: ground.coming, files, layers: entries, steps },
            context,
          );
    return ran ?? (await runOnImage({ ...rest, parent: { image: await ground.finish() } }, context));
  } finally {
    ground.dispose();
  }
}

async function runOnImage(action: BuildRun, context: RunStepContext, coming?: ComingImage): Promise<RanStep> {
  const { tools, find } = context;
  const { image } = find(action.parent);
  const files = image === undefined ? undefined : (coming?.files(tools) ?? tools.files(image));
  const ground = image === undefined || !files ? undefined : { image, coming, files, layers: [], steps: [] };
  const inOne = ground && (await inContainer(action, ground, context));
  if (inOne) return inOne;
  await coming?.loaded;
  const ran = await runSegment(action, context);
  return { ran, image: action.after ? await configure(action.after, ran, tools) : ran };
}

interface Ground extends RunGround {
  /** Of the layers. */
  readonly steps: readonly DraftStep[];
  /** The image, while the engine loads it. */
  readonly coming: ComingImage | undefined;
}

/** Where a container can be had now: of the image that is still coming the one below, with the rest laid under it. */
async function standing(ground: Ground): Promise<RunGround> {
  const { coming, layers } = ground;
  if (!coming) return ground;
  const all = [...coming.layers, ...layers];
  if (canPlace(all)) return { ...ground, image: coming.base, layers: all };
  await coming.loaded;
  return ground;
}

async function inContainer(
  action: BuildRun,
  ground: Ground,
  { tools, telling, isAwaited }: RunStepContext,
): Promise<RanStep | undefined> {
  const layer = await runContainer(action, await standing(ground), { tools, telling });
  if (!layer) return undefined;
  const { config, author, createdBy, after } = action;
  const steps = [...ground.steps, { createdBy, layers: [layer] }];
  const alone = { base: ground.image, config, author, created: tools.now(), steps };
  const whole = after ? { ...alone, ...partOf(after), steps: [...steps, ...stepsOf(after)] } : alone;
  // The highest ones: below them may be those of an image that was still coming.
  const layers = [...layer.found.slice(layer.found.length - ground.layers.length), layer.entries];
  const documents = await drafted({ alone, whole }, { ground, layer, tools });
  const ran = { ran: sha256(documents.alone), ...(after ? { document: documents.alone } : {}) };
  if (!isAwaited || !canCome(layers)) return { ...ran, image: await loadImage(whole, tools) };
  return { ...ran, image: sha256(documents.whole), coming: comingOf(whole, { layer, layers, tools }) };
}

/** The configurations that images of the drafts would have. The layer is disposed of when there are none. */
async function drafted(
  { alone, whole }: { readonly alone: ImageDraft; readonly whole: ImageDraft },
  { ground, layer, tools }: { readonly ground: Ground; readonly layer: RanLayer; readonly tools: BuildTools },
): Promise<{ readonly alone: string; readonly whole: string }> {
  try {
    await ground.coming?.loaded;
    return { alone: draftDocument(alone, tools), whole: draftDocument(whole, tools) };
  } catch (error) {
    layer.dispose();
    throw error;
  }
}

interface ComingParts {
  /** The highest layer: it goes with the files. */
  readonly layer: RanLayer;
  readonly layers: readonly (readonly LayerEntry[])[];
  readonly tools: BuildTools;
}

/** Begins to load an image. */
function comingOf(
  draft: ImageDraft & { readonly base: string },
  { layer, layers, tools }: ComingParts,
): ComingImage {
  return new ComingImage({
    base: draft.base,
    layers,
    dispose: layer.dispose,
    load: async (dispose) => {
      const steps = draft.steps.map((step) => ({
        ...step,
        layers: step.layers.map((one) => (one === layer ? { ...one, dispose } : one)),
      }));
      await loadImage({ ...draft, steps }, tools);
    },
  });
}

function partOf({ config, author }: ConfigPart): Pick<ImageDraft, 'config' | 'author'> {
  return { config, author };
}

/** Puts configuration on the image that a command has left. @returns the id of the image */
export function configure(after: ConfigPart, base: string, tools: BuildTools): Promise<string> {
  const { config, author } = after;
  return loadImage({ base, config, author, steps: stepsOf(after) }, tools);
}

function stepsOf({ works }: ConfigPart): DraftStep[] {
  return works.map(({ createdBy }) => ({ createdBy, layers: [] }));
}
