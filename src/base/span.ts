/** A place in a source file; one-based, plain data, so that a plan can carry it. */
export interface Span {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** One past the last character, on the same or a later line. */
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** Prints `path:line:column`, the form that terminals and editors make clickable. */
export function formatSpan(span: Span): string {
  return `${span.path}:${span.line}:${span.column}`;
}
