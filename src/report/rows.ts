import type { ActionEvent } from '../execute/types.ts';
import type { Action, ActionId, Plan } from '../plan/types.ts';
import { resourceOf } from './resource.ts';
import { safeName } from './safe-text.ts';

export type RowState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped' | 'cancelled';

/** One resource of a plan as a terminal shows it: a container is one line from its creation until it is healthy. */
export interface Row {
  /** "Container" */
  readonly type: string;
  /** "shop-db-1" */
  readonly name: string;
  /** "db-1": without the project's name before it. */
  readonly short: string;
  readonly state: RowState;
  /** "Creating", "Started", "waiting to be healthy, 3 of 10 tries"; empty before anything was done. */
  readonly text: string;
  /** Monotonic milliseconds at which its first action started; undefined before. */
  readonly since: number | undefined;
  /** When its last action ended. */
  readonly until: number | undefined;
}

interface Line {
  readonly type: string;
  readonly name: string;
  /** Its actions that have not ended, in the order of the plan. */
  readonly open: Set<ActionId>;
  readonly running: Set<ActionId>;
  /** Only steps that nobody asks about: shown when one fails. */
  isMinor: boolean;
  worst: RowState;
  status: string;
  details: string;
  hasProgress: boolean;
  since: number | undefined;
  until: number | undefined;
}

/** How bad an end is: the worst of a resource's actions is the resource's. */
const badness: Readonly<Record<RowState, number>> = {
  waiting: 0,
  running: 0,
  done: 0,
  cancelled: 1,
  skipped: 2,
  failed: 3,
};

/** The resources of one plan, brought up to date by its events. */
export class Rows {
  readonly #actions = new Map<ActionId, Action>();
  readonly #lines = new Map<string, Line>();
  readonly #lineOf = new Map<ActionId, Line>();
  readonly #project: string;

  constructor(plan: Plan) {
    this.#project = plan.project;
    this.#take(plan);
  }

  /** Actions that were not planned before get their lines at the end. */
  #take(plan: Plan): void {
    for (const action of plan.actions) {
      const isKnown = this.#actions.has(action.id);
      this.#actions.set(action.id, action);
      if (isKnown) continue;
      const { type, name, minor } = resourceOf(action);
      const key = `${type} ${name}`;
      const line = this.#lines.get(key) ?? newLine(type, safeName(name));
      line.open.add(action.id);
      if (!minor) line.isMinor = false;
      this.#lines.set(key, line);
      this.#lineOf.set(action.id, line);
    }
  }

  apply(event: ActionEvent): void {
    if (event.kind === 'amended') this.#take(event.plan);
    if (event.kind === 'planned' || event.kind === 'amended' || event.kind === 'warning') return;
    this.#applyTo(event);
  }

  #applyTo(event: Exclude<ActionEvent, { kind: 'planned' | 'amended' | 'warning' }>): void {
    const line = this.#lineOf.get(event.action.id);
    if (!line) return;
    const { doing, done } = resourceOf(event.action);
    switch (event.kind) {
      case 'started':
        line.running.add(event.action.id);
        line.since ??= event.at;
        line.hasProgress = false;
        tell(line, doing, '');
        break;
      case 'progress':
        line.hasProgress = true;
        tell(line, doing, event.text);
        break;
      case 'output':
        if (!line.hasProgress) tell(line, doing, event.text);
        break;
      case 'succeeded':
        this.#end(line, event, 'done', done, '');
        break;
      case 'failed':
        this.#end(line, event, 'failed', 'Error', event.diagnostics[0]?.message ?? '');
        break;
      case 'skipped':
        this.#end(line, event, 'skipped', 'Skipped', `because of ${this.#nameOf(event.because)}`);
        break;
      case 'cancelled':
        this.#end(line, event, 'cancelled', 'Cancelled', '');
        break;
      case 'unneeded':
        line.open.delete(event.action.id);
        break;
    }
  }

  #end(
    line: Line,
    event: { readonly action: Action; readonly at: number },
    state: RowState,
    status: string,
    details: string,
  ): void {
    line.running.delete(event.action.id);
    line.open.delete(event.action.id);
    if (line.open.size === 0) line.until = event.at;
    if (badness[state] < badness[line.worst]) return;
    line.worst = state;
    tell(line, status, details);
  }

  #nameOf(id: ActionId): string {
    const line = this.#lineOf.get(id);
    return line ? this.#short(line.name) : id;
  }

  /** `db-1` for `shop-db-1`: what is waited for is of the same project anyway. */
  #short(name: string): string {
    const heads = [`${this.#project}-`, `${this.#project}_`];
    const head = heads.find((candidate) => name.startsWith(candidate)) ?? '';
    return name.slice(head.length);
  }

  /** Whether every action has ended. */
  get isOver(): boolean {
    return [...this.#lines.values()].every(({ open }) => open.size === 0);
  }

  get list(): Row[] {
    return [...this.#lines.values()]
      .filter((line) => isShown(line))
      .map((line) => ({
        type: line.type,
        name: line.name,
        short: this.#short(line.name),
        state: stateOf(line),
        text: this.#textOf(line),
        since: line.since,
        until: line.until,
      }));
  }

  #textOf(line: Line): string {
    if (stateOf(line) === 'waiting') {
      const wants = this.#wantsOf(line);
      return wants === '' ? line.status : `waits for ${wants}`;
    }
    if (line.details.startsWith('waiting ')) return line.details;
    return line.details === '' ? line.status : `${line.status}  ${line.details}`;
  }

  /** What the next action of a resource still needs, of others: "shop-db-1 to be healthy". */
  #wantsOf(line: Line): string {
    const [next] = line.open;
    const needs = next === undefined ? [] : (this.#actions.get(next)?.needs ?? []);
    const unmet = needs.flatMap((id) => {
      const other = this.#lineOf.get(id);
      return other && other !== line && other.open.has(id)
        ? [wish(this.#actions.get(id), this.#short(other.name))]
        : [];
    });
    return [...new Set(unmet)].sort().join(', ');
  }
}

/** Not what nobody asks about, and not what in the end there was no need for. */
function isShown({ isMinor, worst, open }: Line): boolean {
  if (worst === 'waiting' && open.size === 0) return false;
  return !isMinor || worst === 'failed';
}

function newLine(type: string, name: string): Line {
  return {
    type,
    name,
    open: new Set(),
    running: new Set(),
    isMinor: true,
    worst: 'waiting',
    status: '',
    details: '',
    hasProgress: false,
    since: undefined,
    until: undefined,
  };
}

function tell(line: Line, status: string, details: string): void {
  line.status = status;
  line.details = safeName(details.trim());
}

function stateOf(line: Line): RowState {
  if (line.worst === 'failed') return 'failed';
  if (line.running.size > 0) return 'running';
  return line.open.size > 0 ? 'waiting' : line.worst;
}

function wish(action: Action | undefined, name: string): string {
  if (action?.kind !== 'container.wait') return name;
  if (action.condition === 'completed') return `${name} to complete`;
  return action.condition === 'running' ? name : `${name} to be healthy`;
}
