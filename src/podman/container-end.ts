/** The calls that end a container; both take "it has ended already" for success. */
import { EngineError, isMissing } from './engine-error.ts';
import type { HttpClient } from './http.ts';
import type { CallOptions } from './types.ts';

const endedAlready = /can only kill running|is not running|container state improper|no such process/i;

export async function killContainer(
  http: HttpClient,
  name: string,
  signal: string,
  options: CallOptions,
): Promise<void> {
  try {
    await http.call('POST', `/containers/${encodeURIComponent(name)}/kill`, {
      ...options,
      query: { signal },
    });
  } catch (error) {
    if (isMissing(error) || (error instanceof EngineError && endedAlready.test(error.reason))) return;
    throw error;
  }
}

/** Its own stop signal, KILL after so many seconds, and the wait until it has ended. */
export async function stopContainer(
  http: HttpClient,
  name: string,
  seconds: number,
  options: CallOptions,
): Promise<void> {
  const path = `/containers/${encodeURIComponent(name)}/stop`;
  await http.call('POST', path, {
    ...options,
    query: { timeout: seconds },
    deadlineMs: 0,
    accept: [304],
  });
}
