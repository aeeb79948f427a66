import type { PodCreate } from '../../plan/types.ts';
import type { ActionContext } from '../context.ts';
import { warnOf } from './engine-warning.ts';

export async function createPod(action: PodCreate, context: ActionContext): Promise<void> {
  const created = await context.engine.createPod(action.spec);
  for (const text of created.warnings) context.warn(warnOf(action, action.spec.name, text));
}
