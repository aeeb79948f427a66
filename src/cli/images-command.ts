import type { ImagesOptions } from '../plan/inputs.ts';
import type { Action, Plan } from '../plan/types.ts';
import { printPlans } from './print-plans.ts';
import { finishRun, runPlan } from './run-plan.ts';
import type { Session } from './session.ts';

export interface ImagesCommand {
  readonly services: readonly string[];
  readonly options: ImagesOptions;
  /** Which of the planned actions are this command's: `build` leaves pulls alone, `pull` builds. */
  readonly keep: (action: Action) => Action | undefined;
  /** Also push what was built. */
  readonly push?: boolean;
  /** Print the plan as JSON and do nothing. */
  readonly print?: boolean;
  /** No progress. */
  readonly quiet?: boolean;
  readonly failureMode: 'continue' | 'no-new';
}

/** `build` and `pull`: the image plan alone. @returns the exit code and what was done */
export async function runImages(
  session: Session,
  command: ImagesCommand,
): Promise<{ readonly exitCode: number; readonly plan: Plan }> {
  session.startConnecting();
  const loaded = await session.load({ services: command.services });
  const [{ planImages }, { imageReferences }] = await Promise.all([
    import('../plan/plan-images.ts'),
    import('../plan/plan-up.ts'),
  ]);
  const observed = await session.observe(loaded.project.name, imageReferences({ loaded }), false);
  const planned = planImages({ loaded, observed, services: command.services }, command.options, Date.now());
  await session.tell(planned.diagnostics);
  const actions = planned.plan.actions.flatMap((action) => command.keep(action) ?? []);
  const ids = new Set(actions.map(({ id }) => id));
  const kept = actions.map(
    (action) => ({ ...action, needs: action.needs.filter((need) => ids.has(need)) }) as Action,
  );
  const plan: Plan = { ...planned.plan, actions: [...kept, ...(command.push ? pushes(kept) : [])] };
  if (session.options.dryRun || command.print) {
    await printPlans(session, [plan], command.print ? 'json' : 'text');
    return { exitCode: 0, plan };
  }
  if (command.quiet) session.silence();
  const outcome = await runPlan(session, plan, { loaded, failureMode: command.failureMode });
  return { exitCode: await finishRun(session, [outcome]), plan };
}

function pushes(actions: readonly Action[]): Action[] {
  return actions.flatMap((action) =>
    action.kind === 'image.build'
      ? action.tags.map(
          (reference): Action => ({
            kind: 'image.push',
            id: `image.push/${reference}`,
            needs: [action.id],
            reason: '--push',
            service: action.service,
            reference,
            optional: false,
          }),
        )
      : [],
  );
}
