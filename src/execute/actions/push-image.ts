import type { ImagePush } from '../../plan/types.ts';
import type { ActionContext } from '../context.ts';
import { warnInstead } from './pull-image.ts';

export async function pushImage(action: ImagePush, context: ActionContext): Promise<void> {
  try {
    await context.engine.pushImage(action.reference, {
      signal: context.signal,
      onProgress: context.progress,
    });
  } catch (error) {
    if (!action.optional || context.signal.aborted) throw error;
    warnInstead(error, `image "${action.reference}" was not pushed`, context);
  }
}
