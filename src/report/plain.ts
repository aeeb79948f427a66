import type { ActionEvent } from '../execute/types.ts';
import type { Action } from '../plan/types.ts';
import { BuildTally } from './build-tally.ts';
import { summary } from './frame.ts';
import { formatSeconds, resourceOf } from './resource.ts';
import { Rows } from './rows.ts';
import { safeName, safeText } from './safe-text.ts';
import type { Reporter, TextStream } from './types.ts';
import { warningLine } from './warning-line.ts';

/**
 * One line for each event, as docker compose prints where there is no terminal, with the time it took:
 *
 *      Container shop-db-1  Starting
 *      Container shop-db-1  Started  0.4s
 *      1 done in 0.5s
 */
export function plainReporter(stream: TextStream): Reporter {
  const isRepeated = repetitions();
  let plans: Rows[] = [];
  let tally = new BuildTally();
  return {
    emit: (event) => {
      if (event.kind === 'planned') plans.push(new Rows(event.plan));
      plans.at(-1)?.apply(event);
      tally.apply(event);
      const line = isRepeated(event) ? undefined : plainLine(event);
      if (line !== undefined) stream.write(`${line}\n`);
    },
    finish: async ({ ms }) => {
      const rows = plans.flatMap(({ list }) => list);
      const { steps } = tally;
      plans = [];
      tally = new BuildTally();
      if (rows.length > 0) stream.write(` ${summary(rows, ms, steps)}\n`);
    },
  };
}

/** A reason that was told already; what a resource does not get to is told once, whatever number of actions that is. */
function repetitions(): (event: ActionEvent) => boolean {
  const lastProgress = new Map<string, string>();
  const ended = new Set<string>();
  return (event) => {
    switch (event.kind) {
      case 'progress': {
        const isSame = lastProgress.get(event.action.id) === event.text;
        lastProgress.set(event.action.id, event.text);
        return isSame;
      }
      case 'failed':
        ended.add(titleOf(event.action));
        return false;
      case 'skipped':
      case 'cancelled': {
        if (resourceOf(event.action).minor) return false;
        const isTold = ended.has(titleOf(event.action));
        ended.add(titleOf(event.action));
        return isTold;
      }
      default:
        return false;
    }
  };
}

function titleOf(action: Action): string {
  const { type, name } = resourceOf(action);
  return `${type} ${name}`;
}

/** The line of an event; undefined for those that are not told. */
export function plainLine(event: ActionEvent): string | undefined {
  switch (event.kind) {
    case 'planned':
    case 'amended':
    case 'unneeded':
      return undefined;
    case 'warning':
      return warningLine(event.diagnostic);
    case 'output':
      return `[${safeName(event.action.service ?? event.action.id)}] ${safeText(event.text)}`;
    default:
      return actionLine(event);
  }
}

type TellingEvent = Exclude<ActionEvent, { kind: 'planned' | 'amended' | 'unneeded' | 'warning' | 'output' }>;

function actionLine(event: TellingEvent): string | undefined {
  const resource = resourceOf(event.action);
  const told = (status: string): string => ` ${resource.type} ${safeName(resource.name)}  ${status}`;
  switch (event.kind) {
    case 'started':
      return resource.minor ? undefined : told(resource.doing);
    case 'succeeded':
      return resource.minor ? undefined : told(`${resource.done}  ${formatSeconds(event.ms)}`);
    case 'progress':
      return told(`${resource.doing}  ${safeName(event.text)}`);
    case 'failed':
      return told(`Error  ${safeName(event.diagnostics[0]?.message ?? '')}`);
    case 'skipped':
      return resource.minor ? undefined : told(`Skipped  because of ${safeName(event.because)}`);
    case 'cancelled':
      return resource.minor ? undefined : told('Cancelled');
  }
}
