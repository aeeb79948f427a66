/** Phase `bind`: the tree as plain data with sorted keys, and a way back from a value to its line. */
import type { Span } from '../base/span.ts';
import { define, isMap, type MapNode, type Node, type Place, spanOf } from './node.ts';
import type { Project, Provenance } from './types.ts';

/** Plain JSON with keys sorted; `command` and `entrypoint` of every service are there, null when not written. */
export function bindProject(root: MapNode): Project {
  const plain = sorted(root, (key, value) =>
    key === 'services' && isMap(value) ? services(value) : undefined,
  );
  return { services: {}, ...(plain as Record<string, unknown>) } as unknown as Project;
}

function services(map: MapNode): unknown {
  return sorted(map, (_name, service) => (isMap(service) ? sortedMap(service, always, none) : undefined));
}

const always: readonly string[] = ['command', 'entrypoint'];

/** Gives the plain form of an entry that has one of its own. */
type Special = (key: string, value: Node) => unknown;

const none: Special = () => undefined;

function sorted(node: Node, special: Special = none): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return node.items.map((item) => sorted(item));
  return sortedMap(node, [], special);
}

/** @param wanted - keys that are null when the map does not have them */
function sortedMap(map: MapNode, wanted: readonly string[], special: Special): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const missing = wanted.filter((key) => !map.entries.has(key));
  for (const key of [...map.entries.keys(), ...missing].sort(compare)) {
    const value = map.entries.get(key);
    define(result, key, value ? (special(key, value) ?? sorted(value)) : null);
  }
  return result;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Follows a path through the tree as far as it goes; the key is where an attribute is edited. */
export function provenanceOf(root: MapNode): Provenance {
  return {
    find(path): Span | undefined {
      let at: { readonly node: Node; readonly place: Place } = { node: root, place: root };
      for (const step of path) {
        const next = childAt(at.node, step);
        if (!next) break;
        at = next;
      }
      return spanOf(at.place);
    },
  };
}

/** A value of a map or list and where it is edited: an entry's key, an item itself. */
function childAt(node: Node, step: string | number): { node: Node; place: Place } | undefined {
  const key = String(step);
  if (isMap(node)) {
    const value = node.entries.get(key);
    return value && { node: value, place: node.keys.get(key) ?? value };
  }
  const item = node.kind === 'seq' ? node.items[Number(step)] : undefined;
  return item && { node: item, place: item };
}
