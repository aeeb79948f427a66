/** Laws of env files: where the dotenv package parses, it gives what Compose's grammar gives; and every file that it cannot be trusted with is told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ComposeError } from '../../src/base/errors.ts';
import { readEnvText } from '../../src/compose/dotenv.ts';
import { parsePlainEnvFile } from '../../src/compose/plain-env-file.ts';
import { SourceFile } from '../../src/compose/source.ts';

const blank = fc.constantFrom('', '', ' ', '\t', '  ');
const key = fc.constantFrom(
  'A',
  'B',
  'a',
  '_',
  'A.b-c',
  'exported',
  'export_',
  'constructor',
  'toString',
  'Z9',
);
/** Printable, tabs included; what begins a value with a meaning of its own left out. */
const inner = fc
  .string({ unit: fc.constantFrom(...'ab1 \t=:;,./\\\'"`@!%&*()[]{}<>?|^~+-_') })
  .map((text) => `x${text}`);
const value = fc.oneof(
  inner,
  fc.constantFrom('', '1', 'a b', 'C:\\dir\\n', 'k=v', 'postgres://u@h:1/d?x=y', "it's", '%20', '-1'),
);
const assignment = fc
  .record({
    before: blank,
    exported: fc.constantFrom('', '', 'export ', 'export \t'),
    key,
    gap: blank,
    space: blank,
    value,
    after: blank,
  })
  .map(
    (line) => `${line.before}${line.exported}${line.key}${line.gap}=${line.space}${line.value}${line.after}`,
  );
const comment = fc
  .tuple(blank, fc.constantFrom('#', '# A=1', '#A="open', "# it's ${X", '## é'))
  .map((parts) => parts.join(''));
const plainFile = fc
  .tuple(
    fc.array(fc.oneof({ weight: 4, arbitrary: assignment }, comment, blank), { maxLength: 8 }),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
  )
  .map(([lines, end, isEnded]) => lines.join(end) + (isEnded ? end : ''));

/** Anything, of characters that mean something. */
const anyFile = fc
  .array(
    fc.constantFrom(
      'A',
      'B=',
      '=',
      '1',
      ' ',
      '\t',
      '\n',
      '\n\n',
      '\r',
      '\r\n',
      '#',
      ' #',
      ':',
      ': ',
      '"',
      "'",
      '`',
      '\\',
      '\\n',
      '$',
      '$A',
      '${B}',
      'export',
      'export ',
      '__proto__',
      '__proto__=1',
      '0',
      '-',
      '.',
      '[',
      '\u00a0',
      '\u0085',
      '\u2028',
      '\u2029',
      '\v',
      '\f',
      '\ufeff',
      '\u3000',
      'é',
      'é=1',
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(''));

/** Compose's own grammar, where nothing is to be inherited. */
const whole = (text: string): [string, string][] => [
  ...readEnvText(new SourceFile('/p/.env', text), { lookup: () => undefined, onUnset: () => undefined }),
];

describe('files that dotenv parses', () => {
  test('have the same keys, values and order as by the whole grammar', () => {
    fc.assert(
      fc.property(plainFile, (text) => {
        const plain = parsePlainEnvFile(text);
        expect(plain).toBeDefined();
        expect([...(plain ?? [])]).toEqual(whole(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('are only those that both read alike', () => {
    let parsed = 0;
    fc.assert(
      fc.property(anyFile, (text) => {
        const plain = parsePlainEnvFile(text);
        if (plain === undefined) return;
        parsed += 1;
        expect([...plain]).toEqual(whole(text));
      }),
      { numRuns: 20_000 },
    );
    expect(parsed).toBeGreaterThan(100);
  });

  test.each([
    'A="1"',
    "A='1'",
    'A=`1`',
    'A=$B',
    'A=1 # c',
    'A=1#c',
    'A: 1',
    'A',
    'A=é',
    '1=2',
    '__proto__=1',
    'export =1',
    'A=\u00a01',
    '"A"=1',
    'A B=1',
  ])('%j is not one of them', (text) => {
    expect(parsePlainEnvFile(`X=1\n${text}\nY=2`)).toBeUndefined();
  });

  test('a large file takes no more than its length asks for', () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => (index % 2 === 0 ? '' : `K${index} = v `));
    const read = parsePlainEnvFile(lines.join('\n'));
    expect(read?.size).toBe(50_000);
    expect(read?.get('K99999')).toBe('v');
  });
});

test('whatever is in a file, it gives values or says where it is wrong', () => {
  fc.assert(
    fc.property(anyFile, (text) => {
      try {
        whole(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ComposeError);
        expect((error as ComposeError).diagnostics[0]?.span?.line).toBeGreaterThan(0);
      }
    }),
    { numRuns: 2000 },
  );
});
