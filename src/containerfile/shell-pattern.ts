/**
 * The patterns of `${name#pattern}` and its kin: `*` is any text, `?` one character, `[abc]` one of them, `\x` is `x`.
 *
 * @see https://docs.docker.com/reference/dockerfile/#environment-replacement
 */

/** How much of the text a `*` takes. */
export type Greed = 'shortest' | 'longest';

/** Removes the prefix that matches, the shortest or the longest one. */
export function removePrefix(value: string, pattern: string, greed: Greed): string {
  return value.replace(new RegExp(`^${expressionOf(pattern, greed)}`, 'su'), '');
}

/** Removes the suffix that matches, the shortest or the longest one. */
export function removeSuffix(value: string, pattern: string, greed: Greed): string {
  const whole = new RegExp(`^${expressionOf(pattern, 'longest')}$`, 'su');
  const starts = boundaries(value);
  if (greed === 'shortest') starts.reverse();
  const start = starts.find((at) => whole.test(value.slice(at)));
  return start === undefined ? value : value.slice(0, start);
}

/** Replaces what matches, the first or every occurrence; each match is as long as can be. */
export function replacePattern(
  value: string,
  pattern: string,
  replacement: string,
  which: 'first' | 'all',
): string {
  const expression = new RegExp(expressionOf(pattern, 'longest'), which === 'all' ? 'gsu' : 'su');
  return value.replace(expression, () => replacement);
}

/** Offsets at which a character begins, and the end. */
function boundaries(value: string): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const ch of value) {
    starts.push(at);
    at += ch.length;
  }
  return [...starts, at];
}

function expressionOf(pattern: string, greed: Greed): string {
  const token = /\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|(.)/gsu;
  let out = '';
  for (const [, escaped, not = '', inside, plain = ''] of pattern.matchAll(token)) {
    if (escaped !== undefined) out += literal(escaped);
    else if (inside !== undefined) out += `[${not}${classOf(inside)}]`;
    else if (plain === '*') out += greed === 'longest' ? '.*' : '.*?';
    else out += plain === '?' ? '.' : literal(plain);
  }
  return out;
}

function literal(ch: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(ch) ? `\\${ch}` : ch;
}

/** Keeps ranges; everything else in the brackets stands for itself. */
function classOf(inside: string): string {
  return inside.replace(/\\(.)|[[\]^]/gsu, (all, escaped?: string) =>
    escaped === undefined ? `\\${all}` : literal(escaped),
  );
}
