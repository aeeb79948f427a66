import { describe, expect, it } from 'vitest';
import { ExpansionError, expandToWords, expandWord } from '../../../src/containerfile/expand-word.ts';

const variables: Readonly<Record<string, string>> = {
  v: 'foo.tar.gz',
  path: 'a/b/c.txt',
  str: 'foobarbaz',
  empty: '',
  blanks: 'a  b',
  star: '*',
  ü: 'umlaut',
};
const lookup = (name: string): string | undefined =>
  Object.hasOwn(variables, name) ? variables[name] : undefined;

describe('a word', () => {
  it.each([
    // plain
    ['x', 'x'],
    ['', ''],
    ['$v', 'foo.tar.gz'],
    ['${v}', 'foo.tar.gz'],
    ['a${v}b', 'afoo.tar.gzb'],
    ['$v.x', 'foo.tar.gz.x'],
    ['$v$v', 'foo.tar.gzfoo.tar.gz'],
    ['$v_x', ''],
    ['$ü', 'umlaut'],
    ['$nope', ''],
    ['$empty', ''],
    ['$blanks', 'a  b'],
    // not a variable
    ['$', '$'],
    ['a$', 'a$'],
    ['$$', '$$'],
    ['$@', '$@'],
    ['$1', ''],
    ['$1x', 'x'],
    ['${1}', ''],
    ['$.', '$.'],
    // quotes
    ['"$v x"', 'foo.tar.gz x'],
    ["'$v x'", '$v x'],
    ['x"y"z', 'xyz'],
    ['"a \'b\' c"', "a 'b' c"],
    ['\'a "b" c\'', 'a "b" c'],
    ['"q\\"r"', 'q"r'],
    ['"a\\b"', 'a\\b'],
    ['"a\\\\b"', 'a\\b'],
    ['"a\\$v"', 'a$v'],
    ["'a\\b'", 'a\\b'],
    ['""', ''],
    // escapes
    ['\\$v', '$v'],
    ['a\\b', 'ab'],
    ['a\\ b', 'a b'],
    ['\\"x\\"', '"x"'],
    ['\\\\', '\\'],
    ['x\\', 'x'],
    // defaults and alternatives
    ['${v:-d}', 'foo.tar.gz'],
    ['${nope:-d}', 'd'],
    ['${empty:-d}', 'd'],
    ['${v-d}', 'foo.tar.gz'],
    ['${nope-d}', 'd'],
    ['${empty-d}', ''],
    ['${v:+d}', 'd'],
    ['${nope:+d}', ''],
    ['${empty:+d}', ''],
    ['${v+d}', 'd'],
    ['${nope+d}', ''],
    ['${empty+d}', 'd'],
    ['${v:?m}', 'foo.tar.gz'],
    ['${v?m}', 'foo.tar.gz'],
    ['${empty?m}', ''],
    ['${nope:-}', ''],
    ['${nope:-$v}', 'foo.tar.gz'],
    ['${nope:-${v}}', 'foo.tar.gz'],
    ['${nope:-${no:-deep}}', 'deep'],
    ['${nope:-"q }r"}', 'q }r'],
    ['"${nope:-a b}"', 'a b'],
    ['${nope:-a:b}', 'a:b'],
    // prefixes and suffixes
    ['${v#foo}', '.tar.gz'],
    ['${v#*.}', 'tar.gz'],
    ['${v##*.}', 'gz'],
    ['${v%.*}', 'foo.tar'],
    ['${v%%.*}', 'foo'],
    ['${v#bar}', 'foo.tar.gz'],
    ['${v%bar}', 'foo.tar.gz'],
    ['${v#???}', '.tar.gz'],
    ['${v%?}', 'foo.tar.g'],
    ['${str#f*b}', 'arbaz'],
    ['${str##f*b}', 'az'],
    ['${str%b*}', 'foobar'],
    ['${str%%b*}', 'foo'],
    ['${path##*/}', 'c.txt'],
    ['${path%/*}', 'a/b'],
    ['${path%%/*}', 'a'],
    ['${path#a/b/c.txt}', ''],
    ['${path%%*}', ''],
    ['${str#[fg]o}', 'obarbaz'],
    ['${v#${nope:-foo}}', '.tar.gz'],
    ['${star#\\*}', ''],
    ['${v#\\*}', 'foo.tar.gz'],
    ['${v%.gz}', 'foo.tar'],
    ['${v%_gz}', 'foo.tar.gz'],
    // replacement
    ['${v/foo/bar}', 'bar.tar.gz'],
    ['${v//o/0}', 'f00.tar.gz'],
    ['${v/o/0}', 'f0o.tar.gz'],
    ['${v//o}', 'f.tar.gz'],
    ['${v//./$star}', 'foo*tar*gz'],
    ['${path//\\//_}', 'a_b_c.txt'],
    ['${path/\\//_}', 'a_b/c.txt'],
    ['${str/b*/X}', 'fooX'],
    ['${str//ba?/X}', 'fooXX'],
    ['${v/x/y}', 'foo.tar.gz'],
    ['${v/foo/$&}', '$&.tar.gz'],
  ])('%s -> %s', (text, expected) => {
    expect(expandWord(text, lookup)).toBe(expected);
  });

  it.each([
    ["'a", "a single quote is not closed in 'a"],
    ['"a', 'a double quote is not closed in "a'],
    ['${v', 'a "}" is missing in ${v'],
    ['${v:-x', 'a "}" is missing in ${v:-x'],
    ['${v/x', 'a "}" is missing in ${v/x'],
    ['${}', 'a name is missing in ${}'],
    ['${v:x}', '":x" is no modifier in ${v:x}'],
    ['${v!x}', '"!" is no modifier in ${v!x}'],
    ['${nope:?}', '"nope" is not set'],
    ['${nope?why not}', '"nope" is not set: why not'],
    ['${empty:?say}', '"empty" is empty: say'],
    ['${v#}', '"v#" has no pattern'],
    ['${v//}', '"v/" has no pattern'],
    ['${v#[z-a]}', 'a pattern is malformed in ${v#[z-a]}'],
  ])('%s is refused', (text, message) => {
    expect(() => expandWord(text, lookup)).toThrow(new ExpansionError(message));
  });
});

describe('a word that may become several', () => {
  it.each<[string, string[]]>([
    ['$blanks', ['a', 'b']],
    ['x$blanks', ['xa', 'b']],
    ['"$blanks"', ['a  b']],
    ['$empty', []],
    ['""', []],
    ['80/tcp', ['80/tcp']],
    ['a\\ b', ['a b']],
    ['${nope:-x y}', ['x', 'y']],
  ])('%s', (text, expected) => {
    expect(expandToWords(text, lookup)).toEqual(expected);
  });
});

describe('the text of a heredoc', () => {
  it.each([
    ['hello $v\n', 'hello foo.tar.gz\n'],
    ['a "$v" \'$v\'', 'a "foo.tar.gz" \'$v\''],
    ['\\$v \\n \\\\', '\\$v \\n \\\\'],
    ["it's $v", "it's foo.tar.gz"],
    ['5" wide $v', '5" wide foo.tar.gz'],
    ['"a\\"b $v"', '"a\\"b foo.tar.gz"'],
    ['$$ $@ $# ${v%.gz}', '   foo.tar'],
    ['$', '$'],
  ])('%j', (text, expected) => {
    expect(expandWord(text, lookup, 'keep')).toBe(expected);
  });
});
