import type { Diagnostic } from '../base/diagnostic.ts';
import { fail } from '../base/errors.ts';
import { order } from '../base/graph.ts';
import type { Action, ActionId, Plan } from '../plan/types.ts';
import { laneOf, longestPaths } from './cost.ts';
import { type Failure, failureOf } from './failure.ts';
import type { Queues } from './queues.ts';
import type { ActionOutcome, ActionState, EmitEvent, FailureMode } from './types.ts';

/** Carries one action out; throws when it failed. */
export type RunAction = (action: Action, signal: AbortSignal) => Promise<void>;

export interface WalkRequest {
  readonly run: RunAction;
  readonly queues: Queues;
  readonly emit: EmitEvent;
  readonly now: () => number;
  readonly failureMode: FailureMode;
  readonly signal: AbortSignal;
}

export interface WalkResult {
  readonly actions: readonly ActionOutcome[];
  readonly failures: readonly Failure[];
  /** Some action did not end by itself because the signal came. */
  readonly interrupted: boolean;
}

interface Node {
  readonly action: Action;
  readonly priority: number;
  readonly dependents: Node[];
  readonly abort: AbortController;
  /** Needs that have not succeeded yet. */
  missing: number;
  state: 'pending' | 'ready' | 'running' | ActionState;
  startedAt: number;
  ms: number;
}

/**
 * Walks a plan: an action becomes ready the moment the last one it needs has succeeded; only ready ones are queued, so a queue
 * can never wait for itself. A state changes in one direction only, and each action ends in exactly one event:
 *
 *     pending -> ready -> running -> succeeded | failed | cancelled
 *        \-> skipped | cancelled
 */
export class Walk {
  readonly #request: WalkRequest;
  readonly #nodes: ReadonlyMap<ActionId, Node>;
  readonly #failures: Failure[] = [];
  #open: number;
  #interrupted = false;
  /** After a failure in the mode `no-new`. */
  #closed = false;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(plan: Plan, request: WalkRequest) {
    this.#request = request;
    this.#nodes = nodesOf(plan);
    this.#open = this.#nodes.size;
  }

  /** Resolves once every action has ended. */
  async walk(): Promise<WalkResult> {
    const { signal } = this.#request;
    const onAbort = (): void => this.#guard(() => this.#interrupt());
    await new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      signal.addEventListener('abort', onAbort);
      this.#guard(() => {
        for (const node of this.#nodes.values()) if (node.missing === 0) this.#makeReady(node);
        if (signal.aborted) this.#interrupt();
        if (this.#open === 0) resolve();
      });
    }).finally(() => signal.removeEventListener('abort', onAbort));
    const actions = [...this.#nodes.values()].map((node) => ({
      id: node.action.id,
      state: node.state as ActionState,
      ms: node.ms,
    }));
    return { actions, failures: this.#failures, interrupted: this.#interrupted };
  }

  /** An error in here is a listener's or ours: it ends the walk, never silently. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#reject(error);
    }
  }

  #makeReady(node: Node): void {
    node.state = 'ready';
    if (this.#request.signal.aborted) this.#interrupted = true;
    if (this.#request.signal.aborted || this.#closed) {
      this.#cancel(node);
      return;
    }
    const start = (): Promise<void> => this.#run(node);
    const lane = laneOf(node.action.kind);
    if (lane === 'none') start().catch(this.#reject);
    else this.#request.queues[lane].add(start, { priority: node.priority }).catch(this.#reject);
  }

  async #run(node: Node): Promise<void> {
    if (node.state !== 'ready') return;
    const { emit, now } = this.#request;
    node.state = 'running';
    node.startedAt = now();
    emit({ kind: 'started', action: node.action, at: node.startedAt });
    try {
      await this.#request.run(node.action, node.abort.signal);
    } catch (error) {
      // A short engine call is never cut off, so what it throws is its own failure, whatever came meanwhile.
      if (node.abort.signal.aborted && laneOf(node.action.kind) !== 'calls') this.#end(node, 'cancelled');
      else this.#fail(node, failureOf(error, node.action));
      return;
    }
    this.#succeed(node);
  }

  #succeed(node: Node): void {
    this.#end(node, 'succeeded');
    for (const dependent of node.dependents) {
      dependent.missing -= 1;
      if (dependent.missing === 0 && dependent.state === 'pending') this.#makeReady(dependent);
    }
  }

  #fail(node: Node, failure: Failure): void {
    this.#failures.push(failure);
    this.#end(node, 'failed', failure.diagnostics);
    this.#skipDependents(node);
    if (this.#request.failureMode === 'no-new') this.#close();
    else this.#endUselessWaits();
  }

  #skipDependents(failed: Node): void {
    const queue = [...failed.dependents];
    for (let node = queue.shift(); node; node = queue.shift()) {
      if (isEnded(node)) continue;
      node.state = 'skipped';
      const at = this.#request.now();
      this.#request.emit({ kind: 'skipped', action: node.action, at, because: failed.action.id });
      queue.push(...node.dependents);
      this.#ended();
    }
  }

  /** Nothing new starts; what runs ends by itself, but waits have nothing left to wait for. */
  #close(): void {
    this.#closed = true;
    for (const node of this.#nodes.values()) {
      if (node.state === 'pending' || node.state === 'ready') this.#cancel(node);
      else if (node.state === 'running' && node.action.kind === 'container.wait') node.abort.abort();
    }
  }

  /** A wait whose dependents are all skipped would only hold up the end. */
  #endUselessWaits(): void {
    for (const node of this.#nodes.values()) {
      if (node.action.kind !== 'container.wait' || isEnded(node)) continue;
      if (node.dependents.length === 0 || !node.dependents.every(isEnded)) continue;
      if (node.state === 'running') node.abort.abort();
      else this.#cancel(node);
    }
  }

  #interrupt(): void {
    for (const node of this.#nodes.values()) {
      if (isEnded(node)) continue;
      this.#interrupted = true;
      if (node.state === 'running') node.abort.abort(this.#request.signal.reason);
      else this.#cancel(node);
    }
  }

  #cancel(node: Node): void {
    if (isEnded(node)) return;
    node.state = 'cancelled';
    this.#request.emit({ kind: 'cancelled', action: node.action, at: this.#request.now() });
    this.#ended();
  }

  #end(
    node: Node,
    state: 'succeeded' | 'failed' | 'cancelled',
    diagnostics: readonly Diagnostic[] = [],
  ): void {
    const at = this.#request.now();
    const { action } = node;
    node.state = state;
    node.ms = at - node.startedAt;
    if (state === 'failed') this.#request.emit({ kind: state, action, at, ms: node.ms, diagnostics });
    else if (state === 'succeeded') this.#request.emit({ kind: state, action, at, ms: node.ms });
    else this.#request.emit({ kind: state, action, at });
    this.#ended();
  }

  #ended(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#resolve();
  }
}

function isEnded(node: Node): boolean {
  return node.state !== 'pending' && node.state !== 'ready' && node.state !== 'running';
}

/** @throws {ComposeError} `E_INTERNAL` for a plan that is not one: an id twice, an unknown need, a cycle */
function nodesOf(plan: Plan): Map<ActionId, Node> {
  const byId = new Map(plan.actions.map((action) => [action.id, action]));
  if (byId.size !== plan.actions.length) throw fail('E_INTERNAL', 'the plan has two actions of one id');
  for (const action of plan.actions) {
    for (const need of action.needs) {
      if (!byId.has(need))
        throw fail('E_INTERNAL', `action ${action.id} needs ${need}, which is not planned`);
    }
  }
  const sorted = order(new Map(plan.actions.map((action) => [action.id, action.needs])));
  if ('cycle' in sorted)
    throw fail('E_INTERNAL', `the plan goes round in a circle: ${sorted.cycle.join(' -> ')}`);
  const inOrder = sorted.order.flatMap((id) => byId.get(id) ?? []);
  const priorities = longestPaths(inOrder);
  const nodes = new Map(plan.actions.map((action) => [action.id, nodeOf(action, priorities)]));
  for (const node of nodes.values()) {
    for (const need of new Set(node.action.needs)) nodes.get(need)?.dependents.push(node);
  }
  return nodes;
}

function nodeOf(action: Action, priorities: ReadonlyMap<ActionId, number>): Node {
  return {
    action,
    priority: priorities.get(action.id) ?? 0,
    dependents: [],
    abort: new AbortController(),
    missing: new Set(action.needs).size,
    state: 'pending',
    startedAt: 0,
    ms: 0,
  };
}
