/** HEALTHCHECK. */
import { parseDuration } from '../base/units.ts';
import { readCommand } from './command-form.ts';
import type { Flags, FlagTable } from './flags.ts';
import type { Problems } from './problems.ts';
import type { Slice } from './slice.ts';
import { splitFirst } from './split-words.ts';
import type { Healthcheck, Word } from './types.ts';

export const healthFlags = {
  interval: 'value',
  timeout: 'value',
  'start-period': 'value',
  'start-interval': 'value',
  retries: 'value',
} as const satisfies FlagTable;

/** `NONE`, or flags and `CMD command`. */
export function readHealthcheck(
  args: Slice,
  flags: Flags,
  problems: Problems,
): Healthcheck | 'none' | undefined {
  const [type, rest] = splitFirst(args);
  switch (type.text.toUpperCase()) {
    case 'NONE':
      if (!rest.isEmpty) return problems.error('HEALTHCHECK NONE takes no arguments', rest.span);
      return 'none';
    case 'CMD':
      return withCommand({ type, rest }, flags, problems);
    default:
      return problems.error(
        type.isEmpty ? 'HEALTHCHECK needs CMD or NONE' : `HEALTHCHECK cannot begin with "${type.text}"`,
        type.span,
        'write HEALTHCHECK [--interval=30s ...] CMD command, or HEALTHCHECK NONE',
      );
  }
}

function withCommand(
  { type, rest }: { readonly type: Slice; readonly rest: Slice },
  flags: Flags,
  problems: Problems,
): Healthcheck | undefined {
  const command = readCommand(rest, problems);
  if (!command) return undefined;
  if (rest.isEmpty || (command.form === 'exec' && command.args.length === 0))
    return problems.error(
      'HEALTHCHECK CMD needs a command',
      type.span,
      'e.g. HEALTHCHECK CMD curl -f http://localhost/',
    );
  return {
    command,
    ...nanoseconds('intervalNs', flags.value('interval'), problems),
    ...nanoseconds('timeoutNs', flags.value('timeout'), problems),
    ...nanoseconds('startPeriodNs', flags.value('start-period'), problems),
    ...nanoseconds('startIntervalNs', flags.value('start-interval'), problems),
    ...retries(flags.value('retries'), problems),
  };
}

/** Zero means the default, as in Docker. */
function nanoseconds<K extends string>(
  key: K,
  written: Word | undefined,
  problems: Problems,
): { [P in K]?: number } {
  if (!written) return {};
  const value = parseDuration(written.text);
  if (typeof value === 'string') problems.error(value, written.span, 'write 30s or 1m30s');
  else if (value < 0n || (value > 0n && value < 1_000_000n))
    problems.error(`"${written.text}" is shorter than a millisecond`, written.span);
  else if (value > 0n) return { [key]: Number(value) } as { [P in K]?: number };
  return {};
}

function retries(written: Word | undefined, problems: Problems): { retries?: number } {
  if (!written) return {};
  const count = Number(written.text);
  if (/^\d+$/.test(written.text) && count >= 1) return { retries: count };
  problems.error(`"${written.text}" is no number of retries`, written.span, 'write a number from 1 up');
  return {};
}
