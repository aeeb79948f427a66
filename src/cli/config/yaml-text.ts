/** Prints plain data as YAML text, in the style of compose tools: two spaces, lists indented, quotes only where they are needed. */
import { isSimpleKey, scalarText } from './yaml-scalar.ts';

/** @param value - JSON data, mappings as objects or `Map`s; keys are printed in the order they have */
export function yamlText(value: unknown): string {
  const out: string[] = [];
  if (isCollection(value)) block(value, '', out);
  else out.push(inline(value, ''), '\n');
  return out.join('');
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && entriesOf(value).length > 0;
}

function entriesOf(value: object): (readonly [string, unknown])[] {
  return value instanceof Map ? [...(value as Map<string, unknown>)] : Object.entries(value);
}

function block(value: object, indent: string, out: string[]): void {
  if (Array.isArray(value)) {
    for (const item of value) listItem(item, indent, out);
    return;
  }
  for (const [key, inner] of entriesOf(value)) {
    if (isSimpleKey(key)) out.push(indent, scalarText(key, `${indent}  `, true), ':');
    else out.push(indent, '? ', scalarText(key, `${indent}  `), '\n', indent, ':');
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
  if (typeof value === 'string') return scalarText(value, indent);
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** Whole numbers as they are; others with an exponent from 1e+21 on and below 0.0001. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 21) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${Math.abs(power).toString().padStart(2, '0')}`;
}
