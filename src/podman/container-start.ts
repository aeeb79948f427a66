/** The calls that bring a container to run; both take "it has got there already" for success. */
import { stopContainer } from './container-end.ts';
import { inspectedContainer, type RawInspect } from './decode.ts';
import { EngineError, isMissing } from './engine-error.ts';
import type { HttpClient } from './http.ts';
import type { CallOptions, ContainerState, MendOptions } from './types.ts';

const farEnough =
  /has already been (created|initialized)|already been initialized|is running|container state improper/i;

export async function initContainer(http: HttpClient, name: string, options: CallOptions): Promise<void> {
  try {
    await post(http, name, 'init', options);
  } catch (error) {
    if (!(error instanceof EngineError) || !farEnough.test(error.reason)) throw error;
    const now = await stateOf(http, name, options);
    if (now !== 'initialized' && now !== 'running') throw error;
  }
}

/** How Podman passes on that the runtime has refused: anything else is the engine's own trouble, and has nothing to do with the process. */
const runtimeRefusal = /OCI runtime|\bcrun\b|\brunc\b/i;

/**
 * Podman 5 goes on to believe in an initialised process that was killed while it waited to be started, and refuses every start. A stop
 * makes it look: the start after it initialises anew. (Podman 4 looks by itself.)
 */
export async function startContainer(
  http: HttpClient,
  name: string,
  { onMend, ...options }: CallOptions & MendOptions,
): Promise<void> {
  try {
    await post(http, name, 'start', options);
  } catch (error) {
    if (!(error instanceof EngineError) || !runtimeRefusal.test(error.reason)) throw error;
    if ((await stateOf(http, name, options)) !== 'initialized') throw error;
    onMend?.('its process was gone before it was started: it is initialised anew');
    await stopContainer(http, name, 0, options);
    await post(http, name, 'start', options);
  }
}

async function post(
  http: HttpClient,
  name: string,
  verb: 'init' | 'start',
  options: CallOptions,
): Promise<void> {
  await http.call('POST', pathOf(name, verb), { ...options, accept: [304] });
}

/** Undefined: it is gone. */
async function stateOf(
  http: HttpClient,
  name: string,
  options: CallOptions,
): Promise<ContainerState | undefined> {
  try {
    return inspectedContainer(await http.json<RawInspect>('GET', pathOf(name, 'json'), options)).state;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function pathOf(name: string, verb: string): string {
  return `/containers/${encodeURIComponent(name)}/${verb}`;
}
