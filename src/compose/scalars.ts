/**
 * What an unquoted YAML scalar means to Compose tools: YAML 1.2 core with the 1.1 number forms that they still accept
 * (0755 octal, 0b101, 1_000), dates as a type of their own, and yes/no/on/off as plain text.
 */
import type { ScalarType } from './node.ts';

export interface Resolved {
  readonly value: string | number | boolean | null;
  readonly type: ScalarType;
}

const words: ReadonlyMap<string, Resolved> = new Map([
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, Resolved] => [
    word,
    { value: null, type: 'null' },
  ]),
  ...['true', 'True', 'TRUE'].map((word): [string, Resolved] => [word, { value: true, type: 'bool' }]),
  ...['false', 'False', 'FALSE'].map((word): [string, Resolved] => [word, { value: false, type: 'bool' }]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word): [string, Resolved] => [
    word,
    { value: Number.POSITIVE_INFINITY, type: 'float' },
  ]),
  ...['-.inf', '-.Inf', '-.INF'].map((word): [string, Resolved] => [
    word,
    { value: Number.NEGATIVE_INFINITY, type: 'float' },
  ]),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, Resolved] => [word, { value: Number.NaN, type: 'float' }]),
]);

const floatForm = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const dateForm =
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})?)?$/;

/** Resolves a plain scalar's text. */
export function resolvePlain(source: string): Resolved {
  const word = words.get(source);
  if (word) return word;
  const first = source.charCodeAt(0);
  const mayBeNumber = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!mayBeNumber) return { value: source, type: 'string' };
  return resolveNumber(source) ?? { value: source, type: 'string' };
}

function resolveNumber(source: string): Resolved | undefined {
  const digits = source.includes('_') ? source.replaceAll('_', '') : source;
  const integer = parseInteger(digits);
  if (integer !== undefined) return { value: integer, type: 'int' };
  if (floatForm.test(digits)) return finite(Number(digits));
  if (dateForm.test(source) && isDate(source)) return { value: source, type: 'time' };
  return undefined;
}

/** A number that no float can hold is a text. */
function finite(value: number): Resolved | undefined {
  return Number.isFinite(value) ? { value, type: 'float' } : undefined;
}

const coreTag = 'tag:yaml.org,2002:';
const typeOfTag: ReadonlyMap<string, ScalarType> = new Map([
  ['bool', 'bool'],
  ['float', 'float'],
  ['int', 'int'],
  ['null', 'null'],
  ['timestamp', 'time'],
]);

/**
 * Resolves a scalar that has a tag, in quotes or not: `!!int "5"` is a number. A tag that says nothing about scalars makes a text.
 *
 * @param tag - as it is meant, e.g. `tag:yaml.org,2002:int` or `!mine`
 * @returns what is wrong when the text is not of the tag's type
 */
export function resolveTagged(tag: string, source: string): Resolved | { readonly error: string } {
  const name = tag.startsWith(coreTag) ? tag.slice(coreTag.length) : '';
  if (name === 'binary') return decodeBinary(source);
  const wanted = typeOfTag.get(name);
  if (wanted === undefined) return { value: source, type: 'string' };
  const resolved = resolvePlain(source);
  if (resolved.type === wanted) return resolved;
  if (wanted === 'float' && resolved.type === 'int') return { ...resolved, type: 'float' };
  return { error: `"${source}" is not of the type that its tag !!${name} asks for` };
}

/** Base64 of a text; line breaks in it mean nothing. */
function decodeBinary(source: string): Resolved | { readonly error: string } {
  const digits = source.replace(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits))
    return { error: `the value of the tag !!binary is not base64` };
  return { value: Buffer.from(digits, 'base64').toString(), type: 'string' };
}

/** A day that the calendar has, and a time that the clock has. */
function isDate(source: string): boolean {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (source.match(/\d+/g) ?? []).map(
    Number,
  );
  const date = new Date(Date.UTC(year, month - 1, day));
  const isDay = month >= 1 && month <= 12 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDay && hour < 24 && minute < 60 && second < 60;
}

const integerForms: readonly [RegExp, number][] = [
  [/^[-+]?0[xX][0-9a-fA-F]+$/, 16],
  [/^[-+]?0[bB][01]+$/, 2],
  [/^[-+]?0[oO][0-7]+$/, 8],
  [/^[-+]?0[0-7]+$/, 8],
  [/^[-+]?(?:0|[1-9][0-9]*)$/, 10],
];

/** How BigInt is told the radix. */
const radixPrefix: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };

/** Go's `ParseInt(text, 0, 64)` and its unsigned twin: undefined when it is not an integer or does not fit 64 bits. */
export function parseInteger(digits: string): number | undefined {
  for (const [form, radix] of integerForms) {
    if (!form.test(digits)) continue;
    const negative = digits.startsWith('-');
    const body = digits.replace(/^[-+]/, '').replace(/^0[xXbBoO]/, '');
    const value = BigInt(`${radixPrefix[radix]}${body}`);
    if (value >= 2n ** (negative ? 63n : 64n) + (negative ? 1n : 0n)) return undefined;
    return Number(negative ? -value : value);
  }
  return undefined;
}

/** A float as Go prints it with %v: "1", "1.5", "123456.5", "1e+06", "-0", "+Inf". */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    const digits = Math.abs(power).toString().padStart(2, '0');
    return `${mantissa}e${power < 0 ? '-' : '+'}${digits}`;
  }
  return Object.is(value, -0) ? '-0' : value.toString();
}
