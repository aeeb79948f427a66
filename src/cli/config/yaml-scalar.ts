/**
 * How a text is written as a YAML scalar: plain where every reader takes it for a text, else quoted, or a literal block for several lines.
 * The choices are those of Compose tools, so that the output of `config` can be compared letter by letter.
 */
import { resolvePlain } from '../../compose/scalars.ts';

const oldBooleans = new Set(
  ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].concat(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF']),
);
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const breaks = /[\n\r\u0085\u2028\u2029]/u;
/** Not printable by YAML's own table; a tab is looked at by itself. */
const special = /[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const indicatorStart = /^(?:[#,[\]{}&*!|>'"%@`]|[?:-](?:[\s\u0085\u2028\u2029]|$)|---|\.\.\.)/u;
const indicatorInside = /:(?:[\s\u0085\u2028\u2029]|$)|[\s\u0085\u2028\u2029]#/u;

/** What the characters of a text allow. */
interface Traits {
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

function traitsOf(text: string): Traits {
  const broken = breaks.test(text);
  const spaceBeforeBreak = / [\n\r\u0085\u2028\u2029]/u.test(text);
  const breakBeforeSpace = /[\n\r\u0085\u2028\u2029] /u.test(text);
  const unprintable = special.test(text);
  const edges = /^[ \n\r\u0085\u2028\u2029]|[ \n\r\u0085\u2028\u2029]$/u.test(text);
  const single = !(breakBeforeSpace || spaceBeforeBreak || unprintable || text.includes('\t'));
  const indicators = indicatorStart.test(text) || indicatorInside.test(text);
  return {
    single,
    plain: single && !broken && !edges && !indicators,
    block: !(spaceBeforeBreak || unprintable || text.endsWith(' ')),
  };
}

/** Whether some YAML reader would take the plain text for a number, a boolean, a date or nothing. */
function isAmbiguous(text: string): boolean {
  return resolvePlain(text).type !== 'string' || oldBooleans.has(text) || base60.test(text);
}

/** A key must stand on one line of at most 128 bytes; a longer one needs the `? ` form. */
export function isSimpleKey(text: string): boolean {
  return !breaks.test(text) && Buffer.byteLength(text) <= 128;
}

/** @param indent - spaces in front of the lines of a literal block */
export function scalarText(text: string, indent: string, inKey = false): string {
  const traits = traitsOf(text);
  if (text.includes('\n')) return traits.block && !inKey ? literal(text, indent) : double(text);
  if (isAmbiguous(text)) return double(text);
  if (traits.plain) return text;
  return traits.single ? single(text, indent) : double(text);
}

function literal(text: string, indent: string): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const body = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  const lines = body.map((line) => (line === '' ? '' : `${indent}${line}`));
  return `|${hint}${chomp}\n${lines.join('\n')}`;
}

/** A line or paragraph separator ends a line, and the next one is indented. */
function single(text: string, indent: string): string {
  return `'${text.replaceAll("'", "''").replace(/([\u2028\u2029])(?!$)/gu, `$1${indent}`)}'`;
}

const named: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u00a0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

function double(text: string): string {
  const out = [...text].map((char) =>
    special.test(char) || /[\t\n"\\\u2028\u2029]/u.test(char) ? escapeChar(char) : char,
  );
  return `"${out.join('')}"`;
}

function escapeChar(char: string): string {
  const name = named[char];
  if (name !== undefined) return `\\${name}`;
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}
