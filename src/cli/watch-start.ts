import { setTimeout as delay } from 'node:timers/promises';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail } from '../base/errors.ts';
import { labels } from '../plan/names.ts';
import type { Plan } from '../plan/types.ts';
import type { Engine, ObservedContainer } from '../podman/types.ts';
import type { Session } from './session.ts';

const terminalMs = 1_000;
const pollMs = 100;

/**
 * What was started in the background may die at once, and nobody would see it: looks on for a moment and warns, with the last lines. At a
 * terminal for a second; elsewhere, where time counts more, once. `TSCOMPOSE_WATCH_START=SECONDS` says otherwise.
 *
 * @param seen - the containers as they are now, when they were looked at
 */
export async function watchStart(
  session: Session,
  plan: Plan,
  seen: readonly ObservedContainer[] | undefined,
): Promise<void> {
  const started = new Set(
    plan.actions.flatMap((action) => (action.kind === 'container.start' ? [action.name] : [])),
  );
  if (started.size === 0) return;
  const engine = await session.engine();
  const { signal } = session.interrupts;
  const deadline = performance.now() + watchMs(session);
  const told = new Set<string>();
  for (let all = seen; !signal.aborted; all = undefined) {
    all ??= await engine.listContainers({ label: [`${labels.project}=${plan.project}`] });
    const died = all.filter(({ name, id }) => started.has(name) && !told.has(id)).filter(hasFailed);
    for (const { id } of died) told.add(id);
    await session.tell(await Promise.all(died.map((container) => warningOf(engine, container, plan))));
    if (performance.now() + pollMs > deadline) return;
    await delay(pollMs);
  }
}

function hasFailed({ state, exitCode }: ObservedContainer): boolean {
  return (state === 'exited' || state === 'stopped') && exitCode !== 0;
}

async function warningOf(engine: Engine, container: ObservedContainer, plan: Plan): Promise<Diagnostic> {
  const { explainExit } = await import('../execute/waits/explain-exit.ts');
  const details = await engine.inspectContainer(container.id);
  const source = plan.actions.find(
    (action) => action.kind === 'container.start' && action.name === container.name,
  )?.source;
  const explained = details
    ? await explainExit(engine, details)
    : { message: `container "${container.name}" exited ${container.exitCode}` };
  return {
    code: 'W_EXITED',
    severity: 'warning',
    ...explained,
    message: `${explained.message}, right after its start`,
    ...(source ? { span: source } : {}),
  };
}

function watchMs(session: Session): number {
  const text = session.env['TSCOMPOSE_WATCH_START'];
  if (text === undefined || text === '') return session.streams.stderr.isTTY === true ? terminalMs : 0;
  const seconds = Number(text);
  if (!(seconds >= 0)) throw fail('E_USAGE', `TSCOMPOSE_WATCH_START: "${text}" is not a number of seconds`);
  return seconds * 1000;
}
