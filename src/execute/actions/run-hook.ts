import { fail } from '../../base/errors.ts';
import type { Hook } from '../../compose/types.ts';
import type { ContainerHook } from '../../plan/types.ts';
import type { ExecRequest, ExecResult } from '../../podman/types.ts';
import type { ActionContext } from '../context.ts';

/** How much of a hook's output an error shows. */
const shownLines = 10;

/**
 * Runs a post_start hook.
 *
 * @throws {ComposeError} `E_DEPENDENCY` with the hook's last output when it ends with another code than 0
 */
export async function runPostStart(action: ContainerHook, context: ActionContext): Promise<void> {
  const result = await runHook(action.name, action.hook, context);
  if (result.exitCode === 0) return;
  throw fail('E_DEPENDENCY', `the post_start hook of "${action.name}" exited ${result.exitCode}`, {
    details: lastLines(result.output),
  });
}

/**
 * Runs a pre_stop hook. A hook that fails never keeps a container from being stopped: it is told as a warning.
 */
export async function runPreStop(name: string, hook: Hook, context: ActionContext): Promise<void> {
  const result = await runHook(name, hook, context);
  if (result.exitCode === 0) return;
  context.warn({
    code: 'W_ENGINE',
    severity: 'warning',
    message: `the pre_stop hook of "${name}" exited ${result.exitCode}`,
    details: lastLines(result.output),
  });
}

function runHook(name: string, hook: Hook, context: ActionContext): Promise<ExecResult> {
  context.progress(`running ${hook.command[0] ?? 'a hook'}`);
  return context.engine.execInContainer(name, requestOf(hook), { signal: context.signal });
}

function requestOf(hook: Hook): ExecRequest {
  // A name without a value would come from the caller's environment; loading has resolved those, what is left is not set.
  const environment = Object.fromEntries(
    Object.entries(hook.environment ?? {}).filter((entry): entry is [string, string] => entry[1] !== null),
  );
  return {
    command: hook.command,
    environment,
    ...(hook.user === undefined ? {} : { user: hook.user }),
    ...(hook.working_dir === undefined ? {} : { workingDir: hook.working_dir }),
    ...(hook.privileged === undefined ? {} : { privileged: hook.privileged }),
  };
}

function lastLines(output: string): string[] {
  return output.split('\n').filter(Boolean).slice(-shownLines);
}
