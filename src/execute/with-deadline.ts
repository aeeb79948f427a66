/** What a timer can hold. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Makes a call with a signal that also comes when the time is over.
 *
 * Not `AbortSignal.any([signal, AbortSignal.timeout(ms)])`: Node 20 may collect a timeout that nothing else refers to, and it never comes.
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  ms: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (ms > longestTimerMs) return call(signal);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.max(0, Math.ceil(ms)));
  const pass = (): void => controller.abort(signal.reason);
  if (signal.aborted) pass();
  signal.addEventListener('abort', pass, { once: true });
  try {
    return await call(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', pass);
  }
}
