import type { Diagnostic } from '../base/diagnostic.ts';
import { formatSpan } from '../base/span.ts';
import { safeName, safeText } from '../report/safe-text.ts';

/** Diagnostics as text: place, severity, code, message; details and hint below. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  _how: { readonly colour: boolean },
): string {
  return diagnostics.map(render).join('');
}

function render(diagnostic: Diagnostic): string {
  const place = diagnostic.span ? `${formatSpan(diagnostic.span)}: ` : '';
  const lines = [`${place}${diagnostic.severity}: ${safeName(diagnostic.message)} [${diagnostic.code}]`];
  for (const { message, span } of diagnostic.related ?? [])
    lines.push(`  ${formatSpan(span)}: ${safeName(message)}`);
  for (const line of diagnostic.details ?? []) lines.push(`  | ${safeText(line)}`);
  if (diagnostic.hint !== undefined) lines.push(`  hint: ${safeName(diagnostic.hint)}`);
  return `${lines.join('\n')}\n`;
}
