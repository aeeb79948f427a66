/** The two ways in which Docker splits the rest of a line, neither of which removes a quote. */
import type { Slice } from './slice.ts';
import type { EscapeChar } from './types.ts';

/** At white space, whatever stands around it: COPY, ADD, EXPOSE, VOLUME, FROM. */
export function splitAtBlanks(slice: Slice): Slice[] {
  return [...slice.text.matchAll(/\S+/g)].map((match) =>
    slice.cut(match.index, match.index + match[0].length),
  );
}

/** The first word and what follows it. */
export function splitFirst(slice: Slice): [Slice, Slice] {
  const trimmed = slice.trim();
  const length = /^\S*/.exec(trimmed.text)?.[0].length ?? 0;
  return [trimmed.cut(0, length), trimmed.cut(length).trim()];
}

/** At white space outside of quotes and not behind an escape character: ENV, LABEL, ARG. Quotes and escapes stay. */
export function splitQuoted(slice: Slice, escapeChar: EscapeChar): Slice[] {
  const { text } = slice;
  const words: Slice[] = [];
  let start = -1;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const ch = text.charAt(at);
    if (quote === '' && /\s/.test(ch)) {
      if (start !== -1) words.push(slice.cut(start, at));
      start = -1;
      continue;
    }
    if (start === -1) start = at;
    if (ch === escapeChar && quote !== "'") at += 1;
    else quote = nextQuote(quote, ch);
  }
  if (start !== -1) words.push(slice.cut(start));
  return words;
}

/** The quote that is open after `ch`. */
export function nextQuote(open: string, ch: string): string {
  if (open !== '') return ch === open ? '' : open;
  return ch === '"' || ch === "'" ? ch : '';
}
