/**
 * The engine as the other rooms see it: what it can do, what it holds, and the calls that change it.
 * Two things implement `Engine`: the libpod client and the fake in `podman/fake`; one contract suite tests both.
 */
import type { Capabilities } from './capability-types.ts';
import type { ContainerSpec, NetworkSpec, PodSpec, SecretSpec, VolumeSpec } from './spec.ts';

/** What one Podman can do; read once, then data. Version tests live in `capabilities.ts` only. */
export type { Capabilities, Feature, StorePlace } from './capability-types.ts';

/** Podman's own words. */
export type ContainerState =
  | 'created'
  | 'initialized'
  | 'running'
  | 'paused'
  | 'stopping'
  | 'stopped'
  | 'exited'
  | 'removing'
  | 'unknown';

export interface ObservedPort {
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: string;
}

export interface ObservedContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: ContainerState;
  /** Of the last run; 0 while it has none. */
  readonly exitCode: number;
  readonly image: string;
  readonly imageId: string;
  /** Id of the pod it is a member of. */
  readonly podId: string | undefined;
  readonly isInfra: boolean;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Seconds since the epoch; 0 when never started. */
  readonly startedAt: number;
  readonly exitedAt: number;
  /** Of its first process, as this machine counts; 0: it has none. */
  readonly pid: number;
  readonly command: readonly string[];
  readonly mounts: readonly string[];
  readonly networks: readonly string[];
  /** As the engine reports them: every member of a pod shows all of the pod's. */
  readonly ports: readonly ObservedPort[];
  /** starting, healthy or unhealthy; only of the project's containers, when details were asked for. */
  readonly health?: string;
  /** Anonymous volumes' names by mount target; only of the project's containers, when details were asked for. */
  readonly anonymousVolumes?: Readonly<Record<string, string>>;
  /** How many volumes it mounts; known when details were asked for. */
  readonly volumes?: number;
}

export interface ObservedPod {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly infraId: string | undefined;
  readonly infraState: ContainerState | undefined;
}

export interface ObservedNetwork {
  readonly name: string;
  readonly id: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ObservedVolume {
  readonly name: string;
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ObservedSecret {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** libpod's form: durations are integer nanoseconds. */
export interface HealthConfig {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/** What the planner needs to know of a local image. */
export interface ObservedImage {
  readonly id: string;
  readonly digest: string | undefined;
  /** "80/tcp", sorted. */
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly healthcheck: HealthConfig | undefined;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly os: string;
  readonly architecture: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** One snapshot, taken before planning. Lists are sorted by name. */
export interface Observed {
  readonly capabilities: Capabilities;
  /** Every container of the engine, infra containers included; details only of the project's. */
  readonly containers: readonly ObservedContainer[];
  readonly pods: readonly ObservedPod[];
  readonly networks: readonly ObservedNetwork[];
  readonly volumes: readonly ObservedVolume[];
  readonly secrets: readonly ObservedSecret[];
  /** By the reference that was asked for; null: not in local storage. */
  readonly images: Readonly<Record<string, ObservedImage | null>>;
}

/** What the engine holds, but for images: can be asked for before it is known what of it counts. */
export type ObservedLists = Pick<Observed, 'containers' | 'pods' | 'networks' | 'volumes' | 'secrets'>;

export interface ObserveRequest {
  readonly project: string;
  /** Image references to look up; each distinct one costs one request. */
  readonly images: readonly string[];
  /** Asked for already. */
  readonly lists?: ObservedLists;
  /** Inspect the project's containers for anonymous volumes and health: one request each, only when it is needed. */
  readonly details: boolean;
}

export interface HealthState {
  readonly status: 'starting' | 'healthy' | 'unhealthy' | 'none';
  readonly failingStreak: number;
  /** Newest last. */
  readonly log: readonly HealthRun[];
}

export interface HealthRun {
  readonly start: string;
  readonly end: string;
  readonly exitCode: number;
  readonly output: string;
}

export interface ContainerInspect {
  readonly id: string;
  readonly name: string;
  readonly state: ContainerState;
  readonly exitCode: number;
  readonly error: string;
  readonly oomKilled: boolean;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly restartCount: number;
  readonly health: HealthState;
  readonly healthcheck: HealthConfig | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly tty: boolean;
  readonly ports: readonly ObservedPort[];
  /** Address by network name. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly mounts: readonly ContainerMount[];
  /** The signal that ends it, from the container or its image: "SIGTERM"; absent: unknown, take SIGTERM. */
  readonly stopSignal?: string;
  /** Restart policy (no, always, on-failure, unless-stopped); `tries` 0: without end. Absent: no. */
  readonly restart?: { readonly policy: string; readonly tries: number };
  /** On the engine's machine: the directory of an overlay file system that takes what the container changes. */
  readonly upperFolder?: string;
  /** On the engine's machine: what the runtime was told, once the container is initialised. */
  readonly runtimeConfig?: string;
}

export interface ContainerMount {
  readonly type: string;
  readonly name: string;
  readonly source: string;
  readonly target: string;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds; only when timestamps were asked for. */
  readonly time?: string;
  /** Without the newline. */
  readonly text: string;
  /** No newline followed. */
  readonly partial?: boolean;
}

export interface LogOptions {
  readonly follow: boolean;
  /** Lines from the end; absent: all. */
  readonly tail?: number;
  /** RFC 3339 or Unix seconds. */
  readonly since?: string;
  readonly until?: string;
  readonly timestamps: boolean;
}

export interface EngineEvent {
  readonly type: string;
  /** Podman's name: create, init, start, died, remove, health_status, ... */
  readonly action: string;
  readonly id: string;
  readonly name: string;
  readonly timeNano: bigint;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ExecRequest {
  readonly command: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly privileged?: boolean;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly output: string;
}

export interface PushOptions {
  /** Where to, if that is not the image's own name. */
  readonly destination?: string;
  readonly onProgress?: (line: string) => void;
}

export interface PullRequest {
  readonly reference: string;
  readonly policy: 'always' | 'missing' | 'newer' | 'never';
  /** os/arch[/variant] */
  readonly platform?: string;
  readonly onProgress?: (line: string) => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Extended attributes by full name, e.g. `security.capability`. */
export type Xattrs = Readonly<Record<string, Uint8Array>>;

export interface MendOptions {
  /** Told what was found broken and is made right. */
  readonly onMend?: (why: string) => void;
}

export type Filters = Readonly<Record<string, readonly string[]>>;

export interface WaitOptions extends CallOptions {
  /** Also until the engine has cleared away what ran. */
  readonly cleared?: boolean;
}

/**
 * The calls that the executor makes. Each throws a ComposeError (`E_ENGINE` and its kin) with the engine's own words.
 * Calls that find their work done ("already started", "no such container" on remove) succeed: every action may be run again.
 * Create calls are the exception: a taken name is an error, unless the object there carries the labels that were asked for.
 */
export interface Engine {
  readonly capabilities: Capabilities;
  list(options?: CallOptions): Promise<ObservedLists>;
  /** The same, at half the price where pods have an infra container; of such a pod the labels may be more. */
  glance(options?: CallOptions): Promise<ObservedLists>;
  observe(request: ObserveRequest, options?: CallOptions): Promise<Observed>;

  createNetwork(spec: NetworkSpec, options?: CallOptions): Promise<void>;
  removeNetwork(name: string, options?: CallOptions): Promise<void>;
  createVolume(spec: VolumeSpec, options?: CallOptions): Promise<void>;
  removeVolume(name: string, options?: CallOptions): Promise<void>;
  /** Replaces a secret of that name when it carries our project label. */
  createSecret(spec: SecretSpec, bytes: Uint8Array, options?: CallOptions): Promise<void>;
  removeSecret(name: string, options?: CallOptions): Promise<void>;

  createPod(spec: PodSpec, options?: CallOptions): Promise<Created>;
  /** Starts the pod's infra container only, so that its errors (a port in use) come in their own words. No-op without infra. */
  startPodInfra(name: string, options?: CallOptions): Promise<void>;
  /** Removes the pod with everything in it, killing what runs. */
  removePod(name: string, options?: CallOptions): Promise<void>;

  createContainer(spec: ContainerSpec, options?: CallOptions): Promise<Created>;
  /** Prepares mounts and the runtime without starting the process; no-op when it is initialised or running. */
  initContainer(name: string, options?: CallOptions): Promise<void>;
  /** One whose initialised process is gone is initialised anew first. */
  startContainer(name: string, options?: CallOptions & MendOptions): Promise<void>;
  killContainer(name: string, signal: string, options?: CallOptions): Promise<void>;
  /** Its own stop signal, and KILL after so many seconds; resolves once it has ended. No-op when it does not run or is gone. */
  stopContainer(name: string, seconds: number, options?: CallOptions): Promise<void>;
  pauseContainer(name: string, options?: CallOptions): Promise<void>;
  unpauseContainer(name: string, options?: CallOptions): Promise<void>;
  renameContainer(name: string, newName: string, options?: CallOptions): Promise<void>;
  removeContainer(
    name: string,
    how: { volumes: boolean; force: boolean },
    options?: CallOptions,
  ): Promise<void>;
  inspectContainer(name: string, options?: CallOptions): Promise<ContainerInspect | undefined>;
  /** Resolves with the exit code once the container does not run; at once when it has ended. */
  waitContainer(name: string, options?: WaitOptions): Promise<number>;
  /** Runs one health check now; gives the container's health after it (start period and retries honoured by the engine). */
  runHealthcheck(name: string, options?: CallOptions): Promise<HealthState>;
  execInContainer(name: string, request: ExecRequest, options?: CallOptions): Promise<ExecResult>;
  /** Puts a container's files together. @returns the directory, on the engine's machine */
  mountContainer(name: string, options?: CallOptions): Promise<string>;
  unmountContainer(name: string, options?: CallOptions): Promise<void>;
  /** What a container that is made or initialised prints from now on, until it ends. Resolves once it is listened to. */
  attachContainer(name: string, options?: CallOptions): Promise<AsyncIterable<LogLine>>;
  logs(name: string, log: LogOptions, options?: CallOptions): AsyncIterable<LogLine>;
  events(
    filters: Filters,
    options?: CallOptions & { since?: string; until?: string },
  ): AsyncIterable<EngineEvent>;
  listContainers(filters: Filters, options?: CallOptions): Promise<readonly ObservedContainer[]>;

  pullImage(request: PullRequest, options?: CallOptions): Promise<{ id: string }>;
  pushImage(reference: string, options?: CallOptions & PushOptions): Promise<void>;
  inspectImage(reference: string, options?: CallOptions): Promise<ObservedImage | undefined>;
  imageExists(reference: string, options?: CallOptions): Promise<boolean>;
  tagImage(reference: string, newReference: string, options?: CallOptions): Promise<void>;
  /** Takes one name from an image, and leaves the image where it is. */
  untagImage(name: string, options?: CallOptions): Promise<void>;
  /**
   * @param options - `parents`: whether images without a name go along that it was made of and that Podman sees no other use of (it
   *   sees none where another image has more than one layer on top); absent: they do
   */
  removeImage(reference: string, options?: CallOptions & { readonly parents?: boolean }): Promise<void>;
  /** Loads an OCI layout or docker archive given as a tar stream; gives the references or ids that were loaded. */
  loadImage(tar: AsyncIterable<Uint8Array>, options?: CallOptions): Promise<readonly string[]>;

  /** Ends connections; a service that was started on demand ends by itself when idle. */
  close(): Promise<void>;
}

export interface Created {
  readonly id: string;
  /** What the engine discarded, in its own words. */
  readonly warnings: readonly string[];
}

/** How to find the engine. */
export interface ConnectRequest {
  /** `--url`. */
  readonly url?: string;
  /** The OS environment: CONTAINER_HOST, DOCKER_HOST, CONTAINER_CONNECTION, XDG_RUNTIME_DIR, PATH, HOME. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  /** Told about every call, for `--debug`. */
  readonly onCall?: (call: EngineCall) => void;
}

export interface EngineCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
}
