import type { LoadContext } from './context.ts';
import type { MapNode } from './node.ts';

/** Phase `validate`: the tree against the schema. */
export function validate(_root: MapNode, _context: LoadContext): void {}
