/** What carrying steps out asks of the engine. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { IdMappings } from '../../podman/spec.ts';
import type { FileTree, ReadXattrs } from '../context/tree.ts';
import type { ImageDocument } from '../layer/image-config.ts';
import type { ContextUse, RegistryCache, RunProcess, SegmentOptions } from '../types.ts';

export interface SegmentCall {
  readonly containerfile: string;
  readonly context?: ContextUse;
  /** By name: a directory, or `container-image://ID`. */
  readonly contexts: Readonly<Record<string, string>>;
  readonly script?: string;
  readonly options: SegmentOptions;
}

export interface ContainerCall extends RunProcess {
  readonly image: string;
  readonly createWorkingDir: boolean;
  /** In a sandbox, if one is there or about to be: for root, in a directory that is there. */
  readonly wantsSandbox: boolean;
  /** Text of the executable that `argv` names. */
  readonly script?: string;
  readonly proxies: Readonly<Record<string, string>>;
  /** Called with the upper directory before anything is mounted or started: puts files there. */
  readonly place?: (folder: string) => void;
  /** Called while the engine makes the command ready: time for what would be waited for when it has ended. */
  readonly meanwhile?: () => void;
}

/** A command that has run. */
export interface RanContainer {
  /** What it has changed: the upper directory of an overlay file system. */
  readonly files: FileTree;
  /** Removes the container, by and by. */
  readonly remove: () => void;
}

export interface StepTelling {
  readonly signal: AbortSignal;
  readonly output: (line: string) => void;
  readonly warn: (diagnostic: Diagnostic) => void;
}

export interface StepCache {
  /** @returns the id of the image that somebody else has made by this key, here now; undefined: none, or no answer */
  readonly take: (key: string, cache: RegistryCache, telling: StepTelling) => Promise<string | undefined>;
  /** @returns false when it could not be given, which has been told */
  readonly give: (key: string, image: string, cache: RegistryCache, telling: StepTelling) => Promise<boolean>;
}

export interface BuildTools {
  readonly platform: { readonly os: string; readonly architecture: string };
  /** An image's configuration; undefined: it cannot be read here. */
  readonly document: (id: string) => ImageDocument | undefined;
  /** Bytes of an image's layers as tar, lowest first; undefined: not known. */
  readonly layerSizes: (id: string) => readonly number[] | undefined;
  /** An image's files. Looking may throw a `TreeUnknown`. */
  readonly files: (id: string) => FileTree;
  /** Extended attributes of files of this machine, by path; those that have any. */
  readonly xattrs: ReadXattrs;
  readonly exists: (id: string) => Promise<boolean>;
  /** Loads an OCI layout. */
  readonly load: (tar: AsyncIterable<Uint8Array>) => Promise<void>;
  /** Results of steps in registries; absent: there are none. */
  readonly cache?: StepCache;
  readonly tag: (id: string, name: string) => Promise<void>;
  /** Through Buildah. @returns the image's id */
  readonly segment: (call: SegmentCall, telling: StepTelling) => Promise<string>;
  /** As a container of the engine; absent: what it changes cannot be read here. */
  readonly container?: (call: ContainerCall, telling: StepTelling) => Promise<RanContainer>;
  /** The engine's own builder leaves the mount points of a RUN in its layer. */
  readonly leavesMountPoints: boolean;
  /** See `SelectRequest`. */
  readonly doubleStar: boolean;
  /** Of an ordinary user: whose files on this machine are whose in images. */
  readonly idMappings?: IdMappings;
  /** Those of the directories that carry an overlay file system's opaque mark. May throw a `TreeUnknown`. */
  readonly opaque: (folders: readonly string[]) => Promise<ReadonlySet<string>>;
  /** A private directory. */
  readonly folder: () => string;
  readonly now: () => Date;
}
