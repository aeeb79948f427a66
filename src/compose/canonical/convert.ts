/** The small converters that the canonical tables are made of: each turns what was written into one long form, or drops it. */
import { own } from '../../base/own.ts';
import { formatDuration, parseBytes, parseDuration } from '../../base/units.ts';
import { castText } from '../casts.ts';
import type { LoadContext } from '../context.ts';
import { scalarText } from '../merge.ts';
import {
  formatPath,
  isNull,
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

export function problem(node: Node, at: At, message: string, hint: string): undefined {
  at.context.report.add('E_VALUE', `${formatPath(at.path)}: ${message}`, node, { hint });
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

/** A text; empty ones and null are left out. A whole number counts as its digits, nothing else does. */
export const str: Convert = (node, at) => {
  const result = word(node, at);
  return result?.kind === 'scalar' && result.value === '' ? undefined : result;
};

/** A text, empty ones too. */
export const word: Convert = (node, at) => {
  if (node.kind !== 'scalar') return problem(node, at, 'must be a string', 'write one value');
  if (node.value === null || typeof node.value === 'string') return node.value === null ? undefined : node;
  if (node.type === 'int' && Number(node.value) < 2 ** 63) return text(scalarText(node), node);
  return problem(node, at, 'must be a string', `write it in quotes: "${scalarText(node)}"`);
};

/** A boolean of which false is the default: false is left out. */
export const flag: Convert = (node, at) => {
  const result = bool(node, at);
  return result?.kind === 'scalar' && result.value === true ? result : undefined;
};

/** A boolean whose false means something; the words of YAML 1.1 count. */
export const bool: Convert = (node, at) => {
  if (node.kind !== 'scalar') return problem(node, at, 'must be true or false', 'write true or false');
  if (node.value === null) return undefined;
  if (typeof node.value === 'boolean') return node;
  const result = typeof node.value === 'string' ? castText('bool', node.value) : undefined;
  if (!result || 'error' in result)
    return problem(node, at, `invalid boolean: ${String(node.value)}`, 'write true or false');
  if (result.warning)
    at.context.report.add('W_OBSOLETE', result.warning, node, { hint: `write ${String(result.value)}` });
  return new Scalar(result.value, 'bool', node);
};

/** A whole number; text counts where it is one. */
export const integer: Convert = (node, at) => {
  if (node.kind !== 'scalar') return problem(node, at, 'must be an integer', 'write a whole number');
  if (typeof node.value !== 'string') return whole(node, at);
  const result = castText('int', node.value);
  return 'error' in result
    ? problem(node, at, result.error, 'write a number')
    : new Scalar(result.value, 'int', node);
};

/** A whole number that is written as a number. */
export const writtenInteger: Convert = (node, at) =>
  node.kind === 'scalar' && typeof node.value !== 'string'
    ? whole(node, at)
    : problem(node, at, 'must be an integer', 'write a whole number');

/** A whole number that is written as a number and is not negative. */
export const natural: Convert = (node, at) => {
  if (node.kind !== 'scalar' || typeof node.value === 'string')
    return problem(node, at, 'must be an integer', 'write a whole number');
  const result = whole(node, at);
  return result && Number(result.value) < 0
    ? problem(node, at, 'must not be negative', 'write 0 or more')
    : result;
};

/** What comes after the decimal point is cut off. */
function whole(node: Scalar, at: At): Scalar | undefined {
  if (node.value === null) return undefined;
  if (typeof node.value !== 'number') return problem(node, at, 'must be an integer', 'write a whole number');
  const value = Math.trunc(node.value);
  if (!(Math.abs(value) < 2 ** 63))
    return problem(node, at, `${String(node.value)} is too large`, 'write a smaller number');
  return value === node.value ? node : new Scalar(value, 'int', node);
}

/** A number with the precision of a 32-bit float; text counts where it is one. */
export const decimal: Convert = (node, at) => {
  if (node.kind !== 'scalar') return problem(node, at, 'must be a number', 'write a number');
  if (node.value === null) return undefined;
  const result = typeof node.value === 'string' ? castText('float', node.value) : { value: node.value };
  if ('error' in result) return problem(node, at, result.error, 'write a number');
  if (typeof result.value !== 'number') return problem(node, at, 'must be a number', 'write a number');
  if (!Number.isFinite(result.value))
    return problem(node, at, `${String(result.value)} is not a size`, 'write a number');
  if (!Number.isFinite(Math.fround(result.value)))
    return problem(node, at, `${result.value} is too large`, 'write a smaller number');
  return new Scalar(shortestFloat(result.value), 'float', node);
};

/** The shortest decimal number that stands for the same 32-bit float. */
function shortestFloat(value: number): number {
  const single = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return Number(single.toPrecision(9));
}

/** Without 0 (or 0s), which is the default. */
export function nonZero(convert: Convert): Convert {
  return (node, at) => {
    const result = convert(node, at);
    return result?.kind === 'scalar' && (result.value === 0 || result.value === '0s') ? undefined : result;
  };
}

/** A duration in Go's form. */
export const duration: Convert = (node, at) => {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  const parsed = parseDuration(String(node.value));
  if (typeof parsed === 'string') return problem(node, at, parsed, 'write for example 90s, 1m30s or 500ms');
  return text(formatDuration(parsed), node);
};

/** A size that may be -1: no limit. */
export const bytesOrUnlimited: Convert = (node, at) =>
  node.kind === 'scalar' && node.value === '-1' ? node : bytes(node, at);

/** A size in bytes, as digits. 0 is left out. */
export const bytes: Convert = (node, at) => {
  const result = bytesOrNone(node, at);
  return result?.kind === 'scalar' && result.value === '0' ? undefined : result;
};

/** A size in bytes, as digits; a text with a sign is no size. */
export const bytesOrNone: Convert = (node, at) => {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  const isSigned = typeof node.value === 'string' && node.value.startsWith('-');
  const value = typeof node.value === 'number' ? Math.trunc(node.value) : parseBytes(String(node.value));
  if (isSigned || value === undefined || !(Math.abs(value) < 2 ** 63)) {
    const message = `invalid size: '${String(node.value)}'`;
    return problem(node, at, message, 'write for example 64m, 1.5gb or 1048576');
  }
  return text(String(value), node);
};

/** A list of texts from a list or a single text. An empty list is left out. */
export const strings: Convert = (node, at) => {
  const items =
    node.kind === 'seq' ? node.items : node.kind === 'scalar' && node.value !== null ? [node] : [];
  if (items.length === 0) return undefined;
  return new Seq(
    items.map((item, index) => (isNull(item) ? text('', item) : (word(item, below(at, index)) ?? item))),
    node,
  );
};

/** Texts; any number counts as text. */
export const printed: Convert = (node) => {
  if (node.kind === 'map' || isNull(node)) return undefined;
  const items = node.kind === 'seq' ? node.items : [node];
  return items.length === 0 ? undefined : new Seq(items.map(asText), node);
};

function asText(node: Node): Node {
  if (node.kind !== 'scalar' || typeof node.value === 'string') return node;
  return text(node.value === null ? '' : scalarText(node), node);
}

/** A map of texts and nothing but texts and whole numbers. */
export const texts: Convert = (node, at) => {
  if (node.kind !== 'map' || node.entries.size === 0) return undefined;
  return mapEntries(node, (value, key) =>
    isNull(value) ? text('', value) : (word(value, below(at, key)) ?? value),
  );
};

/** `{a: 1}` or `["a=1"]` -> map of texts; null counts as empty. */
export const mapping: Convert = (node) => pairs(node, asText);

/** Like `mapping`, but null (or a name without `=`) stays null: the value comes from the environment. */
export const mappingWithNull: Convert = (node, at) => {
  for (const item of node.kind === 'seq' ? node.items : []) {
    const [name = ''] = item.kind === 'scalar' ? scalarText(item).split('=') : [];
    if (/\s$/.test(name))
      problem(item, at, `the name of variable "${name}" ends in a space`, 'write NAME=VALUE');
  }
  return pairs(node, (value) => (value.value === null ? value : asText(value)), true);
};

function pairs(node: Node, convert: (value: Scalar) => Node, bareIsNull = false): MapNode | undefined {
  if (node.kind === 'scalar') return undefined;
  if (node.kind === 'seq') return listedPairs(node, bareIsNull);
  if (node.entries.size === 0) return undefined;
  return mapEntries(node, (value) => (value.kind === 'scalar' ? convert(value) : value));
}

/** `["a=1", "b"]`; the last of equal names wins. */
function listedPairs(list: Seq, bareIsNull: boolean): MapNode | undefined {
  const entries = new Map<string, Node>();
  const keys = new Map<string, Node>();
  for (const item of list.items) {
    if (item.kind !== 'scalar' || item.value === null) continue;
    const pair = scalarText(item);
    const at = pair.indexOf('=');
    const bare = bareIsNull ? new Scalar(null, 'null', item) : text('', item);
    entries.set(at < 0 ? pair : pair.slice(0, at), at < 0 ? bare : text(pair.slice(at + 1), item));
    keys.set(at < 0 ? pair : pair.slice(0, at), item);
  }
  return entries.size === 0 ? undefined : new MapNode(entries, keys, list);
}

/** An object with known attributes; others (`x-*`) are kept as they are. It is there even when nothing is left in it. */
export function object(fields: Readonly<Record<string, Convert>>): Convert {
  return (node, at) => {
    if (node.kind !== 'map') return undefined;
    const result = mapSomeEntries(node, (value, key) => {
      const convert = own(fields, key);
      return convert ? convert(value, below(at, key)) : value;
    });
    return result;
  };
}

/** An object in which what is not written has the value that it means. */
export function objectWith(
  fields: Readonly<Record<string, Convert>>,
  defaults: Readonly<Record<string, Scalar['value']>>,
): Convert {
  const convert = object(fields);
  return (node, at) => {
    const result = convert(node, at);
    if (result?.kind !== 'map') return result;
    const missing = Object.entries(defaults).filter(([key]) => !result.entries.has(key));
    if (missing.length === 0) return result;
    const added = missing.map(([key, value]): [string, Node] => [
      key,
      new Scalar(value, typeof value === 'number' ? 'int' : 'string', node),
    ]);
    return new MapNode(new Map([...result.entries, ...added]), result.keys, node);
  };
}

/** Without the names that are the user's own. */
export function withoutExtensions(node: Node): Node {
  if (node.kind !== 'map') return node;
  return mapSomeEntries(node, (value, key) => (key.startsWith('x-') ? undefined : value));
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
