/** What the parts of `up`'s planning share while they add actions. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import type { ObservedContainer } from '../podman/types.ts';
import type { PlanBuilder } from './builder.ts';
import type { PlanInput, UpOptions } from './inputs.ts';
import type { Placements } from './placement.ts';
import type { ResourcePlan } from './resources.ts';
import type { ActionId } from './types.ts';

/** What became of one service; dependents ask. */
export interface UpService {
  /** Its containers' names, in order of their numbers. */
  readonly containers: readonly UpContainer[];
  readonly recreated: boolean;
}

export interface UpContainer {
  readonly name: string;
  /** The action after which its process runs; undefined: it runs already, or is done for good. */
  readonly started: ActionId | undefined;
  /** What is there already and stays. */
  readonly kept: ObservedContainer | undefined;
  /** It ended with 0 and need not run again. */
  readonly finished: boolean;
}

export interface UpState {
  readonly input: PlanInput;
  readonly options: UpOptions;
  readonly builder: PlanBuilder;
  readonly placements: Placements;
  readonly resources: ResourcePlan;
  readonly selected: ReadonlySet<string>;
  readonly existing: ReadonlyMap<string, readonly ObservedContainer[]>;
  readonly podName: string | undefined;
  readonly podHasInfra: boolean;
  /** Why the running pod is made anew; undefined: it stays, or there is none. */
  readonly podReason: { readonly text: string; readonly source: Span | undefined } | undefined;
  readonly services: Map<string, UpService>;
  readonly problems: Diagnostic[];
}
