/**
 * The tree that the loading phases hand on: YAML's three kinds of value, each with its place in a source file.
 * Nodes are never changed once made (a merge makes new ones), so aliases may share them.
 */
import type { Span } from '../base/span.ts';
import { packKeys } from './key-places.ts';
import type { SourceFile } from './source.ts';

export type ScalarType = 'null' | 'bool' | 'int' | 'float' | 'string' | 'time';
export type Tag = 'reset' | 'override';

export class Scalar {
  readonly kind = 'scalar';
  readonly value: string | number | boolean | null;
  readonly type: ScalarType;
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly tag: Tag | undefined;

  constructor(value: Scalar['value'], type: ScalarType, at: Place, tag?: Tag) {
    this.value = value;
    this.type = type;
    this.file = at.file;
    this.start = at.start;
    this.end = at.end;
    this.tag = tag;
  }
}

export class Seq {
  readonly kind = 'seq';
  readonly items: readonly Node[];
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly tag: Tag | undefined;

  constructor(items: readonly Node[], at: Place, tag?: Tag) {
    this.items = items;
    this.file = at.file;
    this.start = at.start;
    this.end = at.end;
    this.tag = tag;
  }
}

export class MapNode {
  readonly kind = 'map';
  readonly entries: ReadonlyMap<string, Node>;
  /** Where each key stands: offset in the file of the key's own map. */
  readonly keys: ReadonlyMap<string, KeyPlace>;
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly tag: Tag | undefined;

  constructor(entries: ReadonlyMap<string, Node>, keys: ReadonlyMap<string, KeyPlace>, at: Place, tag?: Tag) {
    this.entries = entries;
    this.keys = keys;
    this.file = at.file;
    this.start = at.start;
    this.end = at.end;
    this.tag = tag;
  }

  get(key: string): Node | undefined {
    return this.entries.get(key);
  }
}

export type Node = Scalar | Seq | MapNode;

export interface Place {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** A key's place; the same object may serve several maps. */
export type KeyPlace = Place;

export type Path = readonly (string | number)[];

/** Prints a path as compose tools do: services.web.ports.0 */
export function formatPath(path: Path): string {
  return path.join('.');
}

/** The place as a one-based span. */
export function spanOf(place: Place | undefined): Span | undefined {
  return place?.file.span(place.start, place.end);
}

/** The key's place where it is known, else the value's: where to point for "this entry". */
export function entryPlace(map: MapNode, key: string): Place {
  return map.keys.get(key) ?? map.entries.get(key) ?? map;
}

export function isMap(node: Node | undefined): node is MapNode {
  return node?.kind === 'map';
}

export function isNull(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.value === null;
}

/** The text of a string scalar, else undefined. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** A string scalar at the place of another node. */
export function text(value: string, at: Place): Scalar {
  return new Scalar(value, 'string', at);
}

export function bool(value: boolean, at: Place): Scalar {
  return new Scalar(value, 'bool', at);
}

export function int(value: number, at: Place): Scalar {
  return new Scalar(value, 'int', at);
}

export function nothing(at: Place): Scalar {
  return new Scalar(null, 'null', at);
}

/** A map made of entries whose keys stand where their values stand. */
export function mapOf(entries: Iterable<readonly [string, Node]>, at: Place): MapNode {
  const map = new Map(entries);
  return new MapNode(map, map, at);
}

/**
 * The map with some entries replaced or added; undefined removes. Keeps the order of what was there, and the places of keys that are
 * gone; gives the same map back when nothing changed.
 */
export function withEntries(map: MapNode, changes: Readonly<Record<string, Node | undefined>>): MapNode {
  let entries: Map<string, Node> | undefined;
  let keys: Map<string, KeyPlace> | undefined;
  for (const key of Object.keys(changes)) {
    const value = changes[key];
    if (value === map.entries.get(key)) continue;
    entries ??= new Map(map.entries);
    if (value === undefined) entries.delete(key);
    else {
      entries.set(key, value);
      if (!map.keys.has(key)) {
        keys ??= new Map(map.keys);
        keys.set(key, value);
      }
    }
  }
  return entries ? new MapNode(entries, keys ? packKeys(keys) : map.keys, map, map.tag) : map;
}

/** The map with each value put through a function; gives the same map back when nothing changed. */
export function mapEntries(map: MapNode, change: (value: Node, key: string) => Node): MapNode {
  let entries: Map<string, Node> | undefined;
  for (const [key, value] of map.entries) {
    const changed = change(value, key);
    if (changed === value) continue;
    entries ??= new Map(map.entries);
    entries.set(key, changed);
  }
  return entries ? new MapNode(entries, map.keys, map, map.tag) : map;
}

/** The map with each value put through a function, of which undefined removes it; the same map when nothing changed. */
export function mapSomeEntries(
  map: MapNode,
  change: (value: Node, key: string) => Node | undefined,
): MapNode {
  let entries: Map<string, Node> | undefined;
  for (const [key, value] of map.entries) {
    const changed = change(value, key);
    if (changed === value) continue;
    entries ??= new Map(map.entries);
    if (changed) entries.set(key, changed);
    else entries.delete(key);
  }
  return entries ? new MapNode(entries, map.keys, map, map.tag) : map;
}

/** The list with each item put through a function; gives the same list back when nothing changed. */
export function mapItems(seq: Seq, change: (item: Node, index: number) => Node): Seq {
  let changed = false;
  const items = seq.items.map((item, index) => {
    const next = change(item, index);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? new Seq(items, seq, seq.tag) : seq;
}

/** The node at a path, or undefined. */
export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) {
    if (node?.kind === 'map') node = node.entries.get(String(step));
    else if (node?.kind === 'seq') node = node.items[Number(step)];
    else return undefined;
  }
  return node;
}

/** Plain JSON value of a node. Names such as `__proto__` stay ordinary keys. */
export function toPlain(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return node.items.map(toPlain);
  const result: Record<string, unknown> = {};
  for (const [key, value] of node.entries) define(result, key, toPlain(value));
  return result;
}

/** Sets a property whatever its name is: assigning to `__proto__` would change the prototype instead. */
export function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
