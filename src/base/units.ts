/**
 * Durations, byte sizes and numbers in the text forms of the Compose Specification, both ways.
 * Durations follow Go's `time.Duration` with `d` and `w` added; sizes are powers of 1024.
 */

import { own } from './own.ts';

const nanosecondsPer: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

/**
 * Parses "1h5m30s20ms", "1.5s", "-2m", "0", "1d".
 *
 * @returns nanoseconds, or a sentence that says what is wrong
 * @see https://github.com/compose-spec/compose-spec/blob/main/11-extension.md#specifying-durations
 */
export function parseDuration(text: string): bigint | string {
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return 0n;
  if (unsigned === '') return `invalid duration "${text}"`;
  let total = 0n;
  for (let rest = unsigned; rest !== ''; ) {
    const [all = '', whole = '', fraction = '', unit = ''] = /^(\d*)(?:\.(\d*))?([^\d.]*)/.exec(rest) ?? [];
    if (whole === '' && fraction === '') return `invalid duration "${text}"`;
    if (unit === '') return `missing unit in duration "${text}"`;
    const scale = own(nanosecondsPer, unit);
    if (scale === undefined) return `unknown unit "${unit}" in duration "${text}"`;
    total += amount(whole, fraction, scale);
    rest = rest.slice(all.length);
  }
  return text.startsWith('-') ? -total : total;
}

function amount(whole: string, fraction: string, scale: bigint): bigint {
  const base = BigInt(whole || '0') * scale;
  return fraction === '' ? base : base + (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
}

/** Prints nanoseconds as Go does: "1m30s", "1.5s", "2µs", "0s". */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const value = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (value < 1_000_000_000n) {
    const unit = value < 1_000n ? 'ns' : value < 1_000_000n ? 'µs' : 'ms';
    return `${sign}${decimal(value, nanosecondsPer[unit] ?? 1n)}${unit}`;
  }
  const hours = value / 3_600_000_000_000n;
  const minutes = (value / 60_000_000_000n) % 60n;
  const seconds = `${decimal(value % 60_000_000_000n, 1_000_000_000n)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

function decimal(value: bigint, scale: bigint): string {
  const whole = value / scale;
  const rest = value % scale;
  if (rest === 0n) return whole.toString();
  const digits = rest
    .toString()
    .padStart(scale.toString().length - 1, '0')
    .replace(/0+$/, '');
  return `${whole}.${digits}`;
}

const sizeExponent: Readonly<Record<string, number>> = { '': 0, b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/**
 * Parses "64m", "1.5GiB", "1024", "10 kb", "1e3"; case does not matter.
 *
 * @returns bytes, rounded down, or undefined when the text is not a size
 */
export function parseBytes(text: string): number | undefined {
  const match = /^([-+]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:e[-+]?\d+)?) ?([kmgtp]?)(i?b)?$/i.exec(text);
  if (!match) return undefined;
  const [, number = '', prefix = '', suffix = ''] = match;
  if (prefix === '' && suffix.toLowerCase() === 'ib') return undefined;
  const exponent = sizeExponent[prefix.toLowerCase()] ?? 0;
  return Math.trunc(Number(number.replaceAll('_', '')) * 1024 ** exponent);
}
