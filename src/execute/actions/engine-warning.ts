import type { Diagnostic } from '../../base/diagnostic.ts';
import type { ActionBase } from '../../plan/types.ts';

/** What the engine discarded (limits that it cannot set, ports that make no sense), at the line that asked for it. */
export function warnOf(action: ActionBase, name: string, text: string): Diagnostic {
  const diagnostic: Diagnostic = { code: 'W_ENGINE', severity: 'warning', message: `"${name}": ${text}` };
  return action.source ? { ...diagnostic, span: action.source } : diagnostic;
}
