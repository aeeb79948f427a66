import { fail } from '../base/errors.ts';
import type { Outcome } from '../execute/types.ts';
import { labels } from '../plan/names.ts';
import type { Plan } from '../plan/types.ts';
import type { UpFlags } from './commands/up.ts';
import { LogPrinter, shortName } from './log-stream.ts';
import { finishRun, runPlan } from './run-plan.ts';
import type { Session } from './session.ts';
import { compatExit } from './tell-error.ts';
import type { UpReady } from './up-flow.ts';
import { Watcher } from './watch-containers.ts';

export interface AttachedUp {
  readonly flags: UpFlags;
  /** Named on the command line. */
  readonly services: readonly string[];
}

/**
 * `up` without `-d`: starts everything while showing the output, looks on until all containers have ended, and stops them when it is
 * interrupted or when the flags say that one container's end is everybody's.
 *
 * @returns 0; 130 or 143 after a signal; with --exit-code-from and --abort-on-container-* the container's code
 */
export async function runAttached(session: Session, ready: UpReady, how: AttachedUp): Promise<number> {
  // There may be much to be shown.
  session.tuning.muchWork();
  const { loaded, planned, amend } = ready;
  const project = loaded.project.name;
  const attached = attachedServices(ready, how);
  checkExitService(Object.keys(loaded.project.services), how.flags['exit-code-from']);
  const before = ready.outcome ? [ready.outcome] : [];
  const engine = await session.engine();
  const printer = printerFor(session, how, plannedNames(planned.plan, project));
  const watcher = new Watcher({
    engine,
    project,
    printer,
    timestamps: how.flags.timestamps,
    shows: (service) => attached.has(service),
    waitsFor: (service) => how.flags['exit-code-from'] === service || attached.has(service),
  });
  watcher.start();
  const outcome = await runPlan(session, planned.plan, { loaded, failureMode: 'continue', amend });
  if (outcome.exitCode !== 0) {
    const code = await finishRun(session, [...before, outcome]);
    if (outcome.exitCode === 130 || outcome.exitCode === 143) await stopProject(session, ready, how);
    await watcher.close();
    return code;
  }
  await finishRun(session, [...before, outcome]);
  await session.unlock();
  const running = await engine.listContainers({ label: [`${labels.project}=${project}`] });
  await watcher.add(
    running.filter((container) => !container.isInfra && container.labels[labels.oneoff] !== 'True'),
  );
  const end = await watcher.wait(session.interrupts.signal, stopRule(how.flags));
  if (end.kind === 'all ended') {
    await watcher.close();
    return end.exitCode;
  }
  const stopped = await stopProject(session, ready, how);
  const code = await exitCodeAfter(end, watcher, how.flags, session);
  await watcher.close();
  return stopped === 0 || code !== 0 ? code : stopped;
}

export type StopRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'any exit' }
  | { readonly kind: 'any failure' }
  | { readonly kind: 'service'; readonly service: string };

function stopRule(flags: UpFlags): StopRule {
  if (flags['exit-code-from'] !== undefined) return { kind: 'any exit' };
  if (flags['abort-on-container-exit']) return { kind: 'any exit' };
  return flags['abort-on-container-failure'] ? { kind: 'any failure' } : { kind: 'none' };
}

function checkExitService(known: readonly string[], service: string | undefined): void {
  if (service === undefined || known.includes(service)) return;
  throw fail('E_SERVICE_UNKNOWN', `no such service: ${service}`, {
    hint: `the services are ${known.join(', ')}`,
  });
}

/** Which services' output is shown: the named ones (all when none is named), and what the flags add or take away. */
function attachedServices({ loaded, planned }: UpReady, { flags, services }: AttachedUp): Set<string> {
  const all = Object.keys(loaded.project.services);
  const named = services.length > 0 && !flags['attach-dependencies'] ? services : all;
  const base = flags.attach.length > 0 ? flags.attach : named;
  for (const name of [...flags.attach, ...flags['no-attach']]) checkExitService(all, name);
  const silent = new Set(flags['no-attach']);
  void planned;
  return new Set(
    base.filter(
      (name) =>
        !silent.has(name) && (flags.attach.length > 0 || loaded.project.services[name]?.attach !== false),
    ),
  );
}

function plannedNames(plan: Plan, project: string): string[] {
  return plan.actions.flatMap((action) =>
    action.kind === 'container.start' ? [shortName(project, action.name)] : [],
  );
}

function printerFor(session: Session, { flags }: AttachedUp, names: readonly string[]): LogPrinter {
  const { stdout, stderr } = session.output;
  return new LogPrinter({
    stdout,
    stderr,
    colour: !flags['no-color'] && session.colour(stdout),
    prefix: !flags['no-log-prefix'],
    names,
  });
}

/** Stops in order; the next signal kills instead. */
async function stopProject(session: Session, ready: UpReady, how: AttachedUp): Promise<number> {
  const { loaded } = ready;
  const stopping = session.interrupts.nextStage();
  const { planStop, planKill } = await import('../plan/plan-lifecycle.ts');
  const observe = async (): Promise<Parameters<typeof planStop>[0]> => ({
    loaded,
    observed: await (await session.engine()).observe({
      project: loaded.project.name,
      images: [],
      details: false,
    }),
    services: [],
  });
  const timeout = how.flags.timeout === undefined ? {} : { timeout: how.flags.timeout };
  const stop = planStop(await observe(), timeout);
  const outcome: Outcome = await runPlan(session, stop.plan, {
    loaded,
    failureMode: 'continue',
    signal: stopping,
  });
  if (!stopping.aborted) return finishRun(session, [outcome]);
  const killing = session.interrupts.nextStage();
  const kill = planKill(await observe(), { signal: 'SIGKILL', removeOrphans: false });
  await runPlan(session, kill.plan, { loaded, failureMode: 'continue', signal: killing });
  return 0;
}

export type AttachedEnd =
  | { readonly kind: 'signal' }
  | { readonly kind: 'all ended'; readonly exitCode: number }
  | { readonly kind: 'container ended'; readonly service: string; readonly exitCode: number };

async function exitCodeAfter(
  end: AttachedEnd,
  watcher: Watcher,
  flags: UpFlags,
  session: Session,
): Promise<number> {
  if (end.kind === 'signal')
    return compatExit(session.interrupts.exitCode ?? 130, session.options.compatExit);
  const service = flags['exit-code-from'];
  if (service === undefined) return end.exitCode;
  return end.kind === 'container ended' && end.service === service
    ? end.exitCode
    : await watcher.exitCodeOf(service);
}
