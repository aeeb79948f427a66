/** Prints plain data as YAML text, in the style of compose tools: two spaces, lists indented, quotes only where they are needed. */
import { isSimpleKey, scalarText } from './yaml-scalar.ts';

/** @param value - JSON data, mappings as objects or `Map`s; keys are printed in the order they have */
export function yamlText(value: unknown): string {
  return yamlPieces(value).join('');
}

/** The same in pieces of some ten thousand characters. */
export function yamlPieces(value: unknown): readonly string[] {
  const out = new TextBuilder();
  if (isCollection(value)) block(value, '', out);
  else out.push(inline(value, ''), '\n');
  return out.pieces();
}

/** Joins words as it goes: a large project has millions, which would take many times the memory of the text. */
class TextBuilder {
  readonly #done: string[] = [];
  #words: string[] = [];

  push(...words: string[]): void {
    for (const word of words) this.#words.push(word);
    if (this.#words.length > 4096) this.#flush();
  }

  #flush(): void {
    this.#done.push(this.#words.join(''));
    this.#words = [];
  }

  pieces(): readonly string[] {
    this.#flush();
    return this.#done;
  }
}

function isCollection(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof Map ? value.size > 0 : Object.keys(value).length > 0;
}

/** One after the other: a map may make its values as they are asked for. */
function entriesOf(value: object): Iterable<readonly [string, unknown]> {
  return value instanceof Map ? (value as Map<string, unknown>) : Object.entries(value);
}

/** @param first - indentation of the first line, which may stand beside the dash of a list */
function block(value: object, indent: string, out: TextBuilder, first: string = indent): void {
  let before = first;
  for (const [key, inner] of Array.isArray(value) ? value.entries() : entriesOf(value)) {
    if (typeof key === 'number') listItem(inner, indent, out, before);
    else entry(key, inner, indent, out, before);
    before = indent;
  }
}

function entry(key: string, inner: unknown, indent: string, out: TextBuilder, first: string): void {
  if (isSimpleKey(key)) out.push(first, scalarText(key, `${indent}  `, true), ':');
  else out.push(first, '? ', scalarText(key, `${indent}  `), '\n', indent, ':');
  nested(inner, indent, out);
}

function nested(inner: unknown, indent: string, out: TextBuilder): void {
  if (isCollection(inner)) {
    out.push('\n');
    block(inner, `${indent}  `, out);
  } else out.push(' ', inline(inner, `${indent}  `), '\n');
}

function listItem(item: unknown, indent: string, out: TextBuilder, first: string): void {
  out.push(first, '- ');
  if (isCollection(item)) block(item, `${indent}  `, out, '');
  else out.push(inline(item, `${indent}  `), '\n');
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
