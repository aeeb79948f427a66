/** What the executor needs, tells and gives. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { BuildAction } from '../build/types.ts';
import type { Action, ActionId, Plan } from '../plan/types.ts';
import type { Engine } from '../podman/types.ts';

/** `unneeded`: what was planned in case of a change, and the change did not come. */
export type ActionState = 'succeeded' | 'failed' | 'skipped' | 'cancelled' | 'unneeded';

/** Events end every action exactly once (succeeded, failed, skipped, cancelled or unneeded). `at` is monotonic milliseconds. */
export type ActionEvent =
  | { readonly kind: 'planned'; readonly plan: Plan; readonly at: number }
  /** What has not begun goes on by this plan: what is not in it is told as unneeded next. */
  | { readonly kind: 'amended'; readonly plan: Plan; readonly at: number }
  | { readonly kind: 'started'; readonly action: Action; readonly at: number }
  /** What a wait is waiting for, what a pull or build prints: one line, replaces the one before on a terminal. */
  | { readonly kind: 'progress'; readonly action: Action; readonly text: string; readonly at: number }
  /** A line of a build's own output. */
  | { readonly kind: 'output'; readonly action: Action; readonly text: string; readonly at: number }
  | { readonly kind: 'succeeded'; readonly action: Action; readonly at: number; readonly ms: number }
  | {
      readonly kind: 'failed';
      readonly action: Action;
      readonly at: number;
      readonly ms: number;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** `because` is the action that failed. */
  | { readonly kind: 'skipped'; readonly action: Action; readonly at: number; readonly because: ActionId }
  | { readonly kind: 'cancelled'; readonly action: Action; readonly at: number }
  | { readonly kind: 'unneeded'; readonly action: Action; readonly at: number }
  | { readonly kind: 'warning'; readonly diagnostic: Diagnostic; readonly at: number };

export type EmitEvent = (event: ActionEvent) => void;

export interface ActionOutcome {
  readonly id: ActionId;
  readonly state: ActionState;
  readonly ms: number;
}

export interface Outcome {
  readonly actions: readonly ActionOutcome[];
  /** Errors of the failed actions, in the order they came. */
  readonly diagnostics: readonly Diagnostic[];
  /** 0 when everything succeeded; else the exit code of the first failure; 130 or 143 when a signal ended it. */
  readonly exitCode: number;
  readonly ms: number;
}

/** What goes on after a failure: nothing new (`no-new`), all that does not depend on it (`continue`). */
export type FailureMode = 'no-new' | 'continue';

/**
 * What some actions make decides what is to be done after them: an image's id, whether a container is made anew. Once one of
 * them has succeeded, the whole plan is asked for again, as if it had been known from the beginning; what has begun stays.
 */
export interface Amend {
  readonly isDecisive: (action: Action) => boolean;
  /** Called for one action at a time. */
  readonly planAfter: (action: Action) => Promise<Plan>;
}

export interface ExecuteRequest {
  readonly engine: Engine;
  readonly emit: EmitEvent;
  /**
   * Aborted by the first Ctrl-C: nothing new starts, running waits end. The reason gives the exit code: 'SIGTERM' 143,
   * a ComposeError its own (and its diagnostics join the outcome; `--wait-timeout` does that), anything else 130.
   */
  readonly signal: AbortSignal;
  readonly failureMode: FailureMode;
  /** Absent: the plan stays as it is. */
  readonly amend?: Amend;
  /** Concurrent engine calls, builds and pulls. */
  readonly limits: { readonly calls: number; readonly builds: number; readonly pulls: number };
  /** Gives the bytes of a secret or config; never logged. */
  readonly readFileObject: (section: 'secrets' | 'configs', key: string) => Promise<Uint8Array>;
  /** Carries out build actions; the build room gives it. */
  readonly build: (action: BuildAction, context: BuildContext) => Promise<void>;
  /** Makes host directories (for the short volume syntax), with the umask of the user. */
  readonly makeDirectory: (path: string) => Promise<void>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export interface BuildContext {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly output: (line: string) => void;
  readonly progress: (text: string) => void;
  readonly warn: (diagnostic: Diagnostic) => void;
}
