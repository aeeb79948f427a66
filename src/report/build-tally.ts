/** Counts the steps of builds: what was run, what of it several images share, what was there from before, and the time that this saved. */
import type { ActionEvent } from '../execute/types.ts';
import type { Action } from '../plan/types.ts';
import { formatSeconds } from './resource.ts';

export interface TalliedSteps {
  /** Instructions that were carried out, or configuration that was made of some. */
  readonly run: number;
  /** How many of those are steps of more than one image. */
  readonly shared: number;
  readonly cached: number;
  /** Against making one image after the other, each with all that had to be done for it. */
  readonly savedMs: number;
}

type Step = Extract<Action, { readonly kind: 'build.run' | 'build.layers' }>;

export class BuildTally {
  #run = 0;
  #shared = 0;
  #cached = 0;
  /** One image after the other. */
  #aloneMs = 0;
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = 0;
  readonly #started = new Map<string, number>();
  readonly #unchanged = new Set<string>();

  apply(event: ActionEvent): void {
    if (event.kind === 'planned') this.#cached += event.plan.steps?.cached ?? 0;
    if (!('action' in event) || !isStep(event.action)) return;
    const { action } = event;
    if (event.kind === 'started') this.#started.set(action.id, event.at);
    if (event.kind === 'progress' && event.text === 'unchanged') this.#unchanged.add(action.id);
    if (event.kind === 'succeeded') this.#end(action, event.at);
  }

  #end(action: Step, at: number): void {
    const after = action.kind === 'build.run' ? (action.after?.definitions.length ?? 0) : 0;
    const count = action.definitions.length + after;
    if (this.#unchanged.has(action.id)) {
      this.#cached += count;
      return;
    }
    const start = this.#started.get(action.id) ?? at;
    this.#run += count;
    if (action.services.length > 1) this.#shared += count;
    this.#aloneMs += (at - start) * action.services.length;
    this.#firstMs = Math.min(this.#firstMs, start);
    this.#lastMs = Math.max(this.#lastMs, at);
  }

  /** Undefined: nothing was built. */
  get steps(): TalliedSteps | undefined {
    if (this.#run + this.#cached === 0) return undefined;
    const savedMs = this.#run === 0 ? 0 : Math.max(0, this.#aloneMs - (this.#lastMs - this.#firstMs));
    return { run: this.#run, shared: this.#shared, cached: this.#cached, savedMs };
  }
}

function isStep(action: Action): action is Step {
  return action.kind === 'build.run' || action.kind === 'build.layers';
}

/** "5 steps run (2 shared), 4 cached, 2.3s saved" */
export function tallyText({ run, shared, cached, savedMs }: TalliedSteps): string {
  const parts = [`${run} ${run === 1 ? 'step' : 'steps'} run${shared > 0 ? ` (${shared} shared)` : ''}`];
  if (cached > 0) parts.push(`${cached} cached`);
  if (savedMs >= 50) parts.push(`${formatSeconds(savedMs)} saved`);
  return parts.join(', ');
}
