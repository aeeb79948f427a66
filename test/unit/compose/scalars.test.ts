/** Plain YAML scalars: which type each has, and how numbers are printed where a text is meant. */
import { describe, expect, test } from 'vitest';
import { formatFloat, resolvePlain } from '../../../src/compose/scalars.ts';

describe('types', () => {
  test.each<[string, string | number | boolean | null, string]>([
    ['', null, 'null'],
    ['~', null, 'null'],
    ['True', true, 'bool'],
    ['yes', 'yes', 'string'],
    ['0755', 493, 'int'],
    ['0o17', 15, 'int'],
    ['0x1F', 31, 'int'],
    ['0b11', 3, 'int'],
    ['1_000', 1000, 'int'],
    ['08', 8, 'float'],
    ['1e3', 1000, 'float'],
    ['.5', 0.5, 'float'],
    ['1e400', '1e400', 'string'],
    ['22:22', '22:22', 'string'],
    ['1.2.3', '1.2.3', 'string'],
    ['2020-01-01', '2020-01-01', 'time'],
    ['2020-02-29', '2020-02-29', 'time'],
    ['2021-02-29', '2021-02-29', 'string'],
    ['2020-13-01', '2020-13-01', 'string'],
    ['2020-01-01T25:00:00Z', '2020-01-01T25:00:00Z', 'string'],
  ])('%s', (source, value, type) => {
    expect(resolvePlain(source)).toEqual({ value, type });
  });
});

describe('floats as text', () => {
  test.each([
    [1, '1'],
    [1.5, '1.5'],
    [123456.7, '123456.7'],
    [1234567.5, '1.2345675e+06'],
    [1e6, '1e+06'],
    [1e20, '1e+20'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-0, '-0'],
    [Number.POSITIVE_INFINITY, '+Inf'],
  ])('%d', (value, printed) => {
    expect(formatFloat(value)).toBe(printed);
  });
});
