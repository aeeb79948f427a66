import type { ContainerCreate } from '../../plan/types.ts';
import type { ActionContext } from '../context.ts';
import { warnOf } from './engine-warning.ts';

/** Makes the host directories that the short volume syntax asks for, then the container. */
export async function createContainer(action: ContainerCreate, context: ActionContext): Promise<void> {
  for (const path of action.makeDirectories) await context.request.makeDirectory(path);
  const created = await context.engine.createContainer(action.spec);
  for (const text of created.warnings) context.warn(warnOf(action, action.spec.name, text));
}
