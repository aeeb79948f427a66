/** What the build room gives to the others: the actions of an image plan. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import type { BuildSpec, SegmentSpec } from '../podman/spec.ts';
import type { ImageConfig } from './layer/image-config.ts';

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

/** An image that a step takes: one that is there, by id; one that another action makes; or nothing (`FROM scratch`). */
export type StepInput =
  /** `token`: what stands for it in the keys of steps, where that is not its id. */
  | { readonly image: string; readonly token?: string }
  | { readonly action: string }
  | { readonly scratch: true };

interface StepDefinition {
  readonly digest: string;
  /** Images that it takes files from. */
  readonly inputs: readonly StepInput[];
}

interface StepBase extends BuildActionBase {
  /** What is done, short: `RUN apk add curl`. */
  readonly title: string;
  /** Whose images need it. */
  readonly services: readonly string[];
  /**
   * Digest of what is done, without the images that it takes: with theirs it is the key of the result. More than one where steps
   * are made in one go, each on the one before.
   */
  readonly definitions: readonly StepDefinition[];
  /** Of the step in its graph, the chain below included. */
  readonly digest: string;
  readonly parent: StepInput;
  /** Never taken from earlier builds. */
  readonly fresh: boolean;
  /** Its key does not say what it holds. */
  readonly volatile: boolean;
  /** Where results of others are looked for, and where this one's goes to; absent: in no registry. */
  readonly caches?: {
    readonly from: readonly RegistryCache[];
    readonly to: readonly RegistryCache[];
  };
}

/** A repository of a registry that keeps results of steps. */
export interface RegistryCache {
  /** `HOST/NAME`, without a tag. */
  readonly repository: string;
  readonly source?: Span;
}

/** Layers and configuration that are put on an image. */
export interface LayersPart {
  readonly works: readonly LayerWork[];
  readonly config: ImageConfig;
  readonly author: string;
}

/** Configuration that is put on the image that a command leaves. */
export interface ConfigPart extends LayersPart {
  readonly works: readonly ConfigWork[];
  /** As in `StepBase`, of these steps alone: `definitions` ends with the command. */
  readonly definitions: readonly StepDefinition[];
}

/** Begins the names of contexts that Buildah takes for nothing but a stage of the same file. */
export const stagePrefix = 'tscompose-stage-';

/** Runs a command on an image. */
export interface BuildRun extends StepBase {
  readonly kind: 'build.run';
  /** What the command finds on the image and nobody else asks for: it is loaded together with what the command leaves. */
  readonly before?: LayersPart;
  /** What the image of the command becomes where nobody else asks for that one. */
  readonly after?: ConfigPart;
  /** Lines between FROM and RUN: ARG, ENV, USER, WORKDIR, VOLUME. */
  readonly prelude: readonly string[];
  readonly run: string;
  /** Build contexts by name: other images, or directories. */
  readonly contexts: Readonly<Record<string, StepInput | { readonly folder: string }>>;
  /** The main context; absent: an empty one. */
  readonly context?: ContextUse;
  /** A script that is mounted and run. */
  readonly script?: string;
  /** The same as a container of the engine; absent: only Buildah can do it. */
  readonly process?: RunProcess;
  /** Of the image that the command leaves. */
  readonly config: ImageConfig;
  readonly author: string;
  /** For the image's history. */
  readonly createdBy: string;
  readonly options: SegmentOptions;
}

/** A command of a build, with all that it sees. */
export interface RunProcess {
  readonly argv: readonly string[];
  /** All of it, but for proxies. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absent: root. */
  readonly user?: string;
  /** Absolute. */
  readonly workingDir: string;
  readonly network: 'default' | 'host' | 'none';
}

/** What is made without running anything: layers from files, and the configuration. */
export interface BuildLayers extends StepBase, LayersPart {
  readonly kind: 'build.layers';
  readonly options: SegmentOptions;
}

/** Gives the finished image its names. */
export interface BuildName extends BuildActionBase {
  readonly kind: 'build.name';
  readonly service: string;
  readonly image: StepInput;
  readonly tags: readonly string[];
  /** Found wrong while planning: the action fails with it. */
  readonly problem?: readonly Diagnostic[];
}

export interface IgnoreFile {
  readonly path: string;
  readonly text: string;
}

/** A directory that instructions take from, and what is left out of it. */
export interface ContextUse {
  readonly folder: string;
  /** Absent: nothing is ignored. */
  readonly ignoreFile?: IgnoreFile;
}

/** `Input`: how an image is named, in the graph or in an action. */
export type LayerWork<Input = StepInput> = CopyWork<Input> | ConfigWork;

interface WorkBase {
  /** For the image's history. */
  readonly createdBy: string;
  readonly source?: Span;
}

export interface CopyWork<Input = StepInput> extends WorkBase {
  readonly kind: 'copy';
  readonly add: boolean;
  readonly from: CopyOrigin<Input>;
  readonly patterns: readonly string[];
  readonly dest: string;
  /** `user[:group]`, names or numbers. */
  readonly chown?: string;
  readonly mode?: number;
  readonly parents: boolean;
  /** `--link`: placed as if the image were empty, then laid over it. */
  readonly link: boolean;
  readonly excludes: readonly string[];
  readonly around: CopySurroundings;
  /** Buildah does it: archives to unpack, addresses to load. */
  readonly bySegment: boolean;
}

/** Directories that the engine's builder makes at a COPY or ADD where they are missing, whatever is copied. */
export interface CopySurroundings {
  /** Before it, as root's. */
  readonly volumes: readonly string[];
  /** After it, as the user's. Absolute. */
  readonly workingDir: string;
  /** As USER has it; empty: root. One that the image does not know counts as root. */
  readonly user: string;
}

export type CopyOrigin<Input = StepInput> =
  /** `named`: one of `additional_contexts`, whose files keep their owner. */
  | ({ readonly kind: 'context'; readonly named: boolean } & ContextUse)
  | { readonly kind: 'image'; readonly input: Input }
  /** Heredocs: the files with their text. */
  | { readonly kind: 'inline'; readonly files: readonly { readonly name: string; readonly text: string }[] };

export interface ConfigWork extends WorkBase {
  readonly kind: 'config';
}

export type BuildAction = ImageBuild | BuildRun | BuildLayers | BuildName;

/** What holds for every container of an image's build. */
export type SegmentOptions = SegmentSpec;

/** One image to build: the Compose build section, resolved, and the flags of the command. */
export type BuildRequest = BuildSpec;
