import type { Diagnostic } from '../base/diagnostic.ts';
import { formatSpan } from '../base/span.ts';
import { safeName } from './safe-text.ts';

/** A warning that comes while things are done: `compose.yaml:4:5: warning: ...`, in one line. */
export function warningLine({ message, span, hint }: Diagnostic): string {
  const where = span ? `${safeName(formatSpan(span))}: ` : '';
  return `${where}warning: ${safeName(message)}${hint === undefined ? '' : ` (${safeName(hint)})`}`;
}
