import { fail } from '../base/errors.ts';
import { parseDuration } from '../base/units.ts';

/**
 * Reads `--since` and `--until`: RFC 3339, a date, seconds since the epoch, or how long ago ("42m").
 *
 * @returns seconds since the epoch with fraction, as text
 * @throws {ComposeError} `E_USAGE`
 */
export function logTime(flag: string, text: string, nowMs: number): string {
  if (/^\d+(?:\.\d+)?$/.test(text)) return text;
  const duration = parseDuration(text);
  if (typeof duration === 'bigint') return seconds(nowMs - Number(duration) / 1e6);
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw fail('E_USAGE', `${flag}: "${text}" is not a time`, {
      hint: 'write 2024-05-01T10:00:00Z, or 42m for 42 minutes ago',
    });
  return seconds(ms);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
