/** Prints plain data as YAML text, in the style of compose tools: two spaces, lists indented, quotes only where they are needed. */

/** Words that some YAML reader takes for something other than text. */
const reserved = /^(?:~|null|true|false|yes|no|on|off|y|n|\.inf|\.nan|[-+]\.inf|=|<<)$/i;
/** Starts that make a number, a date or a base-60 number possible. */
const numeric = /^[-+.]?\d/;
const plain = /^[A-Za-z0-9_./$@(\\^+-][^\n\t\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]*$/;

/** @param value - JSON data; keys are printed in the order they have */
export function yamlText(value: unknown): string {
  const out: string[] = [];
  if (isCollection(value)) block(value, '', out);
  else out.push(inline(value, ''), '\n');
  return out.join('');
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function block(value: object, indent: string, out: string[]): void {
  if (Array.isArray(value)) {
    for (const item of value) listItem(item, indent, out);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    out.push(indent, scalarText(key), ':');
    nested(inner, indent, out);
  }
}

function nested(inner: unknown, indent: string, out: string[]): void {
  if (isCollection(inner)) {
    out.push('\n');
    block(inner, `${indent}  `, out);
  } else out.push(' ', inline(inner, `${indent}  `), '\n');
}

function listItem(item: unknown, indent: string, out: string[]): void {
  out.push(indent, '-');
  if (!isCollection(item)) {
    out.push(' ', inline(item, `${indent}  `), '\n');
    return;
  }
  const inner: string[] = [];
  block(item, `${indent}  `, inner);
  // The first line of the item stands beside its dash.
  out.push(' ', inner.join('').slice(indent.length + 2));
}

function inline(value: unknown, indent: string): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return '[]';
  if (typeof value === 'object') return '{}';
  if (typeof value === 'string') return value.includes('\n') ? multiLine(value, indent) : scalarText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  }
  return String(value);
}

function needsQuotes(text: string): boolean {
  if (text === '' || !plain.test(text)) return true;
  if (reserved.test(text) || numeric.test(text))
    return !/^\d[\w.-]*[A-Za-z][\w.-]*$/.test(text) || looksNumeric(text);
  if (/^(?:-|\.)$|^- |^---|^\.\.\./.test(text)) return true;
  return /: |:$| #|\s$/.test(text);
}

/** Forms such as 1e5, 0x1f, 0b1, 0o7 and dates, which have letters and are not text. */
function looksNumeric(text: string): boolean {
  return /^\d[\d_.]*e[-+]?\d+$|^0[xob]|^\d{4}-\d{1,2}-\d{1,2}/i.test(text) || reserved.test(text);
}

function scalarText(text: string): string {
  return needsQuotes(text)
    ? JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, escapeChar)
    : text;
}

function escapeChar(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A literal block where the text survives one, else a quoted text. */
function multiLine(text: string, indent: string): string {
  if (/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|^\s|[ \t]\n|[ \t]$/.test(text))
    return scalarText(text);
  const body = text.replace(/\n+$/, '');
  const trailing = text.length - body.length;
  if (body === '') return scalarText(text);
  const chomp = trailing === 0 ? '-' : trailing === 1 ? '' : '+';
  const lines = body.split('\n').map((line) => (line === '' ? '' : `${indent}${line}`));
  return `|${chomp}\n${lines.join('\n')}${'\n'.repeat(Math.max(0, trailing - 1))}`;
}
