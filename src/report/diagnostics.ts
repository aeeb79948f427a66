/** Diagnostics as text with a piece of the source, and as JSON lines. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { formatSpan, type Span } from '../base/span.ts';
import { safeName } from './safe-text.ts';

export interface DiagnosticStyle {
  /** Text of a file that a diagnostic points into; undefined leaves the excerpt out. */
  readonly textOf: (path: string) => string | undefined;
  readonly colour: boolean;
}

const longestLine = 160;

/**
 * Prints each diagnostic as
 *
 *     compose.yaml:12:7: error E_UNDEFINED: service "web" depends on undefined service "dbb"
 *        12 |       dbb:
 *           |       ^^^
 *       hint: did you mean "db"?
 *
 * Control characters of the source are shown as signs.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], style: DiagnosticStyle): string {
  const source = new SourceLines(style.textOf);
  return diagnostics.map((diagnostic) => renderOne(diagnostic, source, style.colour)).join('');
}

function renderOne(diagnostic: Diagnostic, source: SourceLines, colour: boolean): string {
  const paint = (code: string, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const tone = diagnostic.severity === 'error' ? '31' : diagnostic.severity === 'warning' ? '33' : '36';
  const where = diagnostic.span ? `${safeName(formatSpan(diagnostic.span))}: ` : '';
  const label = paint(tone, `${diagnostic.severity} ${diagnostic.code}`);
  const lines = [`${paint('1', where)}${label}: ${safeLines(diagnostic.message)}`];
  if (diagnostic.span) lines.push(...source.excerpt(diagnostic.span));
  for (const related of diagnostic.related ?? []) {
    lines.push(`  ${safeName(formatSpan(related.span))}: ${safeName(related.message)}`);
    lines.push(...source.excerpt(related.span));
  }
  for (const detail of diagnostic.details ?? []) lines.push(`  ${safeName(detail)}`);
  if (diagnostic.hint) lines.push(`  ${paint('36', 'hint')}: ${safeName(diagnostic.hint)}`);
  return `${lines.join('\n')}\n`;
}

/** Further lines of a message are indented, so that they cannot pass for a diagnostic of their own. */
function safeLines(message: string): string {
  return message.split('\n').map(safeName).join('\n    ');
}

/** Splits each file into lines once. */
class SourceLines {
  readonly #textOf: (path: string) => string | undefined;
  readonly #files = new Map<string, readonly string[] | undefined>();

  constructor(textOf: (path: string) => string | undefined) {
    this.#textOf = textOf;
  }

  excerpt(span: Span): string[] {
    const line = this.#lines(span.path)?.[span.line - 1];
    if (line === undefined) return [];
    const number = String(span.line).padStart(5);
    const from = span.column - 1;
    // A very long line is cut so that the marked part stays in sight.
    const start = from > longestLine / 2 ? from - longestLine / 2 : 0;
    const shown = shownText(line.slice(start, start + longestLine));
    const before = shownText(line.slice(start, from));
    const sameLine = span.endLine === undefined || span.endLine === span.line;
    const end = sameLine ? (span.endColumn ?? span.column + 1) - 1 : line.length;
    const width = Math.max(1, Math.min(end, line.length, start + longestLine) - from);
    return [`${number} | ${shown}`, `      | ${' '.repeat(before.length)}${'^'.repeat(width)}`];
  }

  #lines(path: string): readonly string[] | undefined {
    if (!this.#files.has(path)) this.#files.set(path, this.#textOf(path)?.split(/\r\n|\n/));
    return this.#files.get(path);
  }
}

/** One column for each character, so that carets stand right. */
function shownText(text: string): string {
  return safeName(text.replaceAll('\t', ' '));
}

/** One line of JSON for each diagnostic; `place` is the clickable form of `span`. */
export function diagnosticLines(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map((diagnostic) => {
      const place = diagnostic.span ? { place: formatSpan(diagnostic.span) } : {};
      return `${JSON.stringify({ type: 'diagnostic', ...place, ...diagnostic })}\n`;
    })
    .join('');
}
