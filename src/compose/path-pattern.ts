/** Tables keyed by path pattern ("services.*.ports"), as a tree that a walk follows step by step. */
export interface PatternNode<T> {
  value?: T;
  readonly children: Map<string, PatternNode<T>>;
}

/** Compiles a table; `*` matches any one key or index. */
export function patternTree<T>(table: Readonly<Record<string, T>>): PatternNode<T> {
  const root: PatternNode<T> = { children: new Map() };
  for (const [pattern, value] of Object.entries(table)) {
    let node = root;
    for (const step of pattern.split('.')) {
      let next = node.children.get(step);
      if (!next) {
        next = { children: new Map() };
        node.children.set(step, next);
      }
      node = next;
    }
    node.value = value;
  }
  return root;
}

/** The table's node for a child. A named step is preferred to `*`; both can apply, as in services.build and services.*. */
export function step<T>(node: PatternNode<T> | undefined, key: string): PatternNode<T> | undefined {
  return node?.children.get(key) ?? node?.children.get('*');
}
