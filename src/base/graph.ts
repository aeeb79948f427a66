/** Directed graphs by name: `edges.get(a)` are the nodes that `a` needs. */
export type Graph = ReadonlyMap<string, Iterable<string>>;

/**
 * Orders the nodes so that each comes after all it needs; ties in the map's own order. Iterative: long chains do not overflow the stack.
 *
 * @returns the order, or the first cycle found as ["a", "b", "a"]
 */
export function order(graph: Graph): { order: string[] } | { cycle: string[] } {
  const done = new Set<string>();
  const result: string[] = [];
  for (const root of graph.keys()) {
    const cycle = visit(graph, root, done, result);
    if (cycle) return { cycle };
  }
  return { order: result };
}

function visit(graph: Graph, root: string, done: Set<string>, result: string[]): string[] | undefined {
  if (done.has(root)) return undefined;
  const path: { name: string; rest: Iterator<string> }[] = [];
  const onPath = new Set<string>();
  const enter = (name: string): void => {
    path.push({ name, rest: (graph.get(name) ?? [])[Symbol.iterator]() });
    onPath.add(name);
  };
  enter(root);
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const next = top.rest.next();
    if (next.done) {
      path.pop();
      onPath.delete(top.name);
      done.add(top.name);
      result.push(top.name);
    } else if (onPath.has(next.value)) {
      const names = path.map((step) => step.name);
      return [...names.slice(names.indexOf(next.value)), next.value];
    } else if (!done.has(next.value) && graph.has(next.value)) {
      enter(next.value);
    }
  }
  return undefined;
}

/** Everything that can be reached from the given nodes, them included, following `edges`. */
export function reachable(graph: Graph, from: Iterable<string>): Set<string> {
  const seen = new Set<string>(from);
  const queue = [...seen];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const next of graph.get(name) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return seen;
}

/** The same graph with every edge turned round. */
export function reversed(graph: Graph): Map<string, string[]> {
  const result = new Map<string, string[]>([...graph.keys()].map((name) => [name, []]));
  for (const [name, needs] of graph) {
    for (const need of needs) {
      const list = result.get(need);
      if (list) list.push(name);
      else result.set(need, [name]);
    }
  }
  return result;
}
