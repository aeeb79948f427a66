import type { SecretCreate } from '../../plan/types.ts';
import type { ActionContext } from '../context.ts';

/** The bytes go from the reader to the engine and nowhere else. */
export async function createSecret(action: SecretCreate, context: ActionContext): Promise<void> {
  const bytes = await context.request.readFileObject(action.from.section, action.from.key);
  await context.engine.createSecret(action.spec, bytes);
}
