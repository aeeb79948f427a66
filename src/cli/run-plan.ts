import { fail } from '../base/errors.ts';
import type { Loaded } from '../compose/types.ts';
import type { Amend, FailureMode, Outcome } from '../execute/types.ts';
import type { Plan } from '../plan/types.ts';
import type { BuildRoom } from './build-room.ts';
import type { Session } from './session.ts';
import { compatExit } from './tell-error.ts';

export interface RunPlan {
  readonly loaded: Pick<Loaded, 'project' | 'environment'>;
  readonly failureMode: FailureMode;
  readonly amend?: Amend | undefined;
  /** Absent: the session's own, that the first Ctrl-C aborts. */
  readonly signal?: AbortSignal;
}

/**
 * Calls that one engine gains from at once. More only wait for its processors and locks, and make a container that others depend on
 * wait for those that could come later.
 */
const callsPerCpu = 2;
const leastCalls = 4;
const mostCalls = 16;
const usualPulls = 4;

/** Most commands of builds wait for a network or a disk as long as they compute. */
const buildsPerCpu = 2;
const leastBuilds = 4;

/** Carries a plan out with the session's engine and reporter. An empty plan costs nothing. */
export async function runPlan(session: Session, plan: Plan, how: RunPlan): Promise<Outcome> {
  if (plan.actions.length === 0) return { actions: [], diagnostics: [], exitCode: 0, ms: 0 };
  const [{ execute }, reporter, engine] = await Promise.all([
    import('../execute/execute.ts'),
    session.reporter(),
    session.engine(),
  ]);
  const limits = limitsOf(session.options.parallel, engine.capabilities.cpus, session.jobs);
  const room = await foreseen(session, plan, limits.builds);
  const outcome = await execute(plan, {
    engine,
    emit: session.trace ? session.trace.through(reporter.emit) : reporter.emit,
    signal: how.signal ?? session.interrupts.signal,
    failureMode: how.failureMode,
    ...(how.amend ? { amend: how.amend } : {}),
    limits,
    readFileObject: (section, key) => readObject(how.loaded, section, key),
    build: async (action, context) => {
      const { runBuildAction } = await import('./build-action.ts');
      await runBuildAction(action, context, session);
    },
    makeDirectory: async (path) => {
      const { mkdir } = await import('node:fs/promises');
      await mkdir(path, { recursive: true });
    },
    now: () => performance.now(),
  });
  // An attached `up` goes on for long; whoever ends waits for this.
  void room?.settle();
  return outcome;
}

/** Lets the build room make ready what the steps of a plan will need; undefined: there are none. */
async function foreseen(session: Session, plan: Plan, limit: number): Promise<BuildRoom | undefined> {
  const steps = plan.actions.flatMap((action) =>
    action.kind === 'build.run' || action.kind === 'build.layers' ? [action] : [],
  );
  if (steps.length === 0) return undefined;
  const room = await session.buildRoom();
  room?.foresee(steps, limit);
  return room;
}

function limitsOf(
  parallel: number | undefined,
  cpus: number,
  jobs: number | undefined,
): { calls: number; builds: number; pulls: number } {
  if (parallel === undefined || parallel === 0) {
    return {
      calls: Math.min(mostCalls, Math.max(leastCalls, callsPerCpu * cpus)),
      builds: jobs ?? Math.max(leastBuilds, buildsPerCpu * cpus),
      pulls: usualPulls,
    };
  }
  const limit = parallel < 0 ? Number.POSITIVE_INFINITY : parallel;
  return { calls: limit, builds: jobs ?? limit, pulls: limit };
}

async function readObject(
  loaded: Pick<Loaded, 'project' | 'environment' | 'includedValues'>,
  section: 'secrets' | 'configs',
  key: string,
): Promise<Uint8Array> {
  const object = loaded.project[section]?.[key];
  if (!object) throw fail('E_INTERNAL', `the project has no ${section} ${key}`);
  const [{ readFileObject }, { diskReader }] = await Promise.all([
    import('../compose/file-objects.ts'),
    import('../compose/reader.ts'),
  ]);
  const { environment, includedValues } = loaded;
  return readFileObject(object, { environment, included: includedValues?.[`${section}.${key}`] }, diskReader);
}

/**
 * Ends the telling of a run: the summary, then the errors with their places. JSON progress has told the errors as they came.
 *
 * @returns the exit code
 */
export async function finishRun(session: Session, outcomes: readonly Outcome[]): Promise<number> {
  const outcome = joinOutcomes(outcomes);
  if (outcome.actions.length > 0) await (await session.reporter()).finish(outcome);
  if (session.options.progress !== 'json') await session.tell(outcome.diagnostics);
  return compatExit(outcome.exitCode, session.options.compatExit);
}

/** Of plans that ran one after the other for one command. */
export function joinOutcomes(outcomes: readonly Outcome[]): Outcome {
  return {
    actions: outcomes.flatMap(({ actions }) => actions),
    diagnostics: outcomes.flatMap(({ diagnostics }) => diagnostics),
    exitCode: outcomes.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0,
    ms: outcomes.reduce((sum, { ms }) => sum + ms, 0),
  };
}
