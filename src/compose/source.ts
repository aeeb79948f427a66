import type { Span } from '../base/span.ts';

/** One file that was read. Positions are offsets until they are printed; lines are counted on first use. */
export class SourceFile {
  /** As shown to the user: absolute, or "-" for standard input. */
  readonly path: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(path: string, content: string) {
    this.path = path;
    this.text = content;
  }

  span(start: number, end: number): Span {
    const from = this.#position(start);
    const to = this.#position(Math.max(end, start));
    return { path: this.path, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  #position(offset: number): { line: number; column: number } {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  #starts(): number[] {
    if (this.#lineStarts) return this.#lineStarts;
    const starts = [0];
    for (let i = this.text.indexOf('\n'); i !== -1; i = this.text.indexOf('\n', i + 1)) starts.push(i + 1);
    this.#lineStarts = starts;
    return starts;
  }
}
