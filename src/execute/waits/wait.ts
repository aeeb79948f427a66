import { fail } from '../../base/errors.ts';
import type { ContainerWait } from '../../plan/types.ts';
import type { ContainerInspect } from '../../podman/types.ts';
import type { ActionContext } from '../context.ts';

/** A wait in progress. */
export interface Wait {
  readonly action: ContainerWait;
  readonly context: ActionContext;
  /** Monotonic milliseconds; Infinity: none. */
  readonly deadline: number;
}

/** It has run and does not run any more. */
export function isOver(details: ContainerInspect): boolean {
  return details.state === 'exited' || details.state === 'stopped';
}

/** @throws {ComposeError} `E_DEPENDENCY` when the container is gone */
export async function inspect(wait: Wait): Promise<ContainerInspect> {
  const { name } = wait.action;
  const details = await wait.context.engine.inspectContainer(name, { signal: wait.context.signal });
  if (!details) throw fail('E_DEPENDENCY', `container "${name}" was removed while something waited for it`);
  return details;
}

/** Whether checks are declared and not switched off. */
export function hasHealthcheck(details: ContainerInspect): boolean {
  const test = details.healthcheck?.Test ?? [];
  return test.length > 0 && test[0] !== 'NONE' && test[0] !== '';
}
