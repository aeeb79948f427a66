/** Where a `--from` or a FROM leads: a stage, a named context, another service's image, an image. */
import { isAbsolute } from 'node:path';
import type { Span } from '../../base/span.ts';
import { ignoreFileNames } from '../../containerfile/ignore.ts';
import type { ConfigState } from '../layer/image-config.ts';
import type { ContextUse, IgnoreFile } from '../types.ts';
import { ImagesMissing, NotLayered } from './not-layered.ts';
import { imageState, scratchState } from './stage-point.ts';
import type { NodeRef } from './step-node.ts';
import type { GraphWorld } from './world.ts';

export type Origin =
  | { readonly kind: 'image'; readonly ref: NodeRef; readonly state: ConfigState }
  | { readonly kind: 'folder'; readonly use: ContextUse };

export interface Origins {
  /** The main context. */
  readonly main: ContextUse;
  /** For an instruction of the stage that is being walked. */
  readonly find: (reference: string, span: Span) => Promise<Origin>;
}

export interface NamedOrigins {
  readonly world: GraphWorld;
  readonly contexts: Readonly<Record<string, string>>;
  /** What another service's image will be, by service. */
  readonly service: (name: string) => Promise<Origin | undefined>;
  /** The service whose image has this name; undefined: none that is built here. */
  readonly serviceOfImage: (reference: string) => string | undefined;
}

/** A reference that names no stage. */
export async function namedOrigin(reference: string, named: NamedOrigins): Promise<Origin> {
  const context = Object.hasOwn(named.contexts, reference) ? named.contexts[reference] : undefined;
  if (context !== undefined) return contextOrigin(context, named);
  return imageOrigin(reference, named);
}

async function contextOrigin(context: string, named: NamedOrigins): Promise<Origin> {
  const service = /^service:(.+)$/.exec(context)?.[1];
  if (service !== undefined) {
    const origin = await named.service(service);
    if (origin) return origin;
    throw new NotLayered(`service "${service}" is built as a whole`);
  }
  const image = /^(?:docker-image|container-image):\/\/(.+)$/.exec(context)?.[1];
  if (image !== undefined) return imageOrigin(image, named);
  if (isAbsolute(context) && named.world.isFolder(context)) {
    const ignore = named.world.namedContextIgnores ? ownIgnore(context, named.world) : undefined;
    return {
      kind: 'folder',
      use: { folder: context, ...(ignore === undefined ? {} : { ignoreFile: ignore }) },
    };
  }
  throw new NotLayered(`the context ${context} is neither a directory nor an image`);
}

function ownIgnore(folder: string, world: GraphWorld): IgnoreFile | undefined {
  for (const name of ignoreFileNames('').inContext) {
    const text = world.readText(`${folder}/${name}`);
    if (text !== undefined) return { path: `${folder}/${name}`, text };
  }
  return undefined;
}

async function imageOrigin(reference: string, named: NamedOrigins): Promise<Origin> {
  const service = named.serviceOfImage(reference);
  if (service !== undefined) {
    const origin = await named.service(service);
    if (origin) return origin;
    throw new NotLayered(`service "${service}" is built as a whole`);
  }
  const image = await named.world.image(reference);
  if (image === undefined) throw new ImagesMissing([reference]);
  if (image === 'unreadable')
    throw new NotLayered(`how image ${reference} is configured cannot be read here`);
  return { kind: 'image', ref: { kind: 'image', id: image.id }, state: imageState(image) };
}

export function scratchOrigin(): Origin {
  return { kind: 'image', ref: { kind: 'scratch' }, state: scratchState() };
}
