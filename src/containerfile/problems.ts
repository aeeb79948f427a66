/** Collects what is wrong with a file, so that all of it is told at once. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';

export class Problems {
  readonly errors: Diagnostic[] = [];
  readonly warnings: Diagnostic[] = [];

  error(message: string, span: Span, hint?: string): undefined {
    this.errors.push({
      code: 'E_CONTAINERFILE',
      severity: 'error',
      message,
      span,
      ...(hint ? { hint } : {}),
    });
  }

  warn(message: string, span: Span, hint?: string): void {
    const more = hint ? { hint } : {};
    this.warnings.push({ code: 'W_CONTAINERFILE', severity: 'warning', message, span, ...more });
  }
}
