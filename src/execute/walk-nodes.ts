import { fail } from '../base/errors.ts';
import { order } from '../base/graph.ts';
import type { Action, ActionId, Plan } from '../plan/types.ts';
import { priorities } from './cost.ts';
import type { ActionState } from './types.ts';

/** An action on its way. */
export interface WalkNode {
  /** As planned last; what has begun keeps the one that it began with. */
  action: Action;
  priority: number;
  /** Those that need its success. */
  dependents: WalkNode[];
  readonly abort: AbortController;
  /** Ends that it still waits for. */
  missing: number;
  state: 'pending' | 'ready' | 'running' | ActionState;
  startedAt: number;
  ms: number;
}

export function isEnded({ state }: WalkNode): boolean {
  return state !== 'pending' && state !== 'ready' && state !== 'running';
}

function isMet({ state }: WalkNode): boolean {
  return state === 'succeeded' || state === 'unneeded';
}

/** The actions of a plan, and who waits for whom. */
export class WalkNodes {
  readonly #nodes = new Map<ActionId, WalkNode>();

  /** @throws {ComposeError} `E_INTERNAL` for a plan that is not one: an id twice, an unknown need, a cycle */
  constructor(plan: Plan) {
    this.#take(plan);
    this.#link();
  }

  get list(): readonly WalkNode[] {
    return [...this.#nodes.values()];
  }

  /**
   * Takes another plan from here on: what has not begun and is not in it is dropped, what is new is added.
   *
   * @throws {ComposeError} `E_INTERNAL` for a plan that is not one
   */
  amend(plan: Plan): { readonly dropped: readonly WalkNode[]; readonly added: number } {
    const before = this.#nodes.size;
    const wanted = new Set(plan.actions.map(({ id }) => id));
    const dropped = this.list.filter(({ state, action }) => state === 'pending' && !wanted.has(action.id));
    for (const node of dropped) node.state = 'unneeded';
    this.#take(plan);
    this.#link();
    return { dropped, added: this.#nodes.size - before };
  }

  /** Those that need what has failed. */
  hopeless(): { readonly node: WalkNode; readonly because: WalkNode }[] {
    return this.list.flatMap((node) => {
      if (node.state !== 'pending') return [];
      const because = node.action.needs
        .flatMap((need) => this.#nodes.get(need) ?? [])
        .find((other) => isEnded(other) && !isMet(other));
      return because ? [{ node, because }] : [];
    });
  }

  #take(plan: Plan): void {
    const actions = inOrder(plan);
    const ranks = priorities(actions);
    for (const action of plan.actions) {
      const priority = ranks.get(action.id) ?? 0;
      const known = this.#nodes.get(action.id);
      if (!known) this.#nodes.set(action.id, newNode(action, priority));
      else if (known.state === 'pending') Object.assign(known, { action, priority });
    }
  }

  #link(): void {
    for (const node of this.#nodes.values()) Object.assign(node, { dependents: [], missing: 0 });
    for (const node of this.#nodes.values()) {
      if (node.state !== 'pending') continue;
      for (const need of this.#named(node.action.needs)) if (!isMet(need)) wait(node, need.dependents);
    }
  }

  #named(ids: readonly ActionId[]): WalkNode[] {
    return [...new Set(ids)].flatMap((id) => this.#nodes.get(id) ?? []);
  }
}

function wait(node: WalkNode, list: WalkNode[]): void {
  list.push(node);
  node.missing += 1;
}

function newNode(action: Action, priority: number): WalkNode {
  return {
    action,
    priority,
    dependents: [],
    abort: new AbortController(),
    missing: 0,
    state: 'pending',
    startedAt: 0,
    ms: 0,
  };
}

function inOrder(plan: Plan): Action[] {
  const byId = new Map(plan.actions.map((action) => [action.id, action]));
  if (byId.size !== plan.actions.length) throw fail('E_INTERNAL', 'the plan has two actions of one id');
  for (const action of plan.actions) {
    for (const need of action.needs) {
      if (!byId.has(need))
        throw fail('E_INTERNAL', `action ${action.id} needs ${need}, which is not planned`);
    }
  }
  const sorted = order(new Map(plan.actions.map(({ id, needs }) => [id, needs] as const)));
  if ('cycle' in sorted)
    throw fail('E_INTERNAL', `the plan goes round in a circle: ${sorted.cycle.join(' -> ')}`);
  return sorted.order.flatMap((id) => byId.get(id) ?? []);
}
