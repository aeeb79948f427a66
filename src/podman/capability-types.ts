/** What an engine is and can do, as data: only `capabilities.ts` knows versions. */
import type { IdMappings } from './spec.ts';

export interface Capabilities {
  /** Podman's version, e.g. "4.3.1". */
  readonly version: string;
  readonly rootless: boolean;
  /** The engine runs on another machine: host ports and bind sources are not ours to test. */
  readonly remote: boolean;
  readonly cgroupVersion: 1 | 2;
  /** OCI runtime name, "crun" or "runc". */
  readonly runtime: string;
  /** Its program, for an engine of this machine. */
  readonly runtimePath?: string;
  /** Log driver that containers get when they name none. */
  readonly logDriver: string;
  readonly cpus: number;
  readonly os: string;
  readonly arch: string;
  /** Socket path or URL the engine answers at. */
  readonly url: string;
  /** Where a local engine keeps images. */
  readonly store?: StorePlace;
  /** What `ulimits` cannot exceed, because the engine may not raise its own; absent: nothing, or not known. */
  readonly hardLimits?: { readonly nofile: number; readonly nproc: number };
  readonly has: Readonly<Record<Feature, boolean>>;
}

/** A directory of containers/storage. */
export interface StorePlace {
  readonly graphRoot: string;
  readonly driver: string;
  /** A helper program mounts the layers: their directories have another form. */
  readonly mountProgram: boolean;
  /** What a container changes is whole and plain in its upper directory: no redirects, no metadata-only copies. */
  readonly plainUpper: boolean;
  /** Of an ordinary user: whose files on this machine are whose in images. Absent: the same numbers. */
  readonly idMappings?: IdMappings;
}

export type Feature =
  /** Health checks are run by systemd timers; otherwise tscompose runs them while it waits. */
  | 'healthTimers'
  /** `wait` knows the conditions healthy and unhealthy (4.6). */
  | 'waitHealthy'
  /** Starts in one pod are serialised by the pod's lock, so that init ahead of time pays (5.0). */
  | 'podStartLock'
  | 'volumeSubpath'
  | 'imageSubpath'
  | 'readWriteTmpfs'
  | 'hostGateway'
  | 'secretsInReadOnly'
  | 'secretReplace'
  /** Secrets keep labels (4.5); older ones keep ours among the driver's options. */
  | 'secretLabels'
  | 'networkDriverOpts'
  /** Networks have routes and name servers of their own; older ones pass over them without a word (4.5). */
  | 'networkRoutes'
  | 'rlimitMinusOne'
  /** Limits that a container does not name keep their defaults beside those that it names (5.0). */
  | 'keepsUlimits'
  | 'startupHealthcheck'
  | 'podAndContainerMayShareName'
  /** False where resource limits are ignored: rootless with cgroups v1. */
  | 'resourceLimits'
  | 'updateRestartPolicy'
  /** A signal by `kill` counts as the user's stop; before 5.5 a restart policy brings the container back. */
  | 'killStops'
  | 'pasta'
  /** Directories given by `--build-context` have an ignore file of their own. */
  | 'namedContextIgnore'
  /** `**` in the sources of COPY stands for any number of directories. */
  | 'copyDoubleStar'
  /** The builder makes the directories of an image's volumes at every COPY and ADD. */
  | 'copyMakesVolumes'
  /** The builder keeps a slash at the end of WORKDIR (before 5.0). */
  | 'workdirSlash'
  /** The builder leaves the mount points of a RUN in its layer (before 5.0). */
  | 'buildMountPoints';
