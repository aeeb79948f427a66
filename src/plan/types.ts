/**
 * A plan: what will be done, in which order, and why. Data only; `up --dry-run --format json` prints it and the executor takes it.
 * Ids are unique and stable ("container.create/shop-web-1"), `needs` is acyclic, and the list is in a valid order.
 */
import type { Span } from '../base/span.ts';
import type { BuildAction } from '../build/types.ts';
import type { Hook } from '../compose/types.ts';
import type {
  ContainerSpec,
  NetworkSpec,
  PodSpec,
  PortMapping,
  SecretSpec,
  VolumeSpec,
} from '../podman/spec.ts';

declare const actionId: unique symbol;
export type ActionId = string & { readonly [actionId]?: never };

export interface Plan {
  readonly version: 1;
  readonly project: string;
  readonly actions: readonly Action[];
  /** Where each service of the project runs, and why. Also for services that need no action. */
  readonly placements: readonly Placement[];
  /** Of builds; `cached`: how many need not be done, since what they make is there. */
  readonly steps?: { readonly cached: number };
}

/** Where a service's containers live. */
export interface Placement {
  readonly service: string;
  /** pod: shares the pod's network namespace; own: in the pod with its own; outside: not in the pod. */
  readonly kind: 'pod' | 'own' | 'outside';
  readonly reason: string;
  readonly source?: Span;
}

export interface ActionBase {
  readonly id: ActionId;
  /** Ids of actions that must have succeeded before this one starts. */
  readonly needs: readonly ActionId[];
  /** Why it is here: "not found", "image changed", "environment.PORT changed". */
  readonly reason: string;
  /** The line that asked for it. */
  readonly source?: Span;
  /** The service it is for; absent for things of the whole project. */
  readonly service?: string;
}

/** Binds each port on the host and lets go again, before anything is changed. */
export interface PortCheck extends ActionBase {
  readonly kind: 'port.check';
  readonly ports: readonly (PortMapping & { readonly service: string; readonly source?: Span })[];
}
export interface ImagePull extends ActionBase {
  readonly kind: 'image.pull';
  readonly reference: string;
  readonly policy: 'always' | 'missing' | 'newer' | 'never';
  readonly platform?: string;
  /** A failed pull is only a warning (--ignore-pull-failures, or the image is there already). */
  readonly optional: boolean;
}
export interface ImagePush extends ActionBase {
  readonly kind: 'image.push';
  readonly reference: string;
  readonly optional: boolean;
}
export interface ImageRemove extends ActionBase {
  readonly kind: 'image.remove';
  readonly reference: string;
}
export interface NetworkCreate extends ActionBase {
  readonly kind: 'network.create';
  readonly spec: NetworkSpec;
}
export interface NetworkRemove extends ActionBase {
  readonly kind: 'network.remove';
  readonly name: string;
}
export interface VolumeCreate extends ActionBase {
  readonly kind: 'volume.create';
  readonly spec: VolumeSpec;
}
export interface VolumeRemove extends ActionBase {
  readonly kind: 'volume.remove';
  readonly name: string;
}
export interface SecretCreate extends ActionBase {
  readonly kind: 'secret.create';
  readonly spec: SecretSpec;
  /** Which top-level object gives the bytes; the executor reads them through the reader it was given. */
  readonly from: { readonly section: 'secrets' | 'configs'; readonly key: string };
}
export interface SecretRemove extends ActionBase {
  readonly kind: 'secret.remove';
  readonly name: string;
}
export interface PodCreate extends ActionBase {
  readonly kind: 'pod.create';
  readonly spec: PodSpec;
}
export interface PodStart extends ActionBase {
  readonly kind: 'pod.start';
  readonly name: string;
}
export interface PodRemove extends ActionBase {
  readonly kind: 'pod.remove';
  readonly name: string;
}
export interface ContainerCreate extends ActionBase {
  readonly kind: 'container.create';
  readonly service: string;
  readonly spec: ContainerSpec;
  /** Host directories that the short volume syntax asks to be made. */
  readonly makeDirectories: readonly string[];
}
export interface ContainerInit extends ActionBase {
  readonly kind: 'container.init';
  readonly name: string;
}
export interface ContainerStart extends ActionBase {
  readonly kind: 'container.start';
  readonly name: string;
}
/** A condition of depends_on, or of --wait. */
export interface ContainerWait extends ActionBase {
  readonly kind: 'container.wait';
  readonly name: string;
  readonly condition: 'running' | 'healthy' | 'completed' | 'running-or-healthy';
  /** False: when the condition cannot be met, dependents go on with a warning (depends_on.required: false). */
  readonly required: boolean;
  /** Own deadline in milliseconds: start_period + retries x (interval + timeout) + margin; absent: none. */
  readonly timeoutMs?: number;
}
export interface ContainerStop extends ActionBase {
  readonly kind: 'container.stop';
  readonly name: string;
  /** Signal name or number; absent: the container's own. */
  readonly signal?: string;
  /** Seconds before KILL. */
  readonly timeout: number;
  /** pre_stop hooks, run first. */
  readonly hooks: readonly Hook[];
}
export interface ContainerKill extends ActionBase {
  readonly kind: 'container.kill';
  readonly name: string;
  readonly signal: string;
}
export interface ContainerPause extends ActionBase {
  readonly kind: 'container.pause' | 'container.unpause';
  readonly name: string;
}
export interface ContainerRename extends ActionBase {
  readonly kind: 'container.rename';
  readonly name: string;
  readonly newName: string;
}
export interface ContainerRemove extends ActionBase {
  readonly kind: 'container.remove';
  readonly name: string;
  /** Also its anonymous volumes. */
  readonly volumes: boolean;
  readonly force: boolean;
}
/** post_start: runs in the container once it has started. */
export interface ContainerHook extends ActionBase {
  readonly kind: 'container.hook';
  readonly name: string;
  readonly hook: Hook;
}

export type Action =
  | PortCheck
  | ImagePull
  | ImagePush
  | ImageRemove
  | BuildAction
  | NetworkCreate
  | NetworkRemove
  | VolumeCreate
  | VolumeRemove
  | SecretCreate
  | SecretRemove
  | PodCreate
  | PodStart
  | PodRemove
  | ContainerCreate
  | ContainerInit
  | ContainerStart
  | ContainerWait
  | ContainerStop
  | ContainerKill
  | ContainerPause
  | ContainerRename
  | ContainerRemove
  | ContainerHook;

export type ActionKind = Action['kind'];
