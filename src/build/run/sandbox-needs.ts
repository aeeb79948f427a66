import type { BuildAction } from '../types.ts';

export interface SandboxNeeds {
  /** How many commands will ask for one. */
  readonly uses: number;
  /** How many of them side by side. */
  readonly width: number;
  /** To make them of; undefined: none is there. */
  readonly image: string | undefined;
}

export function sandboxNeeds(actions: readonly BuildAction[]): SandboxNeeds {
  const depths = depthsOf(actions);
  const atDepth = new Map<number, number>();
  for (const action of actions) {
    if (!canUseSandbox(action)) continue;
    const depth = depths.get(action.id) ?? 0;
    atDepth.set(depth, (atDepth.get(depth) ?? 0) + 1);
  }
  const parents = actions.flatMap((action) => ('parent' in action ? [action.parent] : []));
  return {
    uses: actions.filter(canUseSandbox).length,
    width: Math.max(0, ...atDepth.values()),
    image: parents.flatMap((parent) => ('image' in parent ? [parent.image] : []))[0],
  };
}

/** Whose image is there begins at once, and would only wait for one. */
export function canUseSandbox(action: BuildAction): boolean {
  return action.kind === 'build.run' && action.process?.network === 'default' && 'action' in action.parent;
}

/** How many actions come before each, one after the other; they are in their order. */
function depthsOf(actions: readonly BuildAction[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (const { id, needs } of actions)
    depths.set(id, Math.max(0, ...needs.map((need) => (depths.get(need) ?? 0) + 1)));
  return depths;
}
