import { Listr, type ListrRendererFactory, Spinner } from 'listr2';
import type { ActionEvent, Outcome } from '../execute/types.ts';
import type { Plan } from '../plan/types.ts';
import { BuildTally } from './build-tally.ts';
import { frame, summary } from './frame.ts';
import { Painter } from './painter.ts';
import { plainLine } from './plain.ts';
import { type Row, Rows } from './rows.ts';
import type { Reporter, TextStream } from './types.ts';

export interface TtyStyle {
  readonly colour: boolean;
  readonly ascii: boolean;
  /** Monotonic milliseconds, the clock of the events. */
  readonly now: () => number;
}

/**
 * Draws one line for each resource, folded to the terminal's height, while plans run; the plans of one command share a frame. listr2
 * schedules nothing here: a list of its own stands for each plan and redraws until the events say that the plan is over.
 */
export function ttyReporter(stream: TextStream, style: TtyStyle): Reporter {
  const screen = new Screen(stream, style);
  return {
    emit: (event) => screen.apply(event),
    finish: (outcome) => screen.finish(outcome),
    aside: (write) => screen.aside(write),
    close: () => screen.close(),
  };
}

class Screen {
  readonly #stream: TextStream;
  readonly #style: TtyStyle;
  readonly #painter: Painter;
  /** Of the plans since the last end, in order. */
  #plans: Rows[] = [];
  #boards: Promise<unknown>[] = [];
  #ended: (() => void) | undefined;
  #start: number | undefined;
  #tick = 0;
  #isClosed = false;
  #tally = new BuildTally();

  constructor(stream: TextStream, style: TtyStyle) {
    this.#stream = stream;
    this.#style = style;
    this.#painter = new Painter(stream);
  }

  apply(event: ActionEvent): void {
    this.#tally.apply(event);
    if (event.kind === 'planned') {
      this.#begin(event.plan, event.at);
    } else if (event.kind === 'warning') {
      const line = plainLine(event);
      if (line !== undefined) this.aside(() => this.#stream.write(`${line}\n`));
    } else {
      const current = this.#plans.at(-1);
      current?.apply(event);
      if (current?.isOver) this.#ended?.();
    }
  }

  #begin(plan: Plan, at: number): void {
    this.#start ??= at;
    this.#isClosed = false;
    this.#plans.push(new Rows(plan));
    const over = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.#boards.push(board(() => this.#turn(), over));
    this.#draw();
  }

  #turn(): void {
    this.#tick += 1;
    this.#draw();
  }

  get #rows(): Row[] {
    return this.#plans.flatMap((rows) => rows.list);
  }

  #draw(): void {
    if (this.#isClosed || this.#start === undefined) return;
    const time = { now: this.#style.now(), start: this.#start, tick: this.#tick };
    this.#painter.draw(frame(this.#rows, this.#painter.size, this.#style, time));
  }

  /** Lets somebody else write: the frame makes room and comes back below. */
  aside(write: () => void): void {
    const isShown = this.#plans.length > 0 && !this.#isClosed;
    if (isShown) this.#painter.erase();
    write();
    if (isShown) this.#draw();
  }

  /** The last frame stays, with the sum of it all below. */
  async finish(outcome: Outcome): Promise<void> {
    this.#ended?.();
    await Promise.all(this.#boards);
    if (this.#start !== undefined && !this.#isClosed) {
      const time = { now: this.#style.now(), start: this.#start, tick: this.#tick };
      const lines = frame(this.#rows, this.#painter.size, this.#style, time).slice(0, -1);
      this.#painter.draw([...lines, summary(this.#rows, outcome.ms, this.#tally.steps)]);
    }
    this.close();
  }

  close(): void {
    this.#isClosed = true;
    this.#ended?.();
    this.#painter.release();
    this.#plans = [];
    this.#boards = [];
    this.#start = undefined;
    this.#tally = new BuildTally();
  }
}

/** One listr2 list for one plan: it draws as long as the plan runs. */
async function board(draw: () => void, over: Promise<void>): Promise<void> {
  const renderer = class {
    static readonly nonTTY = true;
    static readonly rendererOptions = {};
    static readonly rendererTaskOptions = {};
    readonly #spinner = new Spinner();

    render(): void {
      this.#spinner.start(draw);
    }

    end(): void {
      this.#spinner.stop();
    }
  };
  const list = new Listr([{ title: 'plan', task: () => over }], {
    renderer: renderer as unknown as ListrRendererFactory,
    registerSignalListeners: false,
    exitOnError: false,
  });
  await list.run();
}
