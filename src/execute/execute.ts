import type { Diagnostic } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import type { Action, Plan } from '../plan/types.ts';
import { runAction } from './actions/run-action.ts';
import type { ActionContext } from './context.ts';
import { makeQueues, type Queues } from './queues.ts';
import type { ExecuteRequest, Outcome } from './types.ts';
import { Walk, type WalkResult } from './walk.ts';

/**
 * Carries a plan out and tells every step. Decides nothing: order, conditions and reasons are the plan's.
 *
 * Never throws for what goes wrong with an action: that is in the outcome. Each action ends in exactly one event.
 *
 * @throws {ComposeError} `E_INTERNAL` for a plan that is not acyclic or names unknown actions; nothing has run then
 */
export async function execute(plan: Plan, request: ExecuteRequest): Promise<Outcome> {
  const start = request.now();
  const queues = makeQueues(request.limits);
  const walk = new Walk(plan, {
    run: (action, signal, priority) =>
      runAction(action, contextOf({ action, signal, request, queues, priority })),
    amend: request.amend,
    queues,
    emit: request.emit,
    now: request.now,
    failureMode: request.failureMode,
    signal: request.signal,
  });
  request.emit({ kind: 'planned', plan, at: start });
  const result = await walk.walk();
  return { ...verdict(result, request.signal), actions: result.actions, ms: request.now() - start };
}

function contextOf(of: {
  action: Action;
  signal: AbortSignal;
  request: ExecuteRequest;
  queues: Queues;
  priority: number;
}): ActionContext {
  const { action, request, queues, signal, priority } = of;
  const { emit, now } = request;
  return {
    engine: request.engine,
    request,
    signal,
    now,
    call: (run) => queues.calls.add(run, { priority }),
    progress: (text) => emit({ kind: 'progress', action, text, at: now() }),
    output: (text) => emit({ kind: 'output', action, text, at: now() }),
    warn: (diagnostic) => emit({ kind: 'warning', diagnostic, at: now() }),
  };
}

/** A signal's code goes before that of a failure; else the first failure's. */
function verdict(result: WalkResult, signal: AbortSignal): { diagnostics: Diagnostic[]; exitCode: number } {
  const diagnostics = result.failures.flatMap((failure) => failure.diagnostics);
  if (!result.interrupted) return { diagnostics, exitCode: result.failures[0]?.exitCode ?? 0 };
  const reason: unknown = signal.reason;
  if (reason instanceof ComposeError) {
    return { diagnostics: [...diagnostics, ...reason.diagnostics], exitCode: reason.exitCode };
  }
  return { diagnostics, exitCode: reason === 'SIGTERM' ? 143 : 130 };
}
