import type { ActionEvent, Outcome } from '../execute/types.ts';

/** Where text goes; Node's stdout and stderr fit. `write` gives false when the reader is slow. */
export interface TextStream {
  write(text: string): boolean;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Shows the events of a run. */
export interface Reporter {
  readonly emit: (event: ActionEvent) => void;
  /** After the last event: draws the end, prints the summary. */
  readonly finish: (outcome: Outcome) => Promise<void>;
  /** Runs what writes to the terminal while a frame is drawn there; absent: writing needs no care. */
  readonly aside?: (write: () => void) => void;
  /** Gives the terminal back as it was, at once; for ends that are no finish. */
  readonly close?: () => void;
}

export type ProgressMode = 'auto' | 'tty' | 'plain' | 'json' | 'quiet';
