import type { Engine } from '../podman/types.ts';
import { withDeadline } from './with-deadline.ts';

/** Whether the container ends within so many milliseconds (Infinity: it is waited for without end). */
export async function endsWithin(
  name: string,
  ms: number,
  { engine, signal }: { readonly engine: Engine; readonly signal: AbortSignal },
): Promise<boolean> {
  let limit: AbortSignal | undefined;
  try {
    await withDeadline(signal, ms, (inner) => {
      limit = inner;
      return engine.waitContainer(name, { signal: inner });
    });
    return true;
  } catch (error) {
    if (signal.aborted || !limit?.aborted) throw error;
    return false;
  }
}
