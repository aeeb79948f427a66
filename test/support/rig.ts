/** A plan under way on the fake engine, whose calls end when the test says so: order and parallelism are proved without sleeping. */
import { execute } from '../../src/execute/execute.ts';
import type { ActionEvent, ExecuteRequest, Outcome } from '../../src/execute/types.ts';
import type { Action, ActionId, Plan } from '../../src/plan/types.ts';
import { type FakeBehaviour, FakeEngine } from '../../src/podman/fake/fake-engine.ts';
import { FakeWorld } from '../../src/podman/fake/fake-world.ts';

/** `networks('a', 'b<a', 'c<a,b')`: actions that each make one network, after those behind the sign. */
export function networks(...texts: readonly string[]): Action[] {
  return texts.map((text) => {
    const [name = '', needs] = text.split('<');
    return {
      kind: 'network.create',
      id: idOf(name),
      needs: (needs?.split(',') ?? []).map(idOf),
      reason: 'test',
      spec: { name, labels: {} },
    };
  });
}

export function idOf(name: string): ActionId {
  return `network.create/${name}`;
}

export function planOf(actions: readonly Action[]): Plan {
  return { version: 1, project: 'p', actions, placements: [] };
}

interface Held {
  readonly what: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Rig {
  readonly world = new FakeWorld();
  readonly events: ActionEvent[] = [];
  readonly stop = new AbortController();
  readonly #held: Held[] = [];
  readonly engine: FakeEngine;

  /** @param behaviour - without `onCall` every call is held until `end` or `fail` names it */
  constructor(behaviour: FakeBehaviour = {}) {
    const hold = (_call: string, name: string): Promise<void> =>
      new Promise((resolve, reject) => this.#held.push({ what: name, resolve, reject }));
    this.engine = new FakeEngine({ onCall: hold, ...behaviour }, this.world);
  }

  run(actions: readonly Action[], more: Partial<ExecuteRequest> = {}): Promise<Outcome> {
    return execute(planOf(actions), {
      engine: this.engine,
      emit: (event) => this.events.push(event),
      signal: this.stop.signal,
      failureMode: 'continue',
      limits: { calls: 4, builds: 2, pulls: 2 },
      readFileObject: () => Promise.resolve(new TextEncoder().encode('x')),
      build: () => Promise.resolve(),
      makeDirectory: () => Promise.resolve(),
      now: () => performance.now(),
      ...more,
    });
  }

  /** Names of what is with the engine now, in the order of the calls. */
  async underWay(): Promise<string[]> {
    await settled();
    return this.#held.map(({ what }) => what);
  }

  async end(...names: readonly string[]): Promise<void> {
    for (const name of names) (await this.#take(name)).resolve();
    await settled();
  }

  async fail(name: string, error: Error = new Error('boom')): Promise<void> {
    (await this.#take(name)).reject(error);
    await settled();
  }

  async #take(name: string): Promise<Held> {
    await settled();
    const index = this.#held.findIndex(({ what }) => what === name);
    const [found] = index === -1 ? [] : this.#held.splice(index, 1);
    if (!found) throw new Error(`${name} is not under way: ${this.#held.map(({ what }) => what).join(', ')}`);
    return found;
  }

  /** "succeeded a", one for each event that ends an action, in order. */
  ends(): string[] {
    const ending = new Set(['succeeded', 'failed', 'skipped', 'cancelled']);
    return this.events.flatMap((event) =>
      'action' in event && ending.has(event.kind)
        ? [`${event.kind} ${event.action.id.replace('network.create/', '')}`]
        : [],
    );
  }

  /** What waits told, each line once. */
  progress(): string[] {
    return [...new Set(this.events.flatMap((event) => (event.kind === 'progress' ? [event.text] : [])))];
  }

  warnings(): string[] {
    return this.events.flatMap((event) => (event.kind === 'warning' ? [event.diagnostic.message] : []));
  }
}

/** Lets everything run that can run without a timer. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
