import type { ImagesOptions } from '../plan/inputs.ts';
import { pushesOf } from '../plan/pushes.ts';
import type { Action, Plan } from '../plan/types.ts';
import type { Observed } from '../podman/types.ts';
import { keepIdleBuild } from './answers/keep-answer.ts';
import { planBuilds } from './plan-builds.ts';
import { finishRun, runPlan } from './run-plan.ts';
import type { Session } from './session.ts';
import { type PlanFormat, showPlan } from './show-plan.ts';

export interface ImagesCommand {
  readonly services: readonly string[];
  readonly options: ImagesOptions;
  /** Which of the planned actions are this command's: `build` leaves pulls alone, `pull` builds. */
  readonly keep: (action: Action) => Action | undefined;
  /** Also push what was built. */
  readonly push?: boolean;
  /** Print the plan as JSON and do nothing. */
  readonly print?: boolean;
  readonly format?: PlanFormat;
  /** No progress. */
  readonly quiet?: boolean;
  readonly failureMode: 'continue' | 'no-new';
  /** That nothing was to be done may be kept for the next time: nothing is written on stdout, or done besides. */
  readonly keepsAnswer?: boolean;
}

/** `build` and `pull`: the image plan alone. @returns the exit code and the names of the images that were to be built */
export async function runImages(
  session: Session,
  command: ImagesCommand,
): Promise<{ readonly exitCode: number; readonly references: readonly string[] }> {
  session.startConnecting();
  const loaded = await session.load({ services: command.services });
  const [{ planImages }, { imageReferences }] = await Promise.all([
    import('../plan/plan-images.ts'),
    import('../plan/plan-up.ts'),
  ]);
  const observed = command.options.onlyBuilds
    ? await unobserved(session)
    : await session.observe(loaded.project.name, imageReferences({ loaded }), false);
  const whole = planImages({ loaded, observed, services: command.services }, command.options, Date.now());
  const actions = whole.plan.actions.flatMap((action) => command.keep(action) ?? []);
  const ids = new Set(actions.map(({ id }) => id));
  const kept = actions.map(
    (action) => ({ ...action, needs: action.needs.filter((need) => ids.has(need)) }) as Action,
  );
  if (command.quiet) session.silence();
  const isOnlyShown = session.options.dryRun || command.print === true;
  const planned = await planBuilds(session, {
    loaded,
    observed,
    planned: { ...whole, plan: { ...whole.plan, actions: kept } },
    mayPull: !isOnlyShown,
  });
  await session.tell(planned.diagnostics);
  const plan: Plan = {
    ...planned.plan,
    actions: [...planned.plan.actions, ...(command.push ? pushesOf(kept, planned.plan.actions) : [])],
  };
  const references = kept.flatMap((action) => (action.kind === 'image.build' ? (action.tags[0] ?? []) : []));
  if (isOnlyShown) {
    await showPlan(session, plan, command.format ?? (command.print ? 'json' : 'text'));
    return { exitCode: 0, references };
  }
  const before = planned.outcome ? [planned.outcome] : [];
  if (plan.actions.length === 0 && before.length === 0) {
    const text = await unchangedText(session, plan, command.quiet);
    session.output.stderr.write(text);
    if (command.keepsAnswer)
      await keepIdleBuild(session, { loaded, said: [...loaded.diagnostics, ...planned.diagnostics], text });
  }
  const outcome = await runPlan(session, plan, { loaded, failureMode: command.failureMode });
  return { exitCode: await finishRun(session, [...before, outcome]), references };
}

async function unchangedText(session: Session, { steps }: Plan, isQuiet = false): Promise<string> {
  const { settledText } = await import('../report/settled.ts');
  const settled = { containers: [], ...(steps ? { cachedSteps: steps.cached } : {}) };
  return settledText(settled, isQuiet ? 'quiet' : session.options.progress);
}

/** Building needs to know nothing of containers, and looks images up one by one. */
async function unobserved(session: Session): Promise<Observed> {
  const { capabilities } = await session.engine();
  return { capabilities, containers: [], pods: [], networks: [], volumes: [], secrets: [], images: {} };
}

/** The keys of all steps that the project's images are made of, as the files are now. */
export async function planProjectBuilds(
  session: Session,
): Promise<{ readonly project: string; readonly keys: ReadonlySet<string> }> {
  const loaded = await session.load();
  const { planImages } = await import('../plan/plan-images.ts');
  const observed = await unobserved(session);
  const input = { loaded, observed, services: [] };
  const planned = planImages(input, { build: 'always', noDeps: false, onlyBuilds: true }, Date.now());
  const { keys } = await planBuilds(session, { loaded, observed, planned, mayPull: false });
  return { project: loaded.project.name, keys: keys ?? new Set() };
}
