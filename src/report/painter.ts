import { stripVTControlCharacters } from 'node:util';
import type { TextStream } from './types.ts';
import { displayWidth } from './width.ts';

/** Writes frames over one another at the bottom of a terminal, each in one piece and line by line, so that nothing flickers. */
export class Painter {
  readonly #stream: TextStream;
  #lines: readonly string[] = [];
  #cursorIsHidden = false;

  constructor(stream: TextStream) {
    this.#stream = stream;
  }

  get size(): { columns: number; rows: number } {
    // A pseudo-terminal may say 0.
    return { columns: this.#stream.columns || 80, rows: this.#stream.rows || 24 };
  }

  draw(lines: readonly string[]): void {
    if (this.#cursorIsHidden && lines.join('\n') === this.#lines.join('\n')) return;
    const hide = this.#cursorIsHidden ? '' : '\x1b[?25l';
    const text = lines.map((line) => `${line}\x1b[K\n`).join('');
    this.#stream.write(`${hide}${this.#up()}${text}\x1b[J`);
    this.#cursorIsHidden = true;
    this.#lines = lines;
  }

  /** Takes the frame away; what is written next takes its place. */
  erase(): void {
    if (this.#lines.length === 0) return;
    this.#stream.write(`${this.#up()}\x1b[J`);
    this.#lines = [];
  }

  /** Leaves the frame where it is and gives the cursor back. */
  release(): void {
    this.#lines = [];
    if (!this.#cursorIsHidden) return;
    this.#cursorIsHidden = false;
    this.#stream.write('\x1b[?25h');
  }

  /** To the frame's first line. A terminal that became narrower has broken the lines that were wider. */
  #up(): string {
    const { columns } = this.size;
    const height = this.#lines.reduce((sum, line) => {
      const width = displayWidth(stripVTControlCharacters(line));
      return sum + Math.max(1, Math.ceil(width / columns));
    }, 0);
    return height === 0 ? '' : `\x1b[${height}A\r`;
  }
}
