/**
 * Cuts the text of a large compose file at the entries of its top-level mappings, so that the YAML library holds the syntax tree of a
 * few services at a time instead of that of all. It only ever cuts where an entry must begin; whatever it is not sure of is not cut.
 */

/** Offsets in the text. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** `KEY:` with a block mapping below it, in pieces; or a piece that holds whole entries of the top level. */
export type Part =
  | { readonly kind: 'entries'; readonly piece: Piece }
  | {
      readonly kind: 'section';
      readonly key: string;
      /** Of the key. */
      readonly place: Piece;
      readonly pieces: readonly Piece[];
    };

/** About as much as the library parses without its tree outliving a young collection. */
const pieceLength = 2 * 1024;
const header = /^([A-Za-z][\w-]*):[ \t\r]*(?:#.*)?$/;

/** @returns the parts in order, gapless; undefined when the text is not a plain mapping of one document */
export function splitYaml(text: string): Part[] | undefined {
  const starts = entryStarts(text, 0, text.length, 0);
  if (!starts || starts.length === 0) return undefined;
  const parts: Part[] = [];
  for (const [index, start] of starts.entries()) {
    const from = index === 0 ? 0 : start;
    const end = starts[index + 1] ?? text.length;
    parts.push(sectionOf(text, start, end) ?? { kind: 'entries', piece: { start: from, end } });
  }
  return parts;
}

function sectionOf(text: string, start: number, end: number): Part | undefined {
  const lineEnd = endOfLine(text, start, end);
  const key = header.exec(text.slice(start, lineEnd))?.[1];
  if (key === undefined || end - start < pieceLength) return undefined;
  const from = Math.min(lineEnd + 1, end);
  const indent = firstIndent(text, from, end);
  const starts = indent > 0 ? entryStarts(text, from, end, indent) : undefined;
  if (!starts) return undefined;
  const place = { start, end: start + key.length };
  return { kind: 'section', key, place, pieces: grouped(starts, from, end) };
}

/** Entries are put together until a piece is worth a parser's start. */
function grouped(starts: readonly number[], from: number, end: number): Piece[] {
  const pieces: Piece[] = [];
  let begin = from;
  for (const start of starts) {
    if (start - begin < pieceLength) continue;
    pieces.push({ start: begin, end: start });
    begin = start;
  }
  pieces.push({ start: begin, end });
  return pieces;
}

function endOfLine(text: string, from: number, end: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 || at > end ? end : at;
}

function firstIndent(text: string, from: number, end: number): number {
  for (let at = from; at < end; at = endOfLine(text, at, end) + 1) {
    const content = contentOf(text, at, end);
    if (content !== undefined) return content - at;
  }
  return 0;
}

/** Offset of a line's first character that is not a space; undefined for blank lines and comments. */
function contentOf(text: string, lineStart: number, end: number): number | undefined {
  let at = lineStart;
  while (at < end && text.charCodeAt(at) === 32) at += 1;
  const c = text[at];
  return at >= end || c === '\n' || c === '\r' || c === '#' ? undefined : at;
}

/**
 * Where the entries of a mapping of that indent begin. Whatever a value spans stands deeper, lists apart, which may stand under their key.
 *
 * @returns undefined when a line stands where only other kinds of content can
 */
function entryStarts(text: string, from: number, end: number, indent: number): number[] | undefined {
  const starts: number[] = [];
  for (let at = from; at < end; at = endOfLine(text, at, end) + 1) {
    const content = contentOf(text, at, end);
    if (content === undefined || content - at > indent) continue;
    if (content - at < indent) return undefined;
    const kind = lineKind(text, content);
    if (kind === 'unsure') return undefined;
    if (kind === 'key') starts.push(at);
    else if (starts.length === 0) return undefined;
  }
  return starts;
}

/** An entry begins with a letter, a digit or a quote; markers, directives, tags, merge keys and flow collections are left to the library. */
function lineKind(text: string, at: number): 'key' | 'item' | 'unsure' {
  const c = text[at] ?? '';
  if (/[\w"'$.]/.test(c)) return text.startsWith('...', at) ? 'unsure' : 'key';
  return c === '-' && text[at + 1] === ' ' ? 'item' : 'unsure';
}
