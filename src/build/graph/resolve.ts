/**
 * Decides which steps are to be done. A step whose key is known and whose image is still in the engine is not; neither are the
 * steps below it. What a step makes is known by its key only once the images below it are: those that have to be made anew
 * decide when they are there.
 */

import { exportKey, stepKey, tokenOf } from './step-key.ts';
import { type NodeRef, refText, type StepNode } from './step-node.ts';

export interface ResolveRequest {
  readonly nodes: readonly StepNode[];
  readonly targets: readonly NodeRef[];
  readonly find: (key: string) => string | undefined;
  readonly exists: (image: string) => Promise<boolean>;
}

export interface ResolvedStep {
  readonly node: StepNode;
  /** Undefined: it depends on images that are still to be made. */
  readonly key: string | undefined;
  /** From the index. */
  readonly image: string | undefined;
  readonly token: string | undefined;
}

export interface Resolution {
  readonly steps: ReadonlyMap<StepNode, ResolvedStep>;
  /** What has to be done, parents first. */
  readonly todo: readonly StepNode[];
}

export async function resolveSteps(request: ResolveRequest): Promise<Resolution> {
  const steps = keysOf(request);
  const todo = new Set<StepNode>();
  const seen = new Set<StepNode>();
  let open = nodesIn(request.targets);
  while (open.length > 0) {
    const fresh = open.filter((node) => !seen.has(node));
    for (const node of fresh) seen.add(node);
    const there = await Promise.all(fresh.map((node) => isThere(steps.get(node), request)));
    const undone = fresh.filter((_, index) => !there[index]);
    for (const node of undone) todo.add(node);
    open = [...new Set(undone.flatMap((node) => nodesIn([node.parent, ...node.inputs])))];
  }
  return { steps, todo: request.nodes.filter((node) => todo.has(node)) };
}

function keysOf({ nodes, find }: ResolveRequest): Map<StepNode, ResolvedStep> {
  const steps = new Map<StepNode, ResolvedStep>();
  for (const node of nodes) {
    const parent = tokenIn(steps, node.parent);
    const inputs = node.inputs.map((input) => tokenIn(steps, input));
    const known = inputs.filter((token) => token !== undefined);
    const key =
      parent === undefined || known.length < inputs.length || node.fresh
        ? undefined
        : stepKey(node.definition, parent, known);
    const image = key === undefined ? undefined : find(key);
    const isKnown = key !== undefined && (image !== undefined || node.detail.kind === 'layers');
    const token = isKnown ? tokenOf(node.detail.kind, key, image ?? '') : undefined;
    steps.set(node, { node, key, image, token });
  }
  return steps;
}

/** What stands for an image in keys; undefined: it is still to be made. */
export function tokenIn(steps: ReadonlyMap<StepNode, ResolvedStep>, ref: NodeRef): string | undefined {
  return ref.kind === 'step' ? steps.get(ref.node)?.token : refText(ref);
}

async function isThere(step: ResolvedStep | undefined, { exists, find }: ResolveRequest): Promise<boolean> {
  if (step?.image === undefined || step.key === undefined || step.node.fresh) return false;
  const { key, image, node } = step;
  // What was made before its registry was named is still to be handed over.
  const isHandedOver = [...node.caches.to.keys()].every((name) => find(exportKey(key, name)) === image);
  return isHandedOver && (await exists(image));
}

function nodesIn(refs: readonly NodeRef[]): StepNode[] {
  return refs.flatMap((ref) => (ref.kind === 'step' ? [ref.node] : []));
}
