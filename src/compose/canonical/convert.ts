/** The small converters that the canonical tables are made of: each turns what was written into one long form, or drops it. */
import { formatDuration, parseBytes, parseDuration } from '../../base/units.ts';
import type { LoadContext } from '../context.ts';
import { scalarText } from '../merge.ts';
import {
  formatPath,
  MapNode,
  mapEntries,
  mapSomeEntries,
  type Node,
  type Path,
  Scalar,
  Seq,
  text,
} from '../node.ts';

export interface At {
  readonly path: Path;
  readonly context: LoadContext;
}

/** Gives the canonical node; undefined leaves the attribute out. Problems are reported through the context. */
export type Convert = (node: Node, at: At) => Node | undefined;

export function problem(node: Node, at: At, message: string, hint?: string): undefined {
  at.context.report.add('E_VALUE', `${formatPath(at.path)}: ${message}`, node, hint ? { hint } : {});
  return undefined;
}

export function below(at: At, key: string | number): At {
  return new Below(at, key);
}

/** The path is put together only when something is said about it: there is one of these for every value. */
class Below implements At {
  readonly context: LoadContext;
  readonly #parent: At;
  readonly #key: string | number;

  constructor(parent: At, key: string | number) {
    this.context = parent.context;
    this.#parent = parent;
    this.#key = key;
  }

  get path(): Path {
    return [...this.#parent.path, this.#key];
  }
}

/** Kept as it is. */
export const as: Convert = (node) => node;

/** A text; empty ones and null are left out. */
export const str: Convert = (node) => {
  if (node.kind !== 'scalar' || node.value === null || node.value === '') return undefined;
  return typeof node.value === 'string' ? node : text(scalarText(node), node);
};

/** A boolean of which false is the default: false is left out. */
export const flag: Convert = (node) => (node.kind === 'scalar' && node.value === true ? node : undefined);

/** A boolean whose false means something. */
export const bool: Convert = (node) =>
  node.kind === 'scalar' && typeof node.value === 'boolean' ? node : undefined;

/** A number; numeric text counts. */
export const number: Convert = (node, at) => {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  if (typeof node.value === 'number') return node;
  const value = Number(node.value);
  if (node.value === '' || Number.isNaN(value))
    return problem(node, at, `"${String(node.value)}" is not a number`);
  return new Scalar(value, Number.isInteger(value) ? 'int' : 'float', node);
};

/** A number of which 0 is the default: 0 is left out. */
export const nonZero: Convert = (node, at) => {
  const result = number(node, at);
  return result?.kind === 'scalar' && result.value === 0 ? undefined : result;
};

/** A duration in Go's form. */
export const duration: Convert = (node, at) => {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  const parsed = parseDuration(String(node.value));
  if (typeof parsed === 'string') return problem(node, at, parsed, 'write for example 90s, 1m30s or 500ms');
  return text(formatDuration(parsed), node);
};

/** A size in bytes, as digits. 0 is left out. */
export const bytes: Convert = (node, at) => {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  const value = typeof node.value === 'number' ? Math.trunc(node.value) : parseBytes(String(node.value));
  if (value === undefined)
    return problem(
      node,
      at,
      `invalid size: '${String(node.value)}'`,
      'write for example 64m, 1.5gb or 1048576',
    );
  return value === 0 ? undefined : text(String(value), node);
};

/** A list of texts from a list or a single text. Empty ones are left out. */
export const strings: Convert = (node) => {
  const items =
    node.kind === 'seq' ? node.items : node.kind === 'scalar' && node.value !== null ? [node] : [];
  if (items.length === 0) return undefined;
  return new Seq(items.map(asText), node);
};

function asText(node: Node): Node {
  if (node.kind !== 'scalar' || typeof node.value === 'string') return node;
  return text(scalarText(node), node);
}

/** `{a: 1}` or `["a=1"]` -> map of texts; null counts as empty. */
export const mapping: Convert = (node) =>
  pairs(node, (value) => (value.value === null ? text('', value) : asText(value)));

/** Like `mapping`, but null (or a name without `=`) stays null: the value comes from the environment. */
export const mappingWithNull: Convert = (node) =>
  pairs(node, (value) => (value.value === null ? value : asText(value)), true);

function pairs(node: Node, convert: (value: Scalar) => Node, bareIsNull = false): MapNode | undefined {
  const map =
    node.kind === 'map'
      ? mapEntries(node, (value) => (value.kind === 'scalar' ? convert(value) : value))
      : splitPairs(node, bareIsNull);
  return map.entries.size === 0 ? undefined : map;
}

/** `["a=1", "b"]` */
function splitPairs(node: Node, bareIsNull: boolean): MapNode {
  const entries = new Map<string, Node>();
  const keys = new Map<string, Node>();
  for (const item of node.kind === 'seq' ? node.items : []) {
    if (item.kind !== 'scalar' || item.value === null) continue;
    const pair = scalarText(item);
    const at = pair.indexOf('=');
    const key = at < 0 ? pair : pair.slice(0, at);
    const bare = bareIsNull ? new Scalar(null, 'null', item) : text('', item);
    entries.set(key, at < 0 ? bare : text(pair.slice(at + 1), item));
    keys.set(key, item);
  }
  return new MapNode(entries, keys, node);
}

/** An object with known attributes; `x-*` is kept, `always` gives what is there even when nothing was written. */
export function object(
  fields: Readonly<Record<string, Convert>>,
  options: { keepEmpty?: boolean } = {},
): Convert {
  return (node, at) => {
    if (node.kind !== 'map') return undefined;
    const result = mapSomeEntries(node, (value, key) => {
      const convert = Object.hasOwn(fields, key) ? fields[key] : undefined;
      return convert ? convert(value, below(at, key)) : value;
    });
    return result.entries.size === 0 && !options.keepEmpty ? undefined : result;
  };
}

/** A list of which each item is converted; an empty one is left out. */
export function list(convert: Convert): Convert {
  return (node, at) => {
    if (node.kind !== 'seq' || node.items.length === 0) return undefined;
    const items = node.items.flatMap((item, index) => convert(item, below(at, index)) ?? []);
    return new Seq(items, node);
  };
}

/** A map of which each value is converted; an empty one is left out. */
export function mapOfAll(convert: Convert): Convert {
  return (node, at) => {
    if (node.kind !== 'map' || node.entries.size === 0) return undefined;
    return mapSomeEntries(node, (value, key) => convert(value, below(at, key)));
  };
}
