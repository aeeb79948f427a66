import type { BuildAction } from '../../build/types.ts';
import type { ActionContext } from '../context.ts';

/** Hands a build action to the build room; typed so that an action of any other kind that nobody runs does not compile. */
export async function runBuild(action: BuildAction, context: ActionContext): Promise<void> {
  const { engine, signal, output, progress, warn } = context;
  await context.request.build(action, { engine, signal, output, progress, warn });
}
