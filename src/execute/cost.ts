import type { Action, ActionId, ActionKind } from '../plan/types.ts';

/** What an action uses that is scarce. `none`: it only waits, so it is never queued. */
export type Lane = 'calls' | 'builds' | 'pulls' | 'none';

/**
 * Milliseconds that an action of a kind usually takes; only the order of magnitude matters, as it decides which of two ready actions
 * goes first. Kinds that are not listed are build actions.
 */
const usualCost: Readonly<Partial<Record<ActionKind, number>>> = {
  'port.check': 2,
  'image.pull': 10_000,
  'image.push': 10_000,
  'image.remove': 50,
  'build.layers': 150,
  'build.name': 15,
  'network.create': 30,
  'network.remove': 30,
  'volume.create': 15,
  'volume.remove': 15,
  'secret.create': 15,
  'secret.remove': 15,
  'pod.create': 60,
  'pod.start': 200,
  'pod.remove': 150,
  'container.create': 60,
  'container.init': 120,
  'container.start': 20,
  'container.wait': 2_000,
  'container.stop': 400,
  'container.kill': 20,
  'container.pause': 20,
  'container.unpause': 20,
  'container.rename': 15,
  'container.remove': 100,
  'container.hook': 200,
};

const buildCost = 20_000;

/**
 * Which queue an action waits in. Actions that mostly wait hold no place in a queue while they do: they ask for one call at a time
 * (`ActionContext.call`), so that fifty containers with a grace of ten seconds stop in ten seconds.
 */
export function laneOf(kind: ActionKind): Lane {
  switch (kind) {
    case 'port.check':
    case 'container.wait':
    case 'container.stop':
    case 'container.hook':
      return 'none';
    case 'image.pull':
    case 'image.push':
      return 'pulls';
    default:
      return kind in usualCost ? 'calls' : 'builds';
  }
}

/**
 * What goes first: for each action the time from its start to the end of the plan, along the longest path. A container that has been
 * created keeps the rank that it had before, so that it is started before the next one of its kind is created: the engine carries out
 * different calls side by side, and calls of one kind one after the other.
 *
 * @param actions - in a valid order: each after all that it needs
 * @returns the larger, the sooner
 */
export function priorities(actions: readonly Action[]): Map<ActionId, number> {
  const result = longestPaths(actions);
  const created = new Map<string, number>();
  for (const action of actions) {
    if (action.kind === 'container.create') created.set(action.spec.name, result.get(action.id) ?? 0);
    const step = further[action.kind];
    const before = 'name' in action ? created.get(action.name) : undefined;
    if (step !== undefined && before !== undefined) result.set(action.id, before + step);
  }
  return result;
}

/** Which of two containers of one rank is further on. */
const further: Readonly<Partial<Record<ActionKind, number>>> = {
  'container.init': 0.25,
  'container.start': 0.5,
};

function longestPaths(actions: readonly Action[]): Map<ActionId, number> {
  const after = new Map<ActionId, number>();
  const result = new Map<ActionId, number>();
  for (const action of [...actions].reverse()) {
    const own = (usualCost[action.kind] ?? buildCost) + (after.get(action.id) ?? 0);
    result.set(action.id, own);
    for (const need of action.needs) after.set(need, Math.max(after.get(need) ?? 0, own));
  }
  return result;
}
