import type { Engine } from '../podman/types.ts';
import { withDeadline } from './with-deadline.ts';

interface Waiting {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  /** Also until the engine has cleared away what ran. */
  readonly cleared?: boolean;
}

/** Whether the container ends within so many milliseconds (Infinity: it is waited for without end). */
export async function endsWithin(
  name: string,
  ms: number,
  { engine, signal, cleared = false }: Waiting,
): Promise<boolean> {
  let limit: AbortSignal | undefined;
  try {
    await withDeadline(signal, ms, (inner) => {
      limit = inner;
      return engine.waitContainer(name, { signal: inner, cleared });
    });
    return true;
  } catch (error) {
    if (signal.aborted || !limit?.aborted) throw error;
    return false;
  }
}
