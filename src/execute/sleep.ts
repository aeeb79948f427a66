import { setTimeout as delay } from 'node:timers/promises';

/** Waits for `ms` milliseconds; rejects with an AbortError at once when the signal ends it. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(Math.max(0, ms), undefined, { signal });
}
