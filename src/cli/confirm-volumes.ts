import type { Plan } from '../plan/types.ts';
import { confirm } from './confirm.ts';
import type { Session } from './session.ts';

/** At a terminal, names the volumes that a plan removes and asks once; elsewhere what was asked for is done. */
export async function confirmVolumes(session: Session, plan: Plan): Promise<boolean> {
  const names = plan.actions.flatMap((action) => (action.kind === 'volume.remove' ? [action.name] : []));
  if (names.length === 0) return true;
  return confirm(session, `This removes the volumes ${names.join(', ')} and all data in them. Go on?`);
}
