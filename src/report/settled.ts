import { safeName } from './safe-text.ts';
import type { ProgressMode } from './types.ts';

/** What a run that has nothing to do is about. */
export interface Settled {
  /** In their order. */
  readonly containers: readonly {
    readonly name: string;
    readonly service: string;
    /** As the engine says it: running, exited, created, paused. */
    readonly state: string;
  }[];
  /** Of builds: steps that need not be done. */
  readonly cachedSteps?: number;
}

/**
 * What a run says that has nothing to do: how each container is, in docker compose's words, or that there is nothing to build. As JSON
 * the same lines as of a run that does something (json.ts), up to the last one.
 */
export function settledText({ containers, cachedSteps }: Settled, mode: ProgressMode): string {
  if (mode === 'quiet') return '';
  if (mode === 'json') {
    const lines: object[] = containers.map(({ name, service, state }) => ({
      id: `Container ${name}`,
      parent_id: service,
      text: capital(state),
      status: 'Done',
      ts: 0,
    }));
    const steps = cachedSteps ? { steps: { run: 0, shared: 0, cached: cachedSteps, savedMs: 0 } } : {};
    lines.push({ ts: 0, state: 'finished', exit: 0, ms: 0, ...steps });
    return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  }
  if (containers.length > 0)
    return containers.map(({ name, state }) => ` Container ${safeName(name)}  ${capital(state)}\n`).join('');
  return cachedSteps ? ` nothing to build: ${cachedSteps} steps cached\n` : '';
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
