/** Scalars with tags, and quoted texts that Compose tools read otherwise than YAML 1.2 has it. */
import { describe, expect, test } from 'vitest';
import { isMap, toPlain } from '../../../src/compose/node.ts';
import { parseYaml } from '../../../src/compose/parse-yaml.ts';
import { SourceFile } from '../../../src/compose/source.ts';
import { complaints, load } from '../../support/load-text.ts';

const read = (text: string): unknown => {
  const [tree] = parseYaml(new SourceFile('/p/compose.yaml', text));
  return tree && toPlain(tree);
};
const meaning = (written: string): unknown => read(`k: ${written}\n`);
const complaint = (written: string): string[] =>
  complaints(`x-a:\n  k: ${written}\nservices: {a: {image: x}}\n`);

describe('tags', () => {
  test.each<[string, unknown]>([
    ['!!str 5', '5'],
    ['!!str', ''],
    ['!!int "5"', 5],
    ["!!int '0x10'", 16],
    ['!!float 5', 5],
    ['!!float "1.5"', 1.5],
    ['!!bool "true"', true],
    ['!!null "null"', null],
    ['!!timestamp 2020-01-01', '2020-01-01'],
    ['!!binary aGk=', 'hi'],
    ['!<tag:yaml.org,2002:int> "5"', 5],
    ['! "5"', '5'],
    ['! 5', 5],
    ['!mine 5', '5'],
    ['!mine ~', '~'],
    ['!!set {a: b}', { a: 'b' }],
    ['!!omap [1]', [1]],
    ['&a !!int "5"', 5],
  ])('%s', (written, value) => {
    expect(meaning(written)).toEqual({ k: value });
  });

  test.each<[string, string]>([
    ['!!bool yes', '"yes" is not of the type that its tag !!bool asks for'],
    ['!!int "abc"', '"abc" is not of the type that its tag !!int asks for'],
    ['!!int 1.5', '"1.5" is not of the type that its tag !!int asks for'],
    ['!!null ""', ''],
    ['!!float 2020-01-01', '"2020-01-01" is not of the type that its tag !!float asks for'],
    ['!!binary abc', 'the value of the tag !!binary is not base64'],
  ])('%s', (written, message) => {
    const expected = `compose.yaml:2:${written.indexOf(' ') + 7} E_YAML ${message} (leave the tag out, or write a value of its type)`;
    expect(complaint(written)).toEqual(message === '' ? [] : [expected]);
  });

  test('a key that a tag makes a number is none', () => {
    expect(complaints('x-a: {!!int "5": 1}\nservices: {a: {image: x}}\n')).toEqual([
      'compose.yaml:1:13 E_SCHEMA non-string key in x-a: 5 (write it in quotes: "5")',
    ]);
  });
});

describe('quoted texts', () => {
  test.each<[string, string, unknown]>([
    ['at the indent of the key', 'a:\n  b: "one\n  two"\n  c: 1\n', { a: { b: 'one two', c: 1 } }],
    ['less deep than the key', 'a:\n  b: "one\ntwo"\n  c: "x\n  y"\n', { a: { b: 'one two', c: 'x y' } }],
    ['in a list', 'a:\n  - "one\n  two"\n  - z\n', { a: ['one two', 'z'] }],
    ['with an empty line', "a:\n  b: 'one\n\n  two'\n", { a: { b: 'one\ntwo' } }],
    ['with an escaped line break', 'a:\n  b: "one\\\n  two"\n', { a: { b: 'onetwo' } }],
    ['with quotes inside', "a:\n  b: 'it''s\n  \"so\"'\n", { a: { b: 'it\'s "so"' } }],
    ['with what looks like a key', 'a:\n  b: "one\n  c: # two"\n', { a: { b: 'one c: # two' } }],
    ['after an escaped quote', 'a:\n  b: "\\"one\n  two"\n', { a: { b: '"one two' } }],
    ['with a tag', 'a:\n  b: !!str "one\n  two"\n', { a: { b: 'one two' } }],
  ])('of many lines, %s', (_what, text, value) => {
    expect(read(text)).toEqual(value);
  });

  test('what follows one has its own place', () => {
    expect(complaints('services:\n  a:\n    hostname: "x\n    y"\n    image: x\n    imag: z\n')).toEqual([
      'compose.yaml:6:5 E_SCHEMA services.a: unknown attribute "imag" (did you mean "image"?)',
    ]);
  });

  test.each(['a: "one\n', "a: 'one\n  two\n", 'a:\n  b: "one\n---\ntwo"\n'])('%j is not closed', (text) => {
    expect(complaints(text)[0]).toMatch(/ E_YAML not valid YAML: .*quote/);
  });

  test('an apostrophe may be escaped in double quotes', () => {
    expect(meaning('"it\\\'s \\\\\' \\n"')).toEqual({ k: "it's \\' \n" });
  });

  test.each<[string, string]>([
    ['"a\\/b"', 'compose.yaml:2:8 E_YAML not valid YAML: unknown escape \\/ (write the character itself)'],
    [
      '"\\ud83d\\ude00"',
      'compose.yaml:2:7 E_YAML not valid YAML: unknown escape \\ud83d (write the character itself)',
    ],
    ['"a\\\\/b"', ''],
    ['"\\U0001F600"', ''],
  ])('%s', (written, message) => {
    expect(complaint(written)).toEqual(message === '' ? [] : [message]);
  });
});

describe('a dash alone in brackets', () => {
  test.each<[string, unknown]>([
    ['[cat, -]', ['cat', '-']],
    ['[-, a, -b]', ['-', 'a', '-b']],
    ['{a: -, b: [-]}', { a: '-', b: ['-'] }],
    ['["a -, b", -, "x\n  y"]', ['a -, b', '-', 'x y']],
  ])('%s is a text', (written, value) => {
    expect(meaning(written)).toEqual({ k: value });
  });

  test.each(['[ - ]', '[- a]'])('%s begins a list', (written) => {
    expect(complaint(written)[0]).toContain('E_YAML not valid YAML: ');
  });
});

test('a mark takes the place of the type: what it stands before is a text', () => {
  const files = {
    '/p/compose.yaml': 'services: {a: {image: x, hostname: h}}\n',
    '/p/over.yaml': 'services: {a: {hostname: !override 5}}\n',
  };
  const { project } = load(files, { files: ['/p/compose.yaml', '/p/over.yaml'] });
  expect(project.services['a']?.hostname).toBe('5');
  expect(isMap(parseYaml(new SourceFile('/p/x', 'a: !override {b: 1}'))[0])).toBe(true);
});
