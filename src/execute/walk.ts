import type { Diagnostic } from '../base/diagnostic.ts';
import type { Action, Plan } from '../plan/types.ts';
import { laneOf } from './cost.ts';
import { type Failure, failureOf } from './failure.ts';
import type { Queues } from './queues.ts';
import type { ActionOutcome, ActionState, Amend, EmitEvent, FailureMode } from './types.ts';
import { isEnded, type WalkNode, WalkNodes } from './walk-nodes.ts';

/** Carries one action out; throws when it failed. What has more priority goes first. */
export type RunAction = (action: Action, signal: AbortSignal, priority: number) => Promise<void>;

export interface WalkRequest {
  readonly run: RunAction;
  readonly amend: Amend | undefined;
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

/**
 * Walks a plan: an action becomes ready the moment the last one it needs has succeeded; only ready ones are queued, so a queue
 * can never wait for itself. A state changes in one direction only, and each action ends in exactly one event:
 *
 *     pending -> ready -> running -> succeeded | failed | cancelled
 *        \-> skipped | cancelled | unneeded
 *
 * What an action makes may decide what comes after it (an image's id says whether a container has to be made anew): the plan is
 * then amended before its dependents become ready. What has begun stays as it is.
 */
export class Walk {
  readonly #request: WalkRequest;
  readonly #nodes: WalkNodes;
  readonly #failures: Failure[] = [];
  #open: number;
  /** Amendments are made one after the other: each knows of those before. */
  #amended: Promise<unknown> = Promise.resolve();
  #interrupted = false;
  /** After a failure in the mode `no-new`. */
  #closed = false;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(plan: Plan, request: WalkRequest) {
    this.#request = request;
    this.#nodes = new WalkNodes(plan);
    this.#open = this.#nodes.list.length;
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
        this.#makeFreeReady();
        if (signal.aborted) this.#interrupt();
        if (this.#open === 0) resolve();
      });
    }).finally(() => signal.removeEventListener('abort', onAbort));
    const actions = this.#nodes.list.map((node) => ({
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

  #makeFreeReady(): void {
    for (const node of this.#nodes.list)
      if (node.missing === 0 && node.state === 'pending') this.#makeReady(node);
  }

  #makeReady(node: WalkNode): void {
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

  async #run(node: WalkNode): Promise<void> {
    if (node.state !== 'ready') return;
    const { emit, now } = this.#request;
    node.state = 'running';
    node.startedAt = now();
    emit({ kind: 'started', action: node.action, at: node.startedAt });
    try {
      await this.#request.run(node.action, node.abort.signal, node.priority);
      if (this.#request.amend?.isDecisive(node.action)) await this.#amendAfter(node, this.#request.amend);
    } catch (error) {
      // A short engine call is never cut off, so what it throws is its own failure, whatever came meanwhile.
      if (node.abort.signal.aborted && laneOf(node.action.kind) !== 'calls') this.#end(node, 'cancelled');
      else this.#fail(node, failureOf(error, node.action));
      return;
    }
    this.#succeed(node);
  }

  async #amendAfter(node: WalkNode, amend: Amend): Promise<void> {
    const amended = this.#amended.then(async () => {
      const plan = await amend.planAfter(node.action);
      if (!this.#closed && !this.#request.signal.aborted) this.#amend(plan);
    });
    this.#amended = amended.catch(() => undefined);
    await amended;
  }

  #amend(plan: Plan): void {
    const { dropped, added } = this.#nodes.amend(plan);
    this.#open += added;
    this.#request.emit({ kind: 'amended', plan, at: this.#request.now() });
    for (const node of dropped) {
      node.state = 'unneeded';
      this.#request.emit({ kind: 'unneeded', action: node.action, at: this.#request.now() });
      this.#ended();
    }
    for (const { node, because } of this.#nodes.hopeless()) {
      this.#skip(node, because);
      this.#skipDependents(node);
    }
    this.#makeFreeReady();
  }

  #succeed(node: WalkNode): void {
    this.#end(node, 'succeeded');
    for (const dependent of node.dependents) {
      dependent.missing -= 1;
      if (dependent.missing === 0 && dependent.state === 'pending') this.#makeReady(dependent);
    }
  }

  #fail(node: WalkNode, failure: Failure): void {
    this.#failures.push(failure);
    this.#end(node, 'failed', failure.diagnostics);
    this.#skipDependents(node);
    if (this.#request.failureMode === 'no-new') this.#close();
    else this.#endUselessWaits();
  }

  #skipDependents(failed: WalkNode): void {
    const queue = [...failed.dependents];
    for (let node = queue.shift(); node; node = queue.shift()) {
      if (isEnded(node)) continue;
      this.#skip(node, failed);
      queue.push(...node.dependents);
    }
  }

  #skip(node: WalkNode, because: WalkNode): void {
    if (isEnded(node)) return;
    node.state = 'skipped';
    const at = this.#request.now();
    this.#request.emit({ kind: 'skipped', action: node.action, at, because: because.action.id });
    this.#ended();
  }

  /** Nothing new starts; what runs ends by itself, but waits have nothing left to wait for. */
  #close(): void {
    this.#closed = true;
    for (const node of this.#nodes.list) {
      if (node.state === 'pending' || node.state === 'ready') this.#cancel(node);
      else if (node.state === 'running' && node.action.kind === 'container.wait') node.abort.abort();
    }
  }

  /** A wait whose dependents are all skipped would only hold up the end. */
  #endUselessWaits(): void {
    for (const node of this.#nodes.list) {
      if (node.action.kind !== 'container.wait' || isEnded(node)) continue;
      if (node.dependents.length === 0 || !node.dependents.every(isEnded)) continue;
      if (node.state === 'running') node.abort.abort();
      else this.#cancel(node);
    }
  }

  #interrupt(): void {
    for (const node of this.#nodes.list) {
      if (isEnded(node)) continue;
      this.#interrupted = true;
      if (node.state === 'running') node.abort.abort(this.#request.signal.reason);
      else this.#cancel(node);
    }
  }

  #cancel(node: WalkNode): void {
    if (isEnded(node)) return;
    node.state = 'cancelled';
    this.#request.emit({ kind: 'cancelled', action: node.action, at: this.#request.now() });
    this.#ended();
  }

  #end(
    node: WalkNode,
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
