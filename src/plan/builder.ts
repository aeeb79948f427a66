/** Collects actions and lists them so that each comes after what it needs. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail } from '../base/errors.ts';
import { order, reachable } from '../base/graph.ts';
import type { Action, ActionId, Placement, Plan } from './types.ts';

/** What planning gives: the plan and what should be said about it. Errors are thrown. */
export interface Planned {
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

export class PlanBuilder {
  readonly diagnostics: Diagnostic[] = [];
  readonly #project: string;
  readonly #actions = new Map<ActionId, Action>();

  constructor(project: string) {
    this.#project = project;
  }

  /** Adds an action once; a second one of the same id is the same thing. Gives the id. */
  add(action: Action): ActionId {
    if (!this.#actions.has(action.id)) this.#actions.set(action.id, action);
    return action.id;
  }

  /** Puts another action in the place of one with the same id. */
  replace(action: Action): void {
    this.#actions.set(action.id, action);
  }

  drop(id: ActionId): void {
    this.#actions.delete(id);
  }

  get(id: ActionId): Action | undefined {
    return this.#actions.get(id);
  }

  has(id: ActionId): boolean {
    return this.#actions.has(id);
  }

  /** Makes an action wait for more. */
  require(id: ActionId, needs: readonly ActionId[]): void {
    const action = this.#actions.get(id);
    if (!action) return;
    const all = [...new Set([...action.needs, ...needs])].filter((need) => need !== id);
    this.#actions.set(id, { ...action, needs: all } as Action);
  }

  /** Whether an action comes after another by what it needs, directly or not. */
  comesAfter(id: ActionId, other: ActionId): boolean {
    return reachable(new Map([...this.#actions].map(([name, { needs }]) => [name, needs])), [id]).has(other);
  }

  get ids(): readonly ActionId[] {
    return [...this.#actions.keys()];
  }

  actions(): readonly Action[] {
    return [...this.#actions.values()];
  }

  /** Needs that are not in the plan are done already and are left out. */
  build(placements: readonly Placement[] = []): Planned {
    const planned = (ids: readonly ActionId[]): ActionId[] =>
      ids.filter((id) => this.#actions.has(id)).sort();
    const graph = new Map<string, string[]>();
    for (const [id, { needs }] of this.#actions) graph.set(id, planned(needs));
    const sorted = order(graph);
    if ('cycle' in sorted)
      throw fail('E_INTERNAL', `the plan goes round in a circle: ${sorted.cycle.join(' -> ')}`);
    const actions = sorted.order.flatMap((id) => {
      const action = this.#actions.get(id);
      return action ? [{ ...action, needs: planned(action.needs) } as Action] : [];
    });
    return {
      plan: { version: 1, project: this.#project, actions, placements },
      diagnostics: this.diagnostics,
    };
  }
}

/** An optional source: spread into an action. */
export function sourced<T>(source: T | undefined): { source?: T } {
  return source === undefined ? {} : { source };
}
