/**
 * Go's `filepath.Match` for slash-separated paths, which COPY and ADD use for their sources.
 *
 * `*` is any text without a slash, `?` one character but a slash, `[a-c]` and `[^a-c]` one of a set, `\x` is `x`.
 *
 * @see https://pkg.go.dev/path/filepath#Match
 */

/** A pattern that is not well formed, as Go's `ErrBadPattern`. */
export class BadPattern extends Error {
  override readonly name = 'BadPattern';
}

/** True when the text has a character that `goMatch` treats specially. */
export function hasPattern(text: string): boolean {
  return /[*?[\\]/.test(text);
}

/**
 * Matches the whole name.
 *
 * @throws {BadPattern} for `[`, `[]`, `[a-`, a trailing backslash
 */
export function goMatch(pattern: string, name: string): boolean {
  return compileGoMatch(pattern).test(name);
}

/** The pattern as a regular expression, for many names. @throws {BadPattern} */
export function compileGoMatch(pattern: string): RegExp {
  return new RegExp(`^${goExpression(pattern)}$`, 'su');
}

/** Without anchors; for patterns that are parts of others. @throws {BadPattern} */
export function goExpression(pattern: string): string {
  let out = '';
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const { taken, expression } = nextPart(rest);
    out += expression;
    at += taken;
  }
  return out;
}

function nextPart(rest: string): { taken: number; expression: string } {
  const ch = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  switch (ch) {
    case '*':
      return { taken: /^\*+/.exec(rest)?.[0].length ?? 1, expression: '[^/]*' };
    case '?':
      return { taken: 1, expression: '[^/]' };
    case '[':
      return classPart(rest);
    case '\\': {
      const escaped = rest.slice(1).match(/^./su)?.[0];
      if (escaped === undefined) throw new BadPattern('a backslash at the end');
      return { taken: 1 + escaped.length, expression: quoteMeta(escaped) };
    }
    default:
      return { taken: ch.length, expression: quoteMeta(ch) };
  }
}

/** `[^a-z0\]]`; a class never matches a slash only because Go's names have none between separators, so it may. */
function classPart(rest: string): { taken: number; expression: string } {
  const match = /^\[(\^?)((?:(?:\\.|[^\\\]-])(?:-(?:\\.|[^\\\]-]))?)+)\]/su.exec(rest);
  if (!match) throw new BadPattern(`a malformed [...] in ${rest}`);
  const [all, not = '', inside = ''] = match;
  const ranges = [...inside.matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))?/gsu)].map(([, low = '', high]) => {
    const from = quoteMeta(low.replace(/^\\/, ''));
    if (high === undefined) return from;
    const to = high.replace(/^\\/, '');
    // Go matches nothing for a range that runs backwards.
    const backwards = (low.replace(/^\\/, '').codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0);
    return backwards ? '' : `${from}-${quoteMeta(to)}`;
  });
  return { taken: all.length, expression: `[${not}${ranges.join('')}]` };
}

/** Makes a character stand for itself, in and out of brackets. */
export function quoteMeta(ch: string): string {
  return ch === '-' ? '\\x2d' : ch.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
