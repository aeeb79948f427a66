import type { Code } from './codes.ts';
import type { Span } from './span.ts';

export type Severity = 'error' | 'warning' | 'info';

/** One thing to tell the user about what they wrote or asked for. Plain data; printing is `report`'s. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  /** What, which and where, in one sentence without a full stop. Names from the file are put in double quotes. */
  readonly message: string;
  readonly span?: Span;
  /** Other places that matter, e.g. the first of two definitions. */
  readonly related?: readonly { readonly message: string; readonly span: Span }[];
  /** What to do about it. */
  readonly hint?: string;
  /** Lines to show below, e.g. the last log lines of a container. */
  readonly details?: readonly string[];
}

/** Sorts by file, line and column; what has no place comes last. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const key = (d: Diagnostic): [string, number, number] =>
    d.span ? [d.span.path, d.span.line, d.span.column] : ['\uffff', 0, 0];
  return [...diagnostics].sort((a, b) => {
    const [pathA, lineA, columnA] = key(a);
    const [pathB, lineB, columnB] = key(b);
    if (pathA !== pathB) return pathA < pathB ? -1 : 1;
    return lineA - lineB || columnA - columnB;
  });
}

/** Warnings about the compose file and its Containerfiles, which `--strict` makes errors; what the engine holds or says is not the file's fault. */
const strictCodes: ReadonlySet<Code> = new Set([
  'W_UNSET_VARIABLE',
  'W_OBSOLETE',
  'W_UNSUPPORTED',
  'W_AMBIGUOUS',
  'W_CONTAINERFILE',
]);

/** The same diagnostics as `--strict` takes them: warnings about the files are errors. */
export function strictly(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((diagnostic) =>
    strictCodes.has(diagnostic.code) ? { ...diagnostic, severity: 'error' } : diagnostic,
  );
}
