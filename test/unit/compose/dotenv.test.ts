/** The grammar of env files: what is written and what it means. */
import { describe, expect, test } from 'vitest';
import { ComposeError } from '../../../src/base/errors.ts';
import { parseEnvFile, parseRawEnvFile } from '../../../src/compose/dotenv.ts';

const environment: Readonly<Record<string, string>> = { OS: 'os', EMPTY: '' };
const lookup = (name: string): string | undefined => environment[name];
const read = (text: string): Record<string, string> =>
  Object.fromEntries(parseEnvFile('/p/.env', text, { onUnset: () => undefined, lookup }));
const raw = (text: string): Record<string, string> =>
  Object.fromEntries(parseRawEnvFile('/p/.env', text, lookup));

describe('env files', () => {
  test.each<[string, Record<string, string>]>([
    ['A=1\nB=2', { A: '1', B: '2' }],
    ['A=1\nA=2', { A: '2' }],
    ['  A = b  ', { A: 'b' }],
    ['A: b', { A: 'b' }],
    ['export A=b', { A: 'b' }],
    ['# A=1\n\nB=2 # c\nC=#d\nD= #e', { B: '2', C: '#d', D: '#e' }],
    ['A="a\\nb\\t\\"c\\""', { A: 'a\nb\t"c"' }],
    ["A='a\\nb $X \\'c\\''", { A: "a\\nb $X 'c'" }],
    ['A="two\nlines"\nB=1', { A: 'two\nlines', B: '1' }],
    ['A="\\$OS $$OS $OS"', { A: '$OS $OS os' }],
    ['A=1\nB=${A}${OS}${NO:-d}', { A: '1', B: '1osd' }],
    ['OS=file\nB=$OS', { OS: 'file', B: 'os' }],
    ['OS\nNO\nA=1', { OS: 'os', A: '1' }],
    ['\uFEFFA=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['A="x" B=2', { A: 'x', B: '2' }],
    ['A.b-c[0]=1', { 'A.b-c[0]': '1' }],
    ['A=', { A: '' }],
    ['A="\\0101\\c"', { A: 'A\\c' }],
  ])('%j', (text, values) => {
    expect(read(text)).toEqual(values);
  });

  test.each<[string, string]>([
    ['A=1\nB C=2', '/p/.env:2:1: failed to read /p/.env: line 2: key cannot contain a space'],
    ['A="open', '/p/.env:1:3: failed to read /p/.env: line 1: unterminated quoted value "open'],
    ['A!=1', '/p/.env:1:2: failed to read /p/.env: line 1: unexpected character "!" in variable name "A!=1"'],
    ['A=${B', '/p/.env:1:3: failed to read /p/.env: line 1: invalid interpolation format: ${B'],
  ])('%j is refused with its place', (text, message) => {
    expect(problem(() => read(text))).toBe(message);
  });
});

describe('raw env files', () => {
  test.each<[string, Record<string, string>]>([
    ['A="x" # c\n#B=1\n  C= y \nOS\nNO', { A: '"x" # c', C: ' y ', OS: 'os' }],
    ['A=$OS=b\r\n', { A: '$OS=b' }],
  ])('%j', (text, values) => {
    expect(raw(text)).toEqual(values);
  });

  test.each<[string, string]>([
    ['=1', '/p/.env:1:1: failed to read /p/.env: line 1: no variable name on line "=1"'],
    ['A=1\nA B=1', '/p/.env:2:1: failed to read /p/.env: line 2: variable "A B" contains whitespaces'],
  ])('%j is refused with its place', (text, message) => {
    expect(problem(() => raw(text))).toBe(message);
  });
});

function problem(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    const [first] = error.diagnostics;
    return `${first?.span?.path}:${first?.span?.line}:${first?.span?.column}: ${first?.message}`;
  }
}
