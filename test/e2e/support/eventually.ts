export interface EventuallyOptions {
  /** Default 15 000. */
  readonly timeoutMs?: number;
  /** Default 50. */
  readonly everyMs?: number;
}

/** Asks again until it does not throw; then what it gave. At the end of its time it throws what was thrown last. */
export async function eventually<T>(ask: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const { timeoutMs = 15_000, everyMs = 50 } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
