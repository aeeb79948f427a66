import type { ActionEvent } from '../execute/types.ts';
import type { Action } from '../plan/types.ts';
import { BuildTally } from './build-tally.ts';
import { resourceOf } from './resource.ts';
import type { Reporter, TextStream } from './types.ts';

/**
 * One line of `--progress json`. `id`, `parent_id`, `text`, `status`, `details` and `error`/`message` are docker compose's fields;
 * `ts`, `action`, `state`, `ms`, `exit` and the diagnostic's `code` are ours.
 */
export interface ProgressLine {
  /** "Container shop-db-1" */
  readonly id?: string;
  /** The service; absent for things of the whole project. */
  readonly parent_id?: string;
  /** "Started" */
  readonly text?: string;
  readonly status?: 'Working' | 'Done' | 'Warning' | 'Error';
  /** What a wait waits for, a line of a build, why something was skipped. */
  readonly details?: string;
  /** Monotonic milliseconds since the run began. */
  readonly ts: number;
  /** Id of the action in the plan. */
  readonly action?: string;
  readonly state?: string;
  /** How long the action took. */
  readonly ms?: number;
  readonly error?: true;
  readonly message?: string;
  readonly code?: string;
}

/** A line of JSON on the stream for each event; the last one has `state: "finished"` and the exit code. */
export function jsonReporter(stream: TextStream): Reporter {
  let start: number | undefined;
  const tally = new BuildTally();
  const write = (line: object): void => {
    stream.write(`${JSON.stringify(line)}\n`);
  };
  return {
    emit: (event) => {
      start ??= event.at;
      tally.apply(event);
      for (const line of progressLines(event, start)) write(line);
    },
    finish: async ({ ms, exitCode: exit }) => {
      const { steps } = tally;
      write({ ts: ms, state: 'finished', exit, ms, ...(steps ? { steps } : {}) });
    },
  };
}

/** The lines of one event: a failure is told as a state and once more for each diagnostic. */
export function progressLines(event: ActionEvent, start: number): ProgressLine[] {
  const ts = Math.round(event.at - start);
  switch (event.kind) {
    case 'planned':
    case 'amended':
      return [];
    case 'warning':
      return [{ ts, status: 'Warning', message: event.diagnostic.message, code: event.diagnostic.code }];
    case 'failed':
      return [
        {
          ...base(event.action, ts),
          text: 'Error',
          status: 'Error',
          state: 'failed',
          ms: Math.round(event.ms),
        },
        ...event.diagnostics.map((d) => ({ ts, error: true as const, message: d.message, code: d.code })),
      ];
    default:
      return [actionLine(event, ts)];
  }
}

function actionLine(
  event: Exclude<ActionEvent, { kind: 'planned' | 'amended' | 'warning' | 'failed' }>,
  ts: number,
): ProgressLine {
  const { doing, done } = resourceOf(event.action);
  const line = { ...base(event.action, ts), state: event.kind };
  switch (event.kind) {
    case 'started':
      return { ...line, text: doing, status: 'Working' };
    case 'progress':
    case 'output':
      return { ...line, text: doing, status: 'Working', details: event.text };
    case 'succeeded':
      return { ...line, text: done, status: 'Done', ms: Math.round(event.ms) };
    case 'skipped':
      return { ...line, text: 'Skipped', status: 'Warning', details: `because of ${event.because}` };
    case 'cancelled':
      return { ...line, text: 'Cancelled', status: 'Warning' };
    case 'unneeded':
      return { ...line, text: 'Unchanged', status: 'Done' };
  }
}

function base(action: Action, ts: number): { id: string; parent_id?: string; ts: number; action: string } {
  const { type, name } = resourceOf(action);
  return {
    id: `${type} ${name}`,
    ...(action.service === undefined ? {} : { parent_id: action.service }),
    ts,
    action: action.id,
  };
}
