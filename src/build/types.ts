/** What the build room gives to the others: the actions of an image plan. */
import type { Span } from '../base/span.ts';

interface BuildActionBase {
  readonly id: string;
  readonly needs: readonly string[];
  readonly reason: string;
  readonly source?: Span;
  readonly service?: string;
}

/** Builds one service's image with `podman build` as a whole: the fallback where a step cannot be expressed. */
export interface ImageBuild extends BuildActionBase {
  readonly kind: 'image.build';
  readonly service: string;
  /** The first is the image's name. */
  readonly tags: readonly string[];
  readonly request: BuildRequest;
}

export type BuildAction = ImageBuild;

/** One image to build: the Compose build section, resolved, and the flags of the command. */
export interface BuildRequest {
  readonly context: string;
  readonly dockerfile?: string;
  readonly dockerfileInline?: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly additionalContexts: Readonly<Record<string, string>>;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly extraHosts: readonly string[];
  readonly network?: string;
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly platforms: readonly string[];
  readonly privileged: boolean;
  /** Bytes. */
  readonly shmSize?: number;
  readonly ssh: readonly string[];
  /** By id; the value says where the bytes come from, never the bytes. */
  readonly secrets: readonly { readonly id: string; readonly file?: string; readonly environment?: string }[];
  readonly ulimits: readonly string[];
  /** Bytes; `--memory`. */
  readonly memory?: number;
}
