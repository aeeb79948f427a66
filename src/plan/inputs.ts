/** What the planner is asked. Everything it may look at is in here: no clock, no disk, no environment. */
import type { Loaded } from '../compose/types.ts';
import type { Observed, ObservedImage } from '../podman/types.ts';
import type { Action, ActionId } from './types.ts';

/** Images that this very run builds or pulls. */
export interface Arriving {
  /** What gets them: part of the plan. */
  readonly actions: readonly Action[];
  /** By the reference that services name. */
  readonly images: Readonly<Record<string, ArrivingImage>>;
}

export interface ArrivingImage {
  /** The actions after which the image has its name. */
  readonly needs: readonly ActionId[];
  /** As far as it is known before: all but the id of what is built in steps. Undefined: nothing is known. */
  readonly expected: ObservedImage | undefined;
}

export interface PlanInput {
  readonly loaded: Pick<
    Loaded,
    | 'project'
    | 'provenance'
    | 'digests'
    | 'workingDir'
    | 'files'
    | 'envFiles'
    | 'environment'
    | 'disabledServices'
    | 'includedValues'
  >;
  readonly observed: Observed;
  /** Services named on the command line; empty: all. */
  readonly services: readonly string[];
  /** Absent: every image that is to be had is there. */
  readonly arriving?: Arriving;
}

export interface ImagesOptions {
  /** up --build, build: build even when the image is there. */
  readonly build: 'missing' | 'always' | 'never';
  /** Overrides each service's pull_policy. */
  readonly pull?: 'always' | 'missing' | 'never';
  readonly noDeps: boolean;
  /** build: services without a build section are left alone, whether their images are there or not. */
  readonly onlyBuilds?: boolean;
  /** build: flags that override the build section. */
  readonly noCache?: boolean;
  readonly pullBase?: boolean;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

export interface UpOptions {
  readonly start: boolean;
  readonly recreate: 'changed' | 'force' | 'never';
  readonly alwaysRecreateDeps: boolean;
  readonly noDeps: boolean;
  readonly removeOrphans: boolean;
  readonly renewAnonymousVolumes: boolean;
  readonly takeOver: boolean;
  readonly ignoreVolumeConfig: boolean;
  /** Replicas by service; overrides deploy.replicas and scale. */
  readonly scale: Readonly<Record<string, number>>;
  /** Seconds; overrides stop_grace_period. */
  readonly timeout?: number;
  /** Adds waits for every started service: healthy where it has a check, else running; a finished one-shot counts. */
  readonly wait: boolean;
  /** Compose's default of 500 ms-grained waits does not apply; this bounds --wait in milliseconds. */
  readonly waitTimeoutMs?: number;
}

export interface DownOptions {
  readonly removeOrphans: boolean;
  readonly volumes: boolean;
  readonly images: 'none' | 'local' | 'all';
  readonly timeout?: number;
}
