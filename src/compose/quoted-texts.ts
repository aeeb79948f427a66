/**
 * What Compose tools read in quoted texts beyond YAML 1.2: further lines that are indented no deeper than the key, and `\'` in double
 * quotes. And what they refuse of it: `\/`, and halves of surrogate pairs.
 */
import { parseDocument } from 'yaml';

/** Text of which one quoted text has been put on one line, letter for letter. */
export interface JoinedText {
  readonly text: string;
  /** Offset of the quoted text. */
  readonly start: number;
  /** What it says. */
  readonly value: string;
}

/** A document's marker: it ends whatever is open. */
const marker = /^(?:---|\.\.\.)(?:[ \t\r]|$)/m;

/**
 * Puts the lines of a quoted text together where the parser saw it end too early.
 *
 * @param original - the same text, of which nothing has been put together yet
 * @param quote - of the text
 * @param at - offset of the parser's complaint: in the quoted text, behind what it read of it
 * @returns undefined when the quotes are not closed
 */
export function joinQuotedLines(
  text: string,
  original: string,
  { quote, at }: { readonly quote: string; readonly at: number },
): JoinedText | undefined {
  const start = openingQuote(text, quote, at);
  const end = start < 0 ? -1 : closingQuote(text, quote, start + 1);
  if (end < 0) return undefined;
  const written = original.slice(start, end + 1);
  if (!written.includes('\n') || marker.test(written)) return undefined;
  const line = written.replace(/[\r\n]/g, ' ');
  return {
    text: text.slice(0, start) + line + text.slice(end + 1),
    start,
    value: unquote(written),
  };
}

/** Offset of the quote that a text before `before` begins with; -1 when there is none. */
export function openingQuote(text: string, quote: string, before: number): number {
  for (let at = text.lastIndexOf(quote, before - 1); at >= 0; at = text.lastIndexOf(quote, at - 1)) {
    if (quote === "'" && text[at - 1] === "'") at -= 1;
    else if (quote === "'" || !isEscaped(text, at)) return at;
    if (at === 0) break;
  }
  return -1;
}

function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text[from - 1] === '\\') from -= 1;
  return (at - from) % 2 === 1;
}

function closingQuote(text: string, quote: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      if (quote === '"' || text[at + 1] !== "'") return at;
      at += 1;
    }
  }
  return -1;
}

/** What a text in quotes says. */
export function unquote(written: string): string {
  const { contents } = parseDocument(withApostrophes(written), { schema: 'failsafe', logLevel: 'silent' });
  return String((contents as { readonly source?: string } | null)?.source ?? '');
}

/** `\'` as it may be written in YAML. */
function withApostrophes(written: string): string {
  return written.startsWith('"')
    ? written.replace(/\\([\s\S])/g, (all, c) => (c === "'" ? c : all))
    : written;
}

const refusedEscape = /\\(?:(\/|u[dD][89a-fA-F][\da-fA-F]{2}|U0000[dD][89a-fA-F][\da-fA-F]{2})|[\s\S])/g;

/** The first escape in double quotes that Compose tools refuse, and its offset. */
export function refusedEscapeIn(
  written: string,
): { readonly escape: string; readonly at: number } | undefined {
  for (const found of written.matchAll(refusedEscape))
    if (found[1] !== undefined) return { escape: found[0], at: found.index };
  return undefined;
}
