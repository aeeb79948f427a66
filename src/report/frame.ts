import { type TalliedSteps, tallyText } from './build-tally.ts';
import { formatSeconds } from './resource.ts';
import type { Row, RowState } from './rows.ts';
import { displayWidth, padEnd, truncate } from './width.ts';

export interface FrameSize {
  readonly columns: number;
  /** Lines of the terminal; the frame leaves one free for the cursor. */
  readonly rows: number;
}

export interface FrameStyle {
  readonly colour: boolean;
  /** Signs of ASCII only. */
  readonly ascii: boolean;
}

export interface FrameTime {
  /** Monotonic milliseconds. */
  readonly now: number;
  /** When the first plan of the run started. */
  readonly start: number;
  /** Counts up with every frame; turns the spinner. */
  readonly tick: number;
}

const signs = {
  unicode: { done: '✔', failed: '✘', skipped: '⊘', cancelled: '⊘', waiting: '·', spinner: '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏' },
  ascii: { done: '+', failed: 'x', skipped: '-', cancelled: '-', waiting: '.', spinner: '|/-\\' },
} as const;
const colours: Readonly<Record<RowState, number>> = {
  done: 32,
  failed: 31,
  skipped: 33,
  cancelled: 33,
  waiting: 2,
  running: 36,
};
/** Narrower than this, names go without the project's, and then without the type of the resource. */
const medium = 100;
const narrow = 60;
const timeWidth = 7;
/** Wider than this, the times would be too far from their lines. */
const widest = 120;

/**
 * Lays rows out for a terminal: one line each, in the order of the plan, and a line that counts below.
 *
 *     ✔ Network default   Created                                              0.1s
 *     ⠹ Container db-1    waiting to be healthy, 3 of 10 tries, last: refused  3.2s
 *     · Container web-1   waits for db-1 to be healthy                         0.4s
 *     1 of 3 done, 1 running, 1 waiting  3.4s
 *
 * When there are more rows than lines, those that failed and run are shown; the others are only counted.
 */
export function frame(rows: readonly Row[], size: FrameSize, style: FrameStyle, time: FrameTime): string[] {
  const shown = fold(rows, Math.max(0, size.rows - 2));
  const label = (row: Row): string => labelOf(row, size.columns);
  const longest = Math.max(0, ...shown.map((row) => displayWidth(label(row))));
  const labelWidth = Math.min(longest, Math.floor(size.columns / 2));
  const columns = Math.min(size.columns, widest);
  const lines = shown.map((row) => lineOf(row, label(row), { labelWidth, columns, style, time }));
  const footer = `${counts(rows)}  ${formatSeconds(time.now - time.start)}`;
  return [...lines, truncate(footer, size.columns - 1, style.ascii)];
}

/** The order in which rows give up their line: what is done first, what failed last. */
const worth: Readonly<Record<RowState, number>> = {
  failed: 0,
  running: 1,
  waiting: 2,
  cancelled: 3,
  skipped: 3,
  done: 4,
};

function fold(rows: readonly Row[], height: number): Row[] {
  if (rows.length <= height) return [...rows];
  const kept = rows
    .map((row, index) => ({ row, index }))
    .sort((a, b) => worth[a.row.state] - worth[b.row.state] || a.index - b.index)
    .slice(0, height);
  return kept.sort((a, b) => a.index - b.index).map(({ row }) => row);
}

function labelOf(row: Row, columns: number): string {
  if (columns < narrow) return row.short;
  return `${row.type} ${columns < medium ? row.short : row.name}`;
}

interface Layout {
  readonly labelWidth: number;
  readonly columns: number;
  readonly style: FrameStyle;
  readonly time: FrameTime;
}

function lineOf(row: Row, label: string, { labelWidth, columns, style, time }: Layout): string {
  const took = row.since === undefined ? '' : formatSeconds((row.until ?? time.now) - row.since);
  const room = columns - 1 - 2 - labelWidth - 2 - timeWidth;
  const head = padEnd(truncate(label, labelWidth, style.ascii), labelWidth);
  // Too narrow for a status: the name and its sign are worth most.
  if (room < 4) return `${sign(row, style, time)} ${truncate(label, columns - 3, style.ascii)}`;
  const text = padEnd(truncate(row.text, room, style.ascii), room);
  return `${sign(row, style, time)} ${head}  ${paint(row.state === 'failed' ? 31 : 0, text, style)}${paint(2, took.padStart(timeWidth), style)}`;
}

function sign(row: Row, style: FrameStyle, time: FrameTime): string {
  const set = style.ascii ? signs.ascii : signs.unicode;
  const text = row.state === 'running' ? (set.spinner[time.tick % set.spinner.length] ?? '') : set[row.state];
  return paint(colours[row.state], text, style);
}

function paint(code: number, text: string, style: FrameStyle): string {
  return style.colour && code !== 0 && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text;
}

/** "3 of 8 done, 2 running, 1 failed" */
export function counts(rows: readonly Row[]): string {
  const number = (state: RowState): number => rows.filter((row) => row.state === state).length;
  const done = number('done');
  const parts = [done === rows.length ? `${done} done` : `${done} of ${rows.length} done`];
  for (const state of ['running', 'waiting', 'failed', 'skipped', 'cancelled'] as const) {
    if (number(state) > 0) parts.push(`${number(state)} ${state}`);
  }
  return parts.join(', ');
}

/** "8 done in 12.3s; 5 steps run, 4 cached", the last line of progress. */
export function summary(rows: readonly Row[], ms: number, steps: TalliedSteps | undefined): string {
  const build = steps === undefined ? '' : `; ${tallyText(steps)}`;
  return `${counts(rows)} in ${formatSeconds(ms)}${build}`;
}
