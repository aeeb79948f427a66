/** Puts an image into the engine: the layers of the one below, new ones, and a configuration. */
import { fail } from '../../base/errors.ts';
import { type ImageConfig, type ImageDocument, nextDocument } from '../layer/image-config.ts';
import { type LayerBlob, makeLayer } from '../layer/layer-blob.ts';
import { imageIdOf, type LayoutImage, ociLayout } from '../layer/oci-layout.ts';
import type { BuildTools } from './tools.ts';

export interface ImageDraft {
  /** The image in the engine that it goes on from; undefined: from nothing. */
  readonly base: string | undefined;
  readonly config: ImageConfig;
  readonly author: string;
  /** Absent: now. */
  readonly created?: Date;
  readonly steps: readonly DraftStep[];
}

/** An instruction and what it has made. */
export interface DraftStep {
  readonly createdBy: string;
  readonly layers: readonly LayerBlob[];
}

/** @returns the id of the image; the layers are disposed of */
export async function loadImage(draft: ImageDraft, tools: BuildTools): Promise<string> {
  try {
    const image = imageOf(draft, tools);
    await tools.load(ociLayout(image));
    return imageIdOf(image);
  } finally {
    for (const { layers } of draft.steps) for (const layer of layers) layer.dispose();
  }
}

/** The configuration that the image of a draft would have, as JSON text: its id is the digest of it. */
export function draftDocument(draft: ImageDraft, tools: BuildTools): string {
  return imageOf(draft, tools).config;
}

/** Loads an image whose layers are the lowest of another. */
export async function loadContained(
  { document, within }: { readonly document: string; readonly within: string },
  tools: BuildTools,
): Promise<void> {
  const { rootfs } = JSON.parse(document) as ImageDocument;
  const sizes = tools.layerSizes(within) ?? [];
  const layers = rootfs.diff_ids.map((id, index) => ({ digest: hexOf(id), size: sizes[index] ?? 0 }));
  await tools.load(ociLayout({ config: document, layers }));
}

function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, '');
}

function imageOf(draft: ImageDraft, tools: BuildTools): LayoutImage {
  const { base, config, author, steps } = draft;
  const own = steps.flatMap(({ layers }) => layers);
  const parent = base === undefined ? undefined : documentOf(base, tools);
  const sizes = base === undefined ? [] : (tools.layerSizes(base) ?? []);
  const below = (parent?.rootfs.diff_ids ?? []).map((id, index) => ({
    digest: hexOf(id),
    size: sizes[index] ?? 0,
  }));
  // An image has at least one layer.
  const empty = below.length + own.length === 0 ? [makeLayer([], tools.folder())] : [];
  const all = [...(empty.length > 0 ? [{ createdBy: 'empty', layers: empty }] : []), ...steps];
  return {
    config: nextDocument({
      parent,
      platform: tools.platform,
      config,
      author,
      created: (draft.created ?? tools.now()).toISOString(),
      steps: all.map(({ createdBy, layers }) => ({ createdBy, layers: layers.map(({ digest }) => digest) })),
    }),
    layers: [...below, ...empty, ...own],
  };
}

export function documentOf(image: string, tools: BuildTools): ImageDocument {
  const document = tools.document(image);
  if (!document) throw fail('E_BUILD', `image ${image.slice(0, 12)} cannot be read in the engine's store`);
  return document;
}
