import { fail } from '../../base/errors.ts';
import type { Outcome } from '../../execute/types.ts';
import type { Plan } from '../../plan/types.ts';
import { keepIdleUp } from '../answers/keep-answer.ts';
import { anyServices, defineCommand } from '../command.ts';
import type { FlagTable, FlagValues } from '../flag.ts';
import { finishRun, runPlan } from '../run-plan.ts';
import type { Session } from '../session.ts';
import { showPlan } from '../show-plan.ts';
import { imagesOptions, incompatible, planningFlags, upOptions } from '../up-flags.ts';
import { planOnly, prepareUp, settledAfter, type UpFlow, type UpReady, type UpSettled } from '../up-flow.ts';

const flags = {
  ...planningFlags,
  'abort-on-container-exit': { type: 'boolean', text: 'Stop everything when one container ends' },
  'abort-on-container-failure': { type: 'boolean', text: 'Stop everything when one container fails' },
  attach: { type: 'list', text: 'Show the output of these services only; may be repeated' },
  'attach-dependencies': {
    type: 'boolean',
    text: 'Show the output of the services that the named ones depend on, too',
  },
  detach: { type: 'boolean', short: 'd', text: 'Leave the containers running in the background' },
  'exit-code-from': {
    type: 'string',
    text: "Exit with this service's code when it ends, and stop everything",
  },
  format: {
    type: 'string',
    choices: ['text', 'json', 'dot', 'mermaid'],
    text: 'How --dry-run prints the plan',
  },
  menu: { type: 'boolean', text: 'Accepted and without effect', hidden: true },
  'no-attach': { type: 'list', text: 'Do not show the output of these services; may be repeated' },
  'no-color': { type: 'boolean', text: 'Do not colour the output' },
  'no-log-prefix': { type: 'boolean', text: "Do not put the container's name before each line" },
  'no-start': { type: 'boolean', text: 'Create the containers and do not start them' },
  timestamps: { type: 'boolean', text: 'Show when each line was written' },
  wait: { type: 'boolean', text: 'Wait until everything is running or healthy; implies --detach' },
  'wait-timeout': { type: 'number', text: 'Seconds to wait at most' },
  watch: { type: 'boolean', short: 'w', text: 'Not supported yet' },
} as const satisfies FlagTable;

export type UpFlags = FlagValues<typeof flags>;

export const up = defineCommand({
  name: 'up',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Create and start the services, each the moment what it depends on is ready.',
  flags,
  operands: anyServices,
  examples: [
    ['tscompose up -d --wait', 'start in the background, wait until everything is healthy'],
    ['tscompose up --build web', 'build web and what it needs, start them, show their output'],
    ['tscompose up --dry-run', 'print what would be done, and why'],
  ],
  run: async (call, session) => {
    checkFlags(call.flags);
    if (call.flags['wait-timeout'] !== undefined && !call.flags.wait)
      session.warn('--wait-timeout has no effect without --wait');
    const flow: UpFlow = {
      services: call.operands,
      images: imagesOptions(call.flags),
      up: {
        ...upOptions(call.flags, {
          start: !call.flags['no-start'],
          wait: call.flags.wait,
          removeOrphans: session.isSet('COMPOSE_REMOVE_ORPHANS'),
        }),
        ...(call.flags['wait-timeout'] === undefined || !call.flags.wait
          ? {}
          : { waitTimeoutMs: call.flags['wait-timeout'] * 1000 }),
      },
      command: 'up',
    };
    if (session.options.dryRun) {
      const { planned } = await planOnly(session, flow);
      const format = call.flags.format === undefined ? 'text' : (call.flags.format as 'text' | 'json');
      await showPlan(session, planned.plan, format);
      return 0;
    }
    const isDetached = call.flags.detach || call.flags.wait || call.flags['no-start'];
    const ready = await prepareUp(session, flow);
    await tellSettled(session, ready, flow);
    if (isDetached) return runDetached(session, ready, { flow, given: call.flags });
    const { runAttached } = await import('../attached-up.ts');
    return runAttached(session, ready, { flags: call.flags, services: call.operands });
  },
});

function checkFlags(given: UpFlags): void {
  checkBackground(given);
  if (given['abort-on-container-exit'] && given['abort-on-container-failure'])
    throw incompatible('abort-on-container-exit', 'abort-on-container-failure');
  if (given['attach-dependencies'] && given.attach.length > 0)
    throw incompatible('attach-dependencies', 'attach');
  if (given.watch)
    throw fail('E_USAGE', '--watch is not supported yet', {
      hint: 'run up again after a change: it recreates only what changed',
    });
}

/** What shows or follows output has no place where nothing is shown. */
function checkBackground(given: UpFlags): void {
  if (!given.detach && !given.wait) return;
  const background = given.detach ? 'detach' : 'wait';
  const attachedOnly = {
    'abort-on-container-exit': given['abort-on-container-exit'],
    'abort-on-container-failure': given['abort-on-container-failure'],
    'attach-dependencies': given['attach-dependencies'],
    'exit-code-from': given['exit-code-from'] !== undefined,
    attach: given.attach.length > 0,
  };
  for (const [name, isGiven] of Object.entries(attachedOnly))
    if (isGiven) throw incompatible(background, name);
}

interface Detached {
  readonly flow: UpFlow;
  readonly given: UpFlags;
}

async function runDetached(
  session: Session,
  ready: UpReady | UpSettled,
  { flow, given }: Detached,
): Promise<number> {
  const { loaded, planned, amend } = ready;
  const seconds = given.wait ? given['wait-timeout'] : undefined;
  const limit = seconds === undefined ? undefined : deadline(session, seconds);
  const run = await runPlan(session, planned.plan, {
    loaded,
    failureMode: 'continue',
    amend,
    ...(limit === undefined ? {} : { signal: limit.signal }),
  });
  limit?.end();
  const outcome = withUnready(run, planned.plan);
  const code = await finishRun(session, [...(ready.outcome ? [ready.outcome] : []), outcome]);
  if (code !== 0 || given.wait || given['no-start']) return code;
  if ('said' in ready) await keepAnswer(session, ready, flow);
  else await lookAfter(session, ready, flow);
  return code;
}

/** One look at what was started serves two: whether something has died at once, and whether the next `up` has nothing to do. */
async function lookAfter(session: Session, ready: UpReady, flow: UpFlow): Promise<void> {
  const { plan } = ready.planned;
  if (!plan.actions.some(({ kind }) => kind === 'container.start')) return;
  if (session.witness) await session.startLooking();
  const seen = session.witness && (await session.glimpse());
  const { watchStart } = await import('../watch-start.ts');
  await watchStart(session, plan, seen?.containers);
  const settled = seen && (await settledAfter(session, ready, flow));
  if (settled) await keepAnswer(session, settled, flow);
}

async function keepAnswer(session: Session, settled: UpSettled, flow: UpFlow): Promise<void> {
  if (!session.witness) return;
  await keepIdleUp(session, { ...settled, text: await settledText(session, settled, flow) });
}

/** When there is nothing to do, says how the containers are. */
async function tellSettled(session: Session, ready: UpReady, flow: UpFlow): Promise<void> {
  if (ready.planned.plan.actions.length > 0 || ready.outcome) return;
  session.output.stderr.write(await settledText(session, ready, flow));
}

async function settledText(session: Session, { loaded, observed }: UpReady, flow: UpFlow): Promise<string> {
  const [{ containersByService, selectServices }, report] = await Promise.all([
    import('../../plan/model.ts'),
    import('../../report/settled.ts'),
  ]);
  const { project } = loaded;
  const all = containersByService(observed, project.name);
  const containers = [...selectServices(project, flow.services, flow.up.noDeps)]
    .sort()
    .flatMap((service) => (all.get(service) ?? []).map(({ name, state }) => ({ name, service, state })));
  return report.settledText({ containers }, session.options.progress);
}

const timeIsOver = 'not everything was running or healthy within';

/** Says at the end of `--wait-timeout` which services it was that kept everybody waiting. */
function withUnready(outcome: Outcome, { actions }: Plan): Outcome {
  const open = new Set(outcome.actions.filter(({ state }) => state === 'cancelled').map(({ id }) => id));
  const services = actions.flatMap(({ id, service }) => (open.has(id) && service ? [service] : []));
  const details = [...new Set(services)].sort().map((name) => `service "${name}" was not ready`);
  const diagnostics = outcome.diagnostics.map((diagnostic) =>
    diagnostic.message.startsWith(timeIsOver) ? { ...diagnostic, details } : diagnostic,
  );
  return { ...outcome, diagnostics };
}

/** Ends the run with exit code 6 when the time is over, or as the session's own signal says. */
function deadline(
  session: Session,
  seconds: number,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(
      fail('E_UNHEALTHY', `${timeIsOver} ${seconds} s`, {
        hint: 'give it more time with --wait-timeout, or see tscompose logs',
      }),
    );
  }, seconds * 1000);
  const pass = (): void => controller.abort(session.interrupts.signal.reason);
  session.interrupts.signal.addEventListener('abort', pass, { once: true });
  if (session.interrupts.signal.aborted) pass();
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}
