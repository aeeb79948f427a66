/** What planning the steps asks of the world. */
import type { Contexts } from '../context/contexts.ts';
import type { ImageDocument } from '../layer/image-config.ts';
import type { BuildRequest } from '../types.ts';

export interface KnownImage {
  readonly id: string;
  readonly document: ImageDocument;
}

export interface GraphWorld {
  readonly contexts: Contexts;
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
  /** Whether programs of an architecture run on this machine; undefined: it cannot be told. */
  readonly runs: (architecture: string) => boolean | undefined;
  /** An image in the engine; undefined: not there. `unreadable`: there, but how it is configured cannot be told. */
  readonly image: (reference: string) => Promise<KnownImage | 'unreadable' | undefined>;
  /** A digest that tells one value of a secret from another and nothing else; undefined: there is no such secret now. */
  readonly secretDigest: (secret: BuildRequest['secrets'][number]) => string | undefined;
  /** Named contexts have an ignore file of their own (newer Buildah). */
  readonly namedContextIgnores: boolean;
  /** See `SelectRequest`. */
  readonly doubleStar: boolean;
  /** COPY and ADD make the directories of the image's volumes (newer Buildah). */
  readonly copyMakesVolumes: boolean;
  /** WORKDIR keeps a slash at its end (older Buildah). */
  readonly workdirSlash: boolean;
  /** The directory of a context that was fetched; undefined: it is not one that is fetched. */
  readonly fetched: (context: string) => Promise<string | undefined>;
  /** Whether `podman build` may read a file that we may not: rootless, it is root among all that is the user's own. */
  readonly builderReads: (path: string) => boolean;
  readonly readText: (path: string) => string | undefined;
  readonly isFolder: (path: string) => boolean;
}
