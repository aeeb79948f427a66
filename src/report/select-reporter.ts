import { jsonReporter } from './json.ts';
import { plainReporter } from './plain.ts';
import { quietReporter } from './quiet.ts';
import type { ProgressMode, Reporter, TextStream } from './types.ts';

export interface ReporterChoice {
  readonly mode: ProgressMode;
  /** Progress goes to stderr; stdout is for results. */
  readonly stream: TextStream;
  readonly colour: boolean;
  /** TERM=dumb cannot move its cursor. */
  readonly dumb: boolean;
  /** Signs of ASCII only. */
  readonly ascii: boolean;
  /** Monotonic milliseconds, the clock of the events. */
  readonly now: () => number;
}

/**
 * Chooses how progress is shown. `auto` is `tty` on a terminal that can move its cursor, `plain` elsewhere; `tty` asked for by
 * name where there is no terminal is `plain` too, as there is no height to draw in.
 */
export async function selectReporter(choice: ReporterChoice): Promise<Reporter> {
  const { mode, stream } = choice;
  if (mode === 'quiet') return quietReporter(stream);
  if (mode === 'json') return jsonReporter(stream);
  const canDraw = stream.isTTY === true && !choice.dumb;
  if (mode === 'plain' || !canDraw) return plainReporter(stream);
  const { ttyReporter } = await import('./tty.ts');
  return ttyReporter(stream, { colour: choice.colour, ascii: choice.ascii, now: choice.now });
}

/**
 * Whether to colour, by the conventions of no-color.org and force-color.org. The flag wins, then FORCE_COLOR and CLICOLOR_FORCE, then
 * NO_COLOR, then TERM=dumb, then whether it is a terminal.
 *
 * @param flag - `--ansi`/`--color`: always, never or auto
 */
export function wantsColour(asked: {
  readonly flag: 'auto' | 'always' | 'never';
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}): boolean {
  if (asked.flag !== 'auto') return asked.flag === 'always';
  const isOn = (name: string): boolean => {
    const value = asked.env[name];
    return value !== undefined && value !== '' && value !== '0' && value !== 'false';
  };
  if (isOn('FORCE_COLOR') || isOn('CLICOLOR_FORCE')) return true;
  // no-color.org: present and not empty, whatever its value.
  if ((asked.env['NO_COLOR'] ?? '') !== '' || asked.env['TERM'] === 'dumb') return false;
  return asked.isTTY;
}
