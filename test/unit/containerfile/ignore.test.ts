import { describe, expect, it } from 'vitest';
import { BadPattern, goMatch, hasPattern } from '../../../src/containerfile/go-match.ts';
import { ignoreFileNames, ignoreMatcher, parseIgnoreFile } from '../../../src/containerfile/ignore.ts';

const tree = [
  'a.md',
  'README.md',
  'b.txt',
  'src',
  'src/b.txt',
  'src/deep',
  'src/deep/b.txt',
  'src/deep/x.md',
  'sub/node_modules',
  'sub/node_modules/q',
  '.env',
];

const ignored = (text: string): string[] => tree.filter(parseIgnoreFile(text, 'f').ignores);

describe('ignore files', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['# *\n\n  \n', []],
    ['*.md\n', ['a.md', 'README.md']],
    ['*.md\n!README.md\n', ['a.md']],
    ['!README.md\n*.md\n', ['a.md', 'README.md']],
    ['**/*.md', ['a.md', 'README.md', 'src/deep/x.md']],
    ['src', ['src', 'src/b.txt', 'src/deep', 'src/deep/b.txt', 'src/deep/x.md']],
    ['/src/', ['src', 'src/b.txt', 'src/deep', 'src/deep/b.txt', 'src/deep/x.md']],
    ['./src/./deep', ['src/deep', 'src/deep/b.txt', 'src/deep/x.md']],
    ['x/../src/deep', ['src/deep', 'src/deep/b.txt', 'src/deep/x.md']],
    ['src\n!src/deep', ['src', 'src/b.txt']],
    ['src\n!src/deep\nsrc/deep/*.md', ['src', 'src/b.txt', 'src/deep/x.md']],
    ['b.txt', ['b.txt']],
    ['*/b.txt', ['src/b.txt']],
    ['**/b.txt', ['b.txt', 'src/b.txt', 'src/deep/b.txt']],
    ['src/**/b.txt', ['src/b.txt', 'src/deep/b.txt']],
    ['src/**', ['src/b.txt', 'src/deep', 'src/deep/b.txt', 'src/deep/x.md']],
    ['**/node_modules', ['sub/node_modules', 'sub/node_modules/q']],
    ['node_modules', []],
    ['.*', ['.env']],
    ['s**b', []],
    ['s**b.txt', ['src/b.txt', 'src/deep/b.txt']],
    ['src**b.txt', ['src/b.txt', 'src/deep/b.txt']],
    ['src**', ['src', 'src/b.txt', 'src/deep', 'src/deep/b.txt', 'src/deep/x.md']],
    ['**b.txt', ['b.txt', 'src/b.txt', 'src/deep/b.txt']],
    ['***.txt', ['b.txt', 'src/b.txt', 'src/deep/b.txt']],
    ['?.txt', ['b.txt']],
    ['[ab].*', ['a.md', 'b.txt']],
    ['[^ab].*', []],
    ['\\*.md', []],
    ['  a.md  ', ['a.md']],
    ['! a.md\n', []],
    ['*.md\n! a.md\n', ['README.md']],
    ['a.md\r\nb.txt\r\n', ['a.md', 'b.txt']],
    ['\uFEFFa.md', ['a.md']],
    ['.', []],
    ['/', []],
    ['..', []],
    [
      '*\n!b.txt',
      [
        'a.md',
        'README.md',
        'src',
        'src/b.txt',
        'src/deep',
        'src/deep/b.txt',
        'src/deep/x.md',
        'sub/node_modules',
        'sub/node_modules/q',
        '.env',
      ],
    ],
    ['**', tree],
  ])('%j', (text, expected) => {
    expect(ignored(text)).toEqual(expected);
  });

  it.each<[string, string, boolean]>([
    ['src', 'src', true],
    ['*.md', 'src', false],
    ['src\n!src/deep', 'src', false],
    ['*\n!docs/keep', 'src', true],
    ['*\n!docs/keep', 'docs', false],
    ['*\n!**/keep', 'src', true],
    ['*\n!d*/keep', 'docs', true],
  ])('%j: a walk skips %s: %s', (text, folder, expected) => {
    expect(parseIgnoreFile(text, 'f').prunes(folder)).toBe(expected);
  });

  it.each([
    ['a\n!\n', 'a "!" without a pattern', 2],
    ['[a', 'the pattern "[a" has a malformed [...] in [a', 1],
    ['a\\', 'the pattern "a\\" has a backslash at the end', 1],
  ])('%j is refused', (text, message, line) => {
    try {
      parseIgnoreFile(text, 'f');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        diagnostics: [{ code: 'E_CONTAINERFILE', message, span: { path: 'f', line } }],
      });
    }
  });

  it('are looked for beside the Containerfile, then in the context', () => {
    expect(ignoreFileNames('App.Containerfile')).toEqual({
      beside: ['App.Containerfile.containerignore', 'App.Containerfile.dockerignore'],
      inContext: ['.containerignore', '.dockerignore'],
    });
  });

  it('can come from a list', () => {
    const matcher = ignoreMatcher(['*.md', '!a.md'], { path: 'f', line: 1, column: 1 });
    expect([matcher.hasExceptions, matcher.ignores('b.md'), matcher.ignores('a.md')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("Go's filepath.Match", () => {
  it.each<[string, string, boolean]>([
    ['abc', 'abc', true],
    ['*', 'abc', true],
    ['*c', 'abc', true],
    ['a*', 'a', true],
    ['a*', 'ab/c', false],
    ['a*/b', 'abc/b', true],
    ['a*/b', 'a/c/b', false],
    ['a*b*c*d*e*/f', 'axbxcxdxe/f', true],
    ['a*b?c*x', 'abxbbxdbxebxczzx', true],
    ['a*b?c*x', 'abxbbxdbxebxczzy', false],
    ['ab[c]', 'abc', true],
    ['ab[b-d]', 'abc', true],
    ['ab[e-g]', 'abc', false],
    ['ab[^c]', 'abc', false],
    ['ab[^e-g]', 'abc', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'ab', false],
    ['a?b', 'a☺b', true],
    ['a[^a]b', 'a☺b', true],
    ['a???b', 'a☺b', false],
    ['[a-ζ]*', 'α', true],
    ['*[a-ζ]', 'A', false],
    ['a?b', 'a/b', false],
    ['a*b', 'a/b', false],
    ['[\\]a]', ']', true],
    ['[\\-]', '-', true],
    ['[x\\-]', 'x', true],
    ['[x\\-]', 'z', false],
    ['[\\-x]', '-', true],
    ['*x', 'xxx', true],
    ['a.b', 'axb', false],
    ['(p)+{q}', '(p)+{q}', true],
    ['[!a]', '!', true],
    ['[z-a]', 'b', false],
    ['a**', 'abc', true],
    ['**/x', 'a/b/x', false],
    ['🙂?', '🙂🙃', true],
  ])('%s %s %s', (pattern, name, expected) => {
    expect(goMatch(pattern, name)).toBe(expected);
  });

  it.each(['[]a]', '[-]', '[x-]', '[-x]', '[', '[^', '[^bc', 'a[', 'a\\', '[a-b-c]'])(
    '%s is malformed',
    (pattern) => {
      expect(() => goMatch(pattern, 'a')).toThrow(BadPattern);
    },
  );

  it('tells patterns from names', () => {
    expect(['a*', 'a?', '[a]', 'a\\b', 'a b', 'a{b}'].map(hasPattern)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
