/**
 * A command with what nobody else asks for before and after it: layers that it finds, configuration that is put on what it leaves. All
 * of it becomes one image in one go, since to load an image costs as much as a small command does.
 */
import { sha256 } from '../../base/digest.ts';
import type { LayerBlob } from '../layer/layer-blob.ts';
import type { BuildRun, ConfigPart } from '../types.ts';
import { type DraftStep, draftDocument, type ImageDraft, loadImage } from './load-image.ts';
import { ImageInMaking, type LayersContext } from './make-layers.ts';
import { type RunGround, runContainer } from './run-container.ts';
import { runSegment } from './run-segment.ts';
import type { BuildTools } from './tools.ts';

export interface RanStep {
  /** Id of the image of the whole step. */
  readonly image: string;
  /** Id of the image that the command alone leaves. */
  readonly ran: string;
  /** The configuration of that one where it was not loaded by itself: all its layers are in `image`. */
  readonly document?: string;
}

export async function runStep(action: BuildRun, context: LayersContext): Promise<RanStep> {
  if (!action.before) return runOnImage(action, context);
  const { before, ...rest } = action;
  const ground = new ImageInMaking({ ...rest, ...before }, context);
  try {
    await ground.addAll();
    const { base, files, entries, steps } = ground;
    const ran =
      base === undefined
        ? undefined
        : await inContainer(action, { image: base, files, layers: entries, steps }, context);
    return ran ?? (await runOnImage({ ...rest, parent: { image: await ground.finish() } }, context));
  } finally {
    ground.dispose();
  }
}

async function runOnImage(action: BuildRun, context: LayersContext): Promise<RanStep> {
  const { tools, find } = context;
  const { image } = find(action.parent);
  const ground =
    image === undefined ? undefined : { image, files: tools.files(image), layers: [], steps: [] };
  const inOne = ground && (await inContainer(action, ground, context));
  if (inOne) return inOne;
  const ran = await runSegment(action, context);
  return { ran, image: action.after ? await configure(action.after, ran, tools) : ran };
}

interface Ground extends RunGround {
  /** Of the layers. */
  readonly steps: readonly DraftStep[];
}

async function inContainer(
  action: BuildRun,
  ground: Ground,
  { tools, telling }: LayersContext,
): Promise<RanStep | undefined> {
  const layer = await runContainer(action, ground, { tools, telling });
  if (!layer) return undefined;
  const { config, author, createdBy, after } = action;
  const alone = {
    base: ground.image,
    config,
    author,
    created: tools.now(),
    steps: [...ground.steps, { createdBy, layers: [layer] }],
  };
  if (!after) {
    const image = await loadImage(alone, tools);
    return { image, ran: image };
  }
  const document = documentOfDraft(alone, layer, tools);
  const { config: last, author: lastAuthor } = after;
  const steps = [...alone.steps, ...stepsOf(after)];
  const image = await loadImage({ ...alone, config: last, author: lastAuthor, steps }, tools);
  return { image, ran: sha256(document), document };
}

function documentOfDraft(draft: ImageDraft, layer: LayerBlob, tools: BuildTools): string {
  try {
    return draftDocument(draft, tools);
  } catch (error) {
    layer.dispose();
    throw error;
  }
}

/** Puts configuration on the image that a command has left. @returns the id of the image */
export function configure(after: ConfigPart, base: string, tools: BuildTools): Promise<string> {
  const { config, author } = after;
  return loadImage({ base, config, author, steps: stepsOf(after) }, tools);
}

function stepsOf({ works }: ConfigPart): DraftStep[] {
  return works.map(({ createdBy }) => ({ createdBy, layers: [] }));
}
