import type { FlagTable } from '../flag.ts';

export const stopTimeout = {
  timeout: { type: 'number', short: 't', text: 'Seconds that containers have to stop' },
} as const satisfies FlagTable;

/** Seconds as an optional property. */
export function timeoutOf(flags: { readonly timeout: number | undefined }): { timeout?: number } {
  return flags.timeout === undefined ? {} : { timeout: flags.timeout };
}
