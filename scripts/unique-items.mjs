// Part of the compiled validator: the uniqueItems check in linear time. ajv's own compares each item with each other one,
// which a list of 100 000 ports would turn into minutes.

/** Indexes of the first item that occurs twice and of its twin, or undefined. */
export function repeatedItem(items) {
  const seen = new Map();
  for (let i = 0; i < items.length; i++) {
    const key = keyOf(items[i]);
    const first = seen.get(key);
    if (first !== undefined) return [first, i];
    seen.set(key, i);
  }
  return undefined;
}

function keyOf(item) {
  if (typeof item === 'string') return item;
  return `\0${JSON.stringify(item, sortKeys)}`;
}

function sortKeys(_key, value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
