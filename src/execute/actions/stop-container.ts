import type { ContainerStop } from '../../plan/types.ts';
import type { ContainerInspect, ContainerState } from '../../podman/types.ts';
import type { ActionContext } from '../context.ts';
import { endsWithin } from '../ends-within.ts';
import { warnInstead } from './pull-image.ts';
import { runPreStop } from './run-hook.ts';

/**
 * Stops a container.
 *
 *     pre_stop hooks -> signal -> wait up to the grace -> KILL -> wait
 *
 * From Podman 5.5 on the engine's own `stop` takes the lock of the container's pod for the whole grace, so that the containers of one
 * pod would stop one after the other: there it is `kill` and `wait`. Before, `stop` takes no such lock, and after a `kill` with
 * TERM a restart policy would bring the container back: there it is `stop`.
 *
 * A grace of 0 means KILL at once, which is final everywhere. A container that does not run is left as it is; a paused one is let go
 * first, or no signal but KILL would reach it.
 */
export async function stopContainer(action: ContainerStop, context: ActionContext): Promise<void> {
  const { engine, signal } = context;
  const { name } = action;
  if (action.timeout > 0 || action.hooks.length > 0) {
    const details = await context.call(() => engine.inspectContainer(name));
    if (!details || !isAlive.has(details.state)) return;
    if (details.state === 'paused') await context.call(() => engine.unpauseContainer(name));
    await runHooks(action, context);
    if (action.timeout > 0 && (await endsInGrace(action, details, context))) return;
  }
  await context.call(() => engine.killContainer(name, 'SIGKILL'));
  await engine.waitContainer(name, { signal });
}

const isAlive: ReadonlySet<ContainerState> = new Set(['running', 'paused', 'stopping']);

/** Asks the container to end; false when it did not within its grace. */
async function endsInGrace(
  action: ContainerStop,
  details: ContainerInspect,
  context: ActionContext,
): Promise<boolean> {
  const { engine } = context;
  if (!engine.capabilities.has.killStops) {
    await engineStop(action, context);
    return true;
  }
  const word = action.signal ?? details.stopSignal ?? 'SIGTERM';
  await context.call(() => engine.killContainer(action.name, word));
  if (await endsWithin(action.name, action.timeout * 1000, context)) return true;
  context.progress(overdue(action));
  return false;
}

function overdue({ timeout }: ContainerStop): string {
  return `did not stop within ${timeout}s, killing it`;
}

async function engineStop(action: ContainerStop, context: ActionContext): Promise<void> {
  const timer = setTimeout(() => context.progress(overdue(action)), action.timeout * 1000);
  try {
    await context.engine.stopContainer(action.name, action.timeout, { signal: context.signal });
  } finally {
    clearTimeout(timer);
  }
}

async function runHooks(action: ContainerStop, context: ActionContext): Promise<void> {
  for (const hook of action.hooks) {
    try {
      await runPreStop(action.name, hook, context);
    } catch (error) {
      if (context.signal.aborted) throw error;
      warnInstead(error, `a pre_stop hook of "${action.name}" did not run`, context);
    }
  }
}
