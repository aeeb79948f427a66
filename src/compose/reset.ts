/**
 * `!reset` and `!override`: paths of a document at which what earlier files (and extended services) say is taken away.
 * What `!reset` marks is also dropped from its own document; what `!override` marks stays and takes the place.
 *
 * @see https://github.com/compose-spec/compose-spec/blob/main/13-merge.md#reset-value
 */
import { MapNode, type Node, Seq } from './node.ts';

export type ResetPath = readonly string[];

export interface Marked {
  /** The document without what `!reset` marks. */
  readonly tree: Node;
  readonly paths: readonly ResetPath[];
}

/** Reads the marks off a document. Inside of a marked value there are none: it is taken as it is. */
export function readResets(document: Node): Marked {
  const paths: ResetPath[] = [];
  const tree = strip(document, [], paths);
  return { tree: tree ?? new MapNode(new Map(), new Map(), document), paths };
}

function strip(node: Node, path: readonly string[], paths: ResetPath[]): Node | undefined {
  if (node.tag) {
    paths.push(path);
    return node.tag === 'reset' ? undefined : node;
  }
  if (node.kind === 'scalar') return node;
  return node.kind === 'seq' ? stripSeq(node, path, paths) : stripMap(node, path, paths);
}

function stripSeq(seq: Seq, path: readonly string[], paths: ResetPath[]): Seq {
  const items = seq.items.flatMap((item, index) => strip(item, [...path, String(index)], paths) ?? []);
  const same = items.length === seq.items.length && items.every((item, index) => item === seq.items[index]);
  return same ? seq : new Seq(items, seq);
}

function stripMap(map: MapNode, path: readonly string[], paths: ResetPath[]): MapNode {
  let entries: Map<string, Node> | undefined;
  for (const [key, value] of map.entries) {
    const kept = strip(value, [...path, key], paths);
    if (kept === value) continue;
    entries ??= new Map(map.entries);
    if (kept) entries.set(key, kept);
    else entries.delete(key);
  }
  return entries ? new MapNode(entries, map.keys, map) : map;
}

/** Takes the paths away from a model; a path that goes through a list takes nothing. */
export function applyResets(model: MapNode, paths: readonly ResetPath[]): MapNode {
  let result = model;
  for (const path of paths) result = without(result, path);
  return result;
}

function without(map: MapNode, path: ResetPath): MapNode {
  const [key, ...rest] = path;
  const value = key === undefined ? undefined : map.get(key);
  if (key === undefined || !value) return map;
  const entries = new Map(map.entries);
  if (rest.length === 0) entries.delete(key);
  else if (value.kind !== 'map') return map;
  else {
    const inner = without(value, rest);
    if (inner === value) return map;
    entries.set(key, inner);
  }
  return new MapNode(entries, map.keys, map);
}

/** The part of the paths that lies within a service, to be taken from what it extends. */
export function resetsWithin(paths: readonly ResetPath[], service: string): ResetPath[] {
  return paths.flatMap((path) =>
    path.length > 2 && path[0] === 'services' && path[1] === service ? [path.slice(2)] : [],
  );
}
