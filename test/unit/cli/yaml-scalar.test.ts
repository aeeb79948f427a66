/** How texts are written as YAML, letter by letter as compose tools do. */
import { describe, expect, test } from 'vitest';
import { compareNaturally } from '../../../src/cli/config/natural-order.ts';
import { scalarText } from '../../../src/cli/config/yaml-scalar.ts';

describe('scalars', () => {
  test.each<[string, string]>([
    ['plain text', 'plain text'],
    ['x: y', "'x: y'"],
    ['a #b', "'a #b'"],
    [' lead', "' lead'"],
    ["'q", "'''q'"],
    ['yes', '"yes"'],
    ['1e3', '"1e3"'],
    ['1:20', '"1:20"'],
    ['2020-01-01', '"2020-01-01"'],
    ['', '""'],
    ['-x', '-x'],
    ['- x', "'- x'"],
    ['a\tb', '"a\\tb"'],
    ['a\nb', '|-\n  a\n  b'],
    ['a\nb\n', '|\n  a\n  b'],
    ['a\n\n', '|+\n  a\n'],
    [' a\nb', '|2-\n   a\n  b'],
    ['a \nb', '"a \\nb"'],
    ['\u{1f600}', '"\\U0001F600"'],
    ['\u0085', '"\\N"'],
    ['a\\b', 'a\\b'],
  ])('%j', (text, written) => {
    expect(scalarText(text, '  ')).toBe(written);
  });

  test('keys are in natural order', () => {
    const keys = ['a10', 'a2', 'B', '_a', '1', '10', '9', 'a-b', 'a b', 'a.b', 'true', 'v1.10', 'v1.9', 'é'];
    expect([...keys].sort(compareNaturally)).toEqual([
      '_a',
      '1',
      '9',
      '10',
      'B',
      'a b',
      'a-b',
      'a.b',
      'a2',
      'a10',
      'true',
      'v1.9',
      'v1.10',
      'é',
    ]);
  });
});
