/** A part of a logical line, the unit that the parsers of instructions work on. */
import type { Span } from '../base/span.ts';
import type { LogicalLine } from './lines.ts';
import type { Word } from './types.ts';

export class Slice {
  readonly line: LogicalLine;
  readonly start: number;
  readonly end: number;

  constructor(line: LogicalLine, start: number, end: number) {
    this.line = line;
    this.start = start;
    this.end = end;
  }

  get text(): string {
    return this.line.text.slice(this.start, this.end);
  }

  get span(): Span {
    return this.line.span(this.start, this.end);
  }

  get word(): Word {
    return this.line.word(this.start, this.end);
  }

  get isEmpty(): boolean {
    return this.start === this.end;
  }

  /** Offsets are relative to this slice. */
  cut(from: number, to: number = this.end - this.start): Slice {
    return new Slice(this.line, this.start + from, this.start + to);
  }

  /** Without white space at its ends. */
  trim(): Slice {
    const { text } = this;
    const from = text.length - text.trimStart().length;
    return text.trim() === '' ? this.cut(0, 0) : this.cut(from, text.trimEnd().length);
  }
}
