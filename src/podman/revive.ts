/** How long a lost engine is waited for; `systemctl restart podman` takes about a second. */
const patienceMs = 15_000;
const firstPauseMs = 50;
const longestPauseMs = 1_000;

/**
 * Waits until an engine whose connection was lost answers again: at once first (an idle connection that was just closed), then after
 * pauses that grow.
 *
 * @param ping - gives something when the engine answers; may start it
 * @returns false: it did not come back in time
 */
export async function revive(
  ping: () => Promise<string | undefined>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
    signal?.throwIfAborted();
    if ((await ping()) !== undefined) return true;
    if (performance.now() + pause > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
