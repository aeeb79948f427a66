import type { Diagnostic } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import type { Action } from '../plan/types.ts';

/** What a failed action says of itself. */
export interface Failure {
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: number;
}

/**
 * Turns whatever an action threw into diagnostics. A diagnostic without a place gets the line that asked for the action, so that
 * an engine's refusal points at the compose file too.
 */
export function failureOf(error: unknown, action: Action): Failure {
  if (error instanceof ComposeError) {
    return { diagnostics: error.diagnostics.map((d) => withPlace(d, action)), exitCode: error.exitCode };
  }
  const text = error instanceof Error ? error.message : String(error);
  const diagnostic: Diagnostic = {
    code: 'E_INTERNAL',
    severity: 'error',
    message: `${action.id}: ${text}`,
  };
  return { diagnostics: [withPlace(diagnostic, action)], exitCode: 1 };
}

function withPlace(diagnostic: Diagnostic, action: Action): Diagnostic {
  if (diagnostic.span || !action.source) return diagnostic;
  return { ...diagnostic, span: action.source };
}
