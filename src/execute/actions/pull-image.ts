import { ComposeError } from '../../base/errors.ts';
import type { ImagePull } from '../../plan/types.ts';
import type { ActionContext } from '../context.ts';

/** A pull that may fail (`optional`) becomes a warning: the image is there already, or the caller said to go on. */
export async function pullImage(action: ImagePull, context: ActionContext): Promise<void> {
  const { reference, policy, platform } = action;
  try {
    await context.engine.pullImage(
      { reference, policy, ...(platform === undefined ? {} : { platform }), onProgress: context.progress },
      { signal: context.signal },
    );
  } catch (error) {
    if (!action.optional || context.signal.aborted) throw error;
    warnInstead(error, `image "${reference}" was not pulled`, context);
  }
}

/** Tells an error as a warning. What is not an error of ours is a bug and goes on up. */
export function warnInstead(error: unknown, what: string, context: ActionContext): void {
  if (!(error instanceof ComposeError)) throw error;
  context.warn({ code: 'W_ENGINE', severity: 'warning', message: `${what}: ${error.message}` });
}
