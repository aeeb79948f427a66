import type { Planned } from '../plan/builder.ts';
import type { PlanInput } from '../plan/inputs.ts';
import { type FindRequest, type Found, findProject } from './find-project.ts';
import { finishRun, runPlan } from './run-plan.ts';
import type { Session } from './session.ts';
import { showPlan } from './show-plan.ts';

export interface Act {
  readonly services: readonly string[];
  readonly command: string;
  readonly find?: Partial<FindRequest>;
  readonly plan: (input: PlanInput, found: Found) => Planned | Promise<Planned>;
  /** Asked before anything is done; false: leave it. */
  readonly confirm?: (planned: Planned) => Promise<boolean>;
}

/** The way of every command that works on existing containers: find the project, lock it, plan, do. @returns the exit code */
export async function act(session: Session, request: Act): Promise<number> {
  const { services, command } = request;
  const found = await findProject(session, { services, lockFor: command, ...request.find });
  const planned = await request.plan({ loaded: found.loaded, observed: found.observed, services }, found);
  await session.tell(planned.diagnostics);
  if (session.options.dryRun) {
    await showPlan(session, planned.plan, 'text');
    return 0;
  }
  if (request.confirm && !(await request.confirm(planned))) return 1;
  const outcome = await runPlan(session, planned.plan, { loaded: found.loaded, failureMode: 'continue' });
  return finishRun(session, [outcome]);
}
