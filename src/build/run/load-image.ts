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
  /** One for each instruction. */
  readonly steps: readonly { readonly createdBy: string; readonly layers: readonly LayerBlob[] }[];
}

/** @returns the id of the image; the layers are disposed of */
export async function loadImage(draft: ImageDraft, tools: BuildTools): Promise<string> {
  const own = draft.steps.flatMap(({ layers }) => layers);
  try {
    const image = imageOf(draft, own, tools);
    await tools.load(ociLayout(image));
    return imageIdOf(image);
  } finally {
    for (const layer of own) layer.dispose();
  }
}

function imageOf(
  { base, config, author, steps }: ImageDraft,
  own: readonly LayerBlob[],
  tools: BuildTools,
): LayoutImage {
  const parent = base === undefined ? undefined : documentOf(base, tools);
  const sizes = base === undefined ? [] : (tools.layerSizes(base) ?? []);
  const below = (parent?.rootfs.diff_ids ?? []).map((id, index) => ({
    digest: id.replace(/^sha256:/, ''),
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
      created: tools.now().toISOString(),
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
