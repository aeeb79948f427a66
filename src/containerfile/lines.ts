/**
 * Logical lines: continuations joined, comments and empty lines dropped, each character still knowing its place.
 *
 * @see https://docs.docker.com/reference/dockerfile/#format
 */
import type { Span } from '../base/span.ts';
import type { EscapeChar, Word } from './types.ts';

/** Where a stretch of a logical line stands in the file. */
interface Piece {
  /** Offset in the logical line. */
  readonly at: number;
  readonly line: number;
  readonly column: number;
}

/** One instruction as one line of text. */
export class LogicalLine {
  readonly path: string;
  readonly text: string;
  readonly #pieces: readonly Piece[];

  constructor(path: string, text: string, pieces: readonly Piece[]) {
    this.path = path;
    this.text = text;
    this.#pieces = pieces;
  }

  /** The place of `text.slice(start, end)`; an empty range is a point. */
  span(start: number, end: number): Span {
    const from = this.#position(start);
    const to = end > start ? this.#position(end - 1) : from;
    const past = end > start ? 1 : 0;
    return {
      path: this.path,
      line: from.line,
      column: from.column,
      endLine: to.line,
      endColumn: to.column + past,
    };
  }

  word(start: number, end: number): Word {
    return { text: this.text.slice(start, end), span: this.span(start, end) };
  }

  #position(offset: number): { line: number; column: number } {
    let found: Piece = this.#pieces[0] ?? { at: 0, line: 1, column: 1 };
    for (const piece of this.#pieces) if (piece.at <= offset) found = piece;
    return { line: found.line, column: found.column + offset - found.at };
  }
}

/** The lines of a file, taken one after the other; numbers are one-based. */
export class PhysicalLines {
  readonly path: string;
  readonly #lines: readonly string[];
  #next = 0;

  /** Line breaks are `\n` and `\r\n`; a byte order mark is not part of the first line. */
  constructor(path: string, text: string) {
    this.path = path;
    const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    this.#lines = lines;
  }

  peek(): string | undefined {
    return this.#lines[this.#next];
  }

  /** The next line with its number. */
  take(): { text: string; number: number } | undefined {
    const text = this.#lines[this.#next];
    if (text === undefined) return undefined;
    this.#next += 1;
    return { text, number: this.#next };
  }
}

const isComment = (line: string): boolean => /^\s*#/.test(line);
const isBlank = (line: string): boolean => /^\s*$/.test(line);

/** Puts a logical line together from its parts. */
class LineBuilder {
  #text = '';
  readonly #pieces: Piece[] = [];

  add(part: string, line: number, column: number): void {
    if (part !== '') this.#pieces.push({ at: this.#text.length, line, column });
    this.#text += part;
  }

  build(path: string): LogicalLine | undefined {
    return this.#text.trim() === '' ? undefined : new LogicalLine(path, this.#text, this.#pieces);
  }
}

/**
 * Reads the next instruction, over as many lines as its escape characters ask for.
 *
 * @param onEmptyLine - told of an empty line inside a continued instruction, which Docker deprecates
 */
export function readLogicalLine(
  lines: PhysicalLines,
  escapeChar: EscapeChar,
  onEmptyLine: (span: Span) => void,
): LogicalLine | undefined {
  for (let first = lines.take(); first; first = lines.take()) {
    if (isComment(first.text) || isBlank(first.text)) continue;
    const indent = first.text.length - first.text.trimStart().length;
    const { part, more } = cutContinuation(first.text.slice(indent), escapeChar);
    const builder = new LineBuilder();
    builder.add(part, first.number, indent + 1);
    if (more) readContinuation(lines, escapeChar, builder, onEmptyLine);
    const line = builder.build(lines.path);
    if (line) return line;
  }
  return undefined;
}

/** The lines that go on with an instruction; comments and empty lines between them do not end it. */
function readContinuation(
  lines: PhysicalLines,
  escapeChar: EscapeChar,
  builder: LineBuilder,
  onEmptyLine: (span: Span) => void,
): void {
  for (let next = lines.take(); next; next = lines.take()) {
    if (isComment(next.text)) continue;
    if (isBlank(next.text)) {
      onEmptyLine({ path: lines.path, line: next.number, column: 1 });
      continue;
    }
    const { part, more } = cutContinuation(next.text, escapeChar);
    builder.add(part, next.number, 1);
    if (!more) return;
  }
}

function cutContinuation(line: string, escapeChar: EscapeChar): { part: string; more: boolean } {
  let end = line.length;
  while (line[end - 1] === ' ' || line[end - 1] === '\t') end -= 1;
  return line[end - 1] === escapeChar
    ? { part: line.slice(0, end - 1), more: true }
    : { part: line, more: false };
}
