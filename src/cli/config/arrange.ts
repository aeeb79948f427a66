/** Puts plain data in the order of a layout, as JSON or as YAML show it. */
import type { Layout } from './layout.ts';
import { compareNaturally } from './natural-order.ts';

export type Form = 'json' | 'yaml';

/**
 * Copies data with its keys in order. Mappings become `Map`s: an object would put keys that look like numbers first.
 *
 * In JSON, `x-*` of objects with known attributes are left out. In YAML, parts that say nothing are left out: an empty `ipam`,
 * `placement` or `resources`, a command that is null.
 */
export function arrange(value: unknown, layout: Layout | undefined, form: Form): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => arrange(item, undefined, form));
  const source = value as Readonly<Record<string, unknown>>;
  return layout ? arrangeObject(source, layout, form) : arrangeMap(source, undefined, form);
}

function arrangeMap(
  source: Readonly<Record<string, unknown>>,
  item: Layout | undefined,
  form: Form,
): Map<string, unknown> {
  const keys = sortedKeys(source, form);
  if (item) return new Arranged(keys, (key) => arrange(source[key], item, form));
  return new Map(keys.map((key) => [key, arrange(source[key], undefined, form)]));
}

/** Its values are made while they are gone through: of thousands of services there is one copy at a time. */
class Arranged extends Map<string, unknown> {
  readonly #make: (key: string) => unknown;

  constructor(keys: readonly string[], make: (key: string) => unknown) {
    super(keys.map((key) => [key, undefined]));
    this.#make = make;
  }

  override get(key: string): unknown {
    return this.has(key) ? this.#make(key) : undefined;
  }

  override *entries(): MapIterator<[string, unknown]> {
    for (const key of this.keys()) yield [key, this.#make(key)];
  }

  override [Symbol.iterator](): MapIterator<[string, unknown]> {
    return this.entries();
  }
}

function sortedKeys(source: Readonly<Record<string, unknown>>, form: Form): string[] {
  return form === 'yaml'
    ? Object.keys(source).sort(compareNaturally)
    : Object.keys(source).sort(compareBytes);
}

function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function arrangeObject(
  source: Readonly<Record<string, unknown>>,
  layout: Layout,
  form: Form,
): Map<string, unknown> {
  const result = new Map<string, unknown>();
  for (const key of layout.order) {
    if (!Object.hasOwn(source, key)) continue;
    const value = arrangeAttribute(key, source[key], layout, form);
    if (form === 'yaml' && saysNothing(key, value)) continue;
    const name = form === 'json' ? (layout.jsonNames?.[key] ?? key) : key;
    result.set(name, value);
  }
  const known = new Set([...layout.order, ...(layout.hidden ?? [])]);
  for (const key of sortedKeys(source, form)) {
    if (known.has(key) || (form === 'json' && key.startsWith('x-'))) continue;
    result.set(key, arrange(source[key], undefined, form));
  }
  return result;
}

function arrangeAttribute(key: string, value: unknown, layout: Layout, form: Form): unknown {
  const items = layout.inside?.[`${key}[]`];
  if (items && Array.isArray(value)) return value.map((item) => arrange(item, items, form));
  const values = layout.inside?.[`${key}*`];
  if (values && typeof value === 'object' && value !== null)
    return arrangeMap(value as Record<string, unknown>, values, form);
  return arrange(value, layout.inside?.[key], form);
}

const structs = new Set(['ipam', 'placement', 'resources', 'exec']);

function saysNothing(key: string, value: unknown): boolean {
  if (key === 'command' || key === 'entrypoint') return value === null;
  return structs.has(key) && value instanceof Map && value.size === 0;
}
