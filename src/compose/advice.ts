/** What is wrong with a file is never said without what to do about it. */
import type { Code } from '../base/codes.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
// biome-ignore lint/style/noRestrictedImports: here it gets its hint
import { ComposeError, fail } from '../base/errors.ts';
import type { Span } from '../base/span.ts';

export interface Advice {
  /** What to write instead, or to do. */
  readonly hint: string;
  readonly related?: NonNullable<Diagnostic['related']>;
}

export type AdvisedDiagnostic = Diagnostic & Advice;

/** The error of what cannot be gone on from. */
export function refuse(code: Code, message: string, advice: Advice & { readonly span?: Span }): ComposeError {
  return fail(code, message, advice);
}

/** Ends with everything that was found. */
export function refuseAll(found: readonly AdvisedDiagnostic[]): ComposeError {
  return new ComposeError(found);
}
