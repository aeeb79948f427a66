/** The image plan with the builds as steps: what is missing below them is pulled first. */
import type { Loaded } from '../compose/types.ts';
import type { Outcome } from '../execute/types.ts';
import type { Planned } from '../plan/builder.ts';
import type { Plan } from '../plan/types.ts';
import type { Observed } from '../podman/types.ts';
import { runPlan } from './run-plan.ts';
import type { Session } from './session.ts';

export interface PlanBuilds {
  readonly loaded: Pick<Loaded, 'project' | 'environment'>;
  readonly observed: Observed;
  readonly planned: Planned;
  /** False: nothing may be done, so images that are not there stay unknown. */
  readonly mayPull: boolean;
}

export interface PlannedBuilds extends Planned {
  /** Of pulling base images. */
  readonly outcome?: Outcome;
  /** Keys of the steps, as far as they are known. */
  readonly keys?: ReadonlySet<string>;
}

export async function planBuilds(session: Session, request: PlanBuilds): Promise<PlannedBuilds> {
  const { planned, observed } = request;
  if (!planned.plan.actions.some(({ kind }) => kind === 'image.build')) return planned;
  const [{ expandBuilds }, room] = await Promise.all([import('./expand-builds.ts'), session.buildRoom()]);
  if (!room) return planned;
  const engine = await session.engine();
  const imageId = async (name: string): Promise<string | undefined> => {
    const known = observed.images[name];
    return known === undefined ? (await engine.inspectImage(name))?.id : known?.id;
  };
  const first = await expandBuilds({ planned, room, imageId });
  if (first.pulls.length === 0 || !request.mayPull) return first;
  const pulls: Plan = { ...planned.plan, actions: first.pulls };
  const outcome = await runPlan(session, pulls, { loaded: request.loaded, failureMode: 'continue' });
  if (outcome.exitCode !== 0) return { ...first, outcome };
  room.forgetImages();
  return { ...(await expandBuilds({ planned, room, imageId })), outcome };
}
