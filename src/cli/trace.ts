/** Writes what ran when as a trace for Perfetto or chrome://tracing: one slice for each action, in as many lanes as ran at once. */
import { writeFileSync } from 'node:fs';
import { fail } from '../base/errors.ts';
import type { ActionEvent, EmitEvent } from '../execute/types.ts';

/** Times in microseconds. @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
interface Slice {
  readonly name: string;
  readonly cat: string;
  readonly ph: 'X';
  readonly ts: number;
  readonly dur: number;
  readonly pid: 1;
  readonly tid: number;
  readonly args: Readonly<Record<string, unknown>>;
}

export class Trace {
  readonly #slices: Slice[] = [];
  readonly #lanes: (string | undefined)[] = [];
  readonly #started = new Map<string, number>();

  /** Takes note of each event and hands it on. */
  through(emit: EmitEvent): EmitEvent {
    return (event) => {
      this.#note(event);
      emit(event);
    };
  }

  #note(event: ActionEvent): void {
    if (event.kind === 'started') {
      const free = this.#lanes.indexOf(undefined);
      this.#lanes[free < 0 ? this.#lanes.length : free] = event.action.id;
      this.#started.set(event.action.id, event.at);
      return;
    }
    if (event.kind !== 'succeeded' && event.kind !== 'failed' && event.kind !== 'cancelled') return;
    const { action, at, kind } = event;
    const start = this.#started.get(action.id);
    const lane = this.#lanes.indexOf(action.id);
    if (start === undefined || lane < 0) return;
    this.#lanes[lane] = undefined;
    this.#slices.push({
      name: 'title' in action ? action.title : action.id,
      cat: action.kind,
      ph: 'X',
      ts: Math.round(start * 1000),
      dur: Math.round((at - start) * 1000),
      pid: 1,
      tid: lane + 1,
      args: { id: action.id, state: kind, reason: action.reason, needs: action.needs },
    });
  }

  text(): string {
    return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents: this.#slices })}\n`;
  }

  /** @throws {ComposeError} `E_IO` */
  write(path: string): void {
    try {
      writeFileSync(path, this.text());
    } catch (error) {
      throw fail('E_IO', `the trace cannot be written to ${path}: ${(error as Error).message}`);
    }
  }
}
