/** JSON as compose tools print it: safe inside HTML. Mappings may be `Map`s, which keep the order of keys that look like numbers. */

const escaped: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** On lines of their own, indented by two spaces. */
export function jsonText(data: unknown): string {
  return write(data, '\n', ' ');
}

/** All on one line. */
export function compactJson(data: unknown): string {
  return write(data, '', '');
}

/** @param line - what starts a line at the present depth: a line break and the indentation; empty for one line */
function write(value: unknown, line: string, colonSpace: string): string {
  if (typeof value !== 'object' || value === null) return leaf(value);
  const inner = line === '' ? '' : `${line}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => write(item, inner, colonSpace));
    return items.length === 0 ? '[]' : `[${inner}${items.join(`,${inner}`)}${line}]`;
  }
  const entries = value instanceof Map ? (value as Map<string, unknown>) : Object.entries(value);
  // One after the other: a map may make its values as they are asked for.
  const members = Array.from(
    entries,
    ([key, item]) => `${leaf(key)}:${colonSpace}${write(item, inner, colonSpace)}`,
  );
  return members.length === 0 ? '{}' : `{${inner}${members.join(`,${inner}`)}${line}}`;
}

/** JSON has no infinity; a text is better than losing the value. */
function leaf(value: unknown): string {
  const finite = typeof value === 'number' && !Number.isFinite(value) ? String(value) : (value ?? null);
  return JSON.stringify(finite).replace(/[<>&\u2028\u2029]/gu, (char) => escaped[char] ?? char);
}
