import { describe, expect, it } from 'vitest';
import { Painter } from '../../../src/report/painter.ts';
import { ttyReporter } from '../../../src/report/tty.ts';
import type { TextStream } from '../../../src/report/types.ts';
import { eventsFor, progressPlan } from '../../support/progress-plan.ts';

/** A terminal as far as the painter uses one: text, newlines, cursor up, erase to the end of the line and below. */
class Terminal implements TextStream {
  readonly isTTY = true;
  columns: number;
  rows = 24;
  isCursorShown = true;
  lines: string[] = [''];
  row = 0;
  column = 0;

  constructor(columns = 80) {
    this.columns = columns;
  }

  write(text: string): boolean {
    for (const [token] of text.matchAll(/\x1b\[\??[0-9]*[A-Za-z]|[^\x1b]/gu)) this.#take(token);
    return true;
  }

  #take(token: string): void {
    if (token === '\x1b[?25l') this.isCursorShown = false;
    else if (token === '\x1b[?25h') this.isCursorShown = true;
    else if (token === '\x1b[K') this.lines[this.row] = this.#line.slice(0, this.column);
    else if (token === '\x1b[J') {
      this.lines[this.row] = this.#line.slice(0, this.column);
      this.lines.length = this.row + 1;
    } else if (/^\x1b\[\d+A$/.test(token))
      this.row = Math.max(0, this.row - Number.parseInt(token.slice(2), 10));
    else if (token === '\r') this.column = 0;
    else if (token === '\n') this.#newline();
    else this.#put(token);
  }

  get #line(): string {
    return this.lines[this.row] ?? '';
  }

  #newline(): void {
    this.row += 1;
    this.column = 0;
    this.lines[this.row] ??= '';
  }

  #put(char: string): void {
    if (this.column >= this.columns) this.#newline();
    this.lines[this.row] =
      this.#line.slice(0, this.column).padEnd(this.column) + char + this.#line.slice(this.column + 1);
    this.column += 1;
  }

  get screen(): string {
    return `\n${this.lines.map((line) => line.trimEnd()).join('\n')}`;
  }
}

const plan = progressPlan();
const event = eventsFor(plan);

describe('the painter', () => {
  it('writes frames over one another, shorter ones too, and other output above them', () => {
    const terminal = new Terminal();
    const painter = new Painter(terminal);
    painter.draw(['one', 'two', 'three']);
    expect(terminal.isCursorShown).toBe(false);
    painter.draw(['ONE', 'TWO']);
    expect(terminal.screen).toBe('\nONE\nTWO\n');
    painter.erase();
    terminal.write('web-1  | hello\n');
    painter.draw(['ONE', 'TWO']);
    expect(terminal.screen).toBe('\nweb-1  | hello\nONE\nTWO\n');
    painter.release();
    expect(terminal.isCursorShown).toBe(true);
  });

  it('finds its first line again after the terminal became narrower and broke the lines', () => {
    const terminal = new Terminal(20);
    const painter = new Painter(terminal);
    painter.draw(['abcdefghijklmnop', 'qr']);
    // What a terminal of 10 columns makes of that.
    terminal.columns = 10;
    terminal.lines = ['abcdefghij', 'klmnop', 'qr', ''];
    terminal.row = 3;
    painter.draw(['abcdefghi', 'qr']);
    expect(terminal.screen).toBe('\nabcdefghi\nqr\n');
  });
});

describe('progress on a terminal', () => {
  const style = { colour: false, ascii: false, now: () => 2000 };

  it('draws at the start, makes room for other output, and ends with the sum', async () => {
    const terminal = new Terminal();
    const reporter = ttyReporter(terminal, style);
    reporter.emit(event.planned(0));
    expect(terminal.screen).toBe(`
· Network default
· Container db-1   waits for default
· Container web-1  waits for default
0 of 3 done, 3 waiting  2.0s
`);
    reporter.aside?.(() => terminal.write('web-1  | hello\n'));
    for (const { id } of plan.actions) reporter.emit(event.started(id, 100));
    for (const { id } of plan.actions) reporter.emit(event.succeeded(id, 1100));
    await reporter.finish({ actions: [], diagnostics: [], exitCode: 0, ms: 1200 });
    expect(terminal.screen).toBe(`
web-1  | hello
✔ Network default  Created                                                 1.0s
✔ Container db-1   Healthy                                                 1.0s
✔ Container web-1  Started                                                 1.0s
3 done in 1.2s
`);
    expect(terminal.isCursorShown).toBe(true);
  });

  it('gives the terminal back at once when the run ends otherwise, and draws no more', () => {
    const terminal = new Terminal();
    const reporter = ttyReporter(terminal, style);
    reporter.emit(event.planned(0));
    reporter.close?.();
    expect(terminal.isCursorShown).toBe(true);
    const before = terminal.screen;
    reporter.emit(event.started('network.create/shop_default', 10));
    reporter.aside?.(() => undefined);
    expect(terminal.screen).toBe(before);
  });

  it('shows a warning above the frame', () => {
    const terminal = new Terminal();
    const reporter = ttyReporter(terminal, style);
    reporter.emit(event.planned(0));
    reporter.emit({
      kind: 'warning',
      at: 1,
      diagnostic: { code: 'W_ORPHANS', severity: 'warning', message: 'left over' },
    });
    reporter.close?.();
    expect(terminal.lines[0]).toBe('warning: left over');
    expect(terminal.lines[1]?.trimEnd()).toBe('· Network default');
  });
});
