/** Phase `bind`: the tree as plain data with sorted keys, and a way back from a value to its line. */
import type { Span } from '../base/span.ts';
import { define, isMap, type MapNode, type Node, type Place, spanOf } from './node.ts';
import type { Project, Provenance } from './types.ts';

/** Plain JSON with keys sorted; `command` and `entrypoint` of every service are there, null when not written. */
export function bindProject(root: MapNode): Project {
  const plain = sorted(root) as Record<string, unknown>;
  const services = (plain['services'] ?? {}) as Record<string, Record<string, unknown>>;
  for (const name of Object.keys(services)) {
    define(services, name, sortKeys({ command: null, entrypoint: null, ...services[name] }));
  }
  return { services: {}, ...plain } as unknown as Project;
}

function sorted(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return node.items.map(sorted);
  const result: Record<string, unknown> = {};
  for (const key of [...node.entries.keys()].sort(compare)) {
    const value = node.entries.get(key);
    if (value) define(result, key, sorted(value));
  }
  return result;
}

function sortKeys(value: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort(compare)) define(result, key, value[key]);
  return result;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Follows a path through the tree as far as it goes; the key is where an attribute is edited. */
export function provenanceOf(root: MapNode): Provenance {
  return {
    find(path): Span | undefined {
      let node: Node | undefined = root;
      let place: Place = root;
      for (const step of path) {
        if (isMap(node)) {
          const key = String(step);
          const value: Node | undefined = node.entries.get(key);
          if (!value) break;
          place = node.keys.get(key) ?? value;
          node = value;
        } else if (node?.kind === 'seq') {
          node = node.items[Number(step)];
          if (!node) break;
          place = node;
        } else break;
      }
      return spanOf(place);
    },
  };
}
