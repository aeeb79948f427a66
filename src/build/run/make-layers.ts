/** COPY, ADD and configuration: an image made of the one below without running anything. */
import { ComposeError, fail } from '../../base/errors.ts';
import type { Contexts } from '../context/contexts.ts';
import { TreeUnknown } from '../context/tree.ts';
import type { ImageConfig } from '../layer/image-config.ts';
import { makeLayer } from '../layer/layer-blob.ts';
import { type LayerEntry, NotADirectory, Overlay } from '../layer/overlay.ts';
import { withXattrs } from '../layer/with-xattrs.ts';
import type { BuildLayers, CopyWork, LayerWork, StepInput } from '../types.ts';
import type { ComingImage } from './coming-image.ts';
import { copyLines } from './copy-line.ts';
import { type DraftStep, documentOf, loadImage } from './load-image.ts';
import { putCopy } from './put-copy.ts';
import { withPlace } from './run-segment.ts';
import type { Made } from './session.ts';
import type { BuildTools, StepTelling } from './tools.ts';

export interface LayersContext {
  readonly tools: BuildTools;
  readonly contexts: Contexts;
  readonly find: (input: StepInput) => Made;
  readonly telling: StepTelling;
}

/** @returns the id of the image */
export async function makeLayers(action: BuildLayers, context: LayersContext): Promise<string> {
  const image = new ImageInMaking(action, context);
  try {
    await image.addAll();
    return await image.finish();
  } finally {
    image.dispose();
  }
}

/** The layers of an image, and how they are made known. */
export type LayersDraft = Pick<
  BuildLayers,
  'works' | 'config' | 'author' | 'parent' | 'options' | 'title' | 'services'
>;

export class ImageInMaking {
  readonly #action: LayersDraft;
  readonly #context: LayersContext;
  /** The image that this one goes on from. */
  #base: string | undefined;
  /** The same while the engine still loads it. */
  #coming: ComingImage | undefined;
  #overlay: Overlay;
  #steps: DraftStep[] = [];
  /** What the layers of the steps hold. */
  #entries: (readonly LayerEntry[])[] = [];

  /** @param coming - the parent, if it is not to be waited for */
  constructor(action: LayersDraft, context: LayersContext, coming?: ComingImage) {
    this.#action = action;
    this.#context = context;
    this.#base = context.find(action.parent).image;
    this.#coming = coming;
    this.#overlay = coming?.files(context.tools) ?? this.#filesOf(this.#base);
  }

  #filesOf(image: string | undefined): Overlay {
    return new Overlay(image === undefined ? undefined : this.#context.tools.files(image));
  }

  /** The image that the steps so far go on from. */
  get base(): string | undefined {
    return this.#base;
  }

  /** The same while the engine still loads it. */
  get coming(): ComingImage | undefined {
    return this.#coming;
  }

  /** The files so far. */
  get files(): Overlay {
    return this.#overlay;
  }

  get steps(): readonly DraftStep[] {
    return this.#steps;
  }

  /** Entries of the layers that are in no image yet, lowest first. */
  get entries(): readonly (readonly LayerEntry[])[] {
    return this.#entries;
  }

  async addAll(): Promise<void> {
    for (const work of this.#action.works) await this.#add(work);
  }

  async #add(work: LayerWork): Promise<void> {
    if (work.kind === 'config') {
      this.#steps.push({ createdBy: work.createdBy, layers: [] });
      return;
    }
    try {
      if (work.bySegment) throw new TreeUnknown('ADD');
      await this.#put(work);
    } catch (error) {
      if (!(error instanceof TreeUnknown)) throw placed(error, work);
      this.#overlay.takeLayer();
      await this.#bySegment(work, copyLines(work));
    }
  }

  async #put(work: CopyWork): Promise<void> {
    const now = Math.floor(this.#context.tools.now().getTime() / 1000);
    putCopy(this.#overlay, work, { ...this.#context, now });
    const { folder, xattrs } = this.#context.tools;
    const entries = await withXattrs(this.#overlay.takeLayer(), xattrs);
    const layers = entries.length === 0 ? [] : [makeLayer(entries, folder())];
    this.#entries.push(entries);
    this.#steps.push({ createdBy: work.createdBy, layers });
  }

  /** What cannot be done from here: the image so far is handed to Buildah. */
  async #bySegment(work: CopyWork, lines: readonly string[]): Promise<void> {
    const { tools, find, telling } = this.#context;
    const { OnBuild, ...config } = this.#action.config;
    await this.#arrive();
    const triggers = this.#base === undefined ? [] : documentOf(this.#base, tools).config?.OnBuild;
    const hasTriggers = (triggers ?? []).length > 0;
    if (this.#steps.length > 0 || hasTriggers) await this.#load(config);
    const isFromImage = work.from.kind === 'image';
    const source = isFromImage ? find((work.from as { input: StepInput }).input).image : undefined;
    const use = work.from.kind === 'context' ? work.from : undefined;
    this.#base = await withPlace({ ...this.#action, ...(work.source ? { source: work.source } : {}) }, () =>
      tools.segment(
        {
          containerfile: [`FROM ${this.#base ?? 'scratch'}`, ...lines, ''].join('\n'),
          ...(use ? { context: use } : {}),
          contexts: isFromImage ? { 'tscompose-from': `container-image://${source ?? ''}` } : {},
          options: this.#action.options,
        },
        telling,
      ),
    );
    if (use && !this.#context.contexts.isUnchanged(use))
      throw fail('E_BUILD', `the context ${use.folder} was changed while it was being copied`, {
        hint: 'build again',
      });
    this.#overlay = this.#filesOf(this.#base);
  }

  /** Loads all of it. @returns the id of the image */
  finish(): Promise<string> {
    return this.#load(this.#action.config);
  }

  async #arrive(): Promise<void> {
    await this.#coming?.loaded;
    this.#coming = undefined;
  }

  async #load(config: ImageConfig): Promise<string> {
    await this.#arrive();
    const steps = this.#steps;
    this.#steps = [];
    this.#entries = [];
    const { author } = this.#action;
    this.#base = await loadImage({ base: this.#base, config, author, steps }, this.#context.tools);
    return this.#base;
  }

  dispose(): void {
    for (const { layers } of this.#steps) for (const layer of layers) layer.dispose();
  }
}

/** Points at the instruction. */
function placed(error: unknown, work: CopyWork): unknown {
  const span = work.source ? { span: work.source } : {};
  if (error instanceof NotADirectory) {
    return fail('E_BUILD', `the destination "${work.dest}" cannot be made: ${error.message}`, span);
  }
  if (!(error instanceof ComposeError)) return error;
  return new ComposeError(
    error.diagnostics.map((one) => (one.span ? one : { ...one, ...span })),
    { cause: error, exitCode: error.exitCode },
  );
}
