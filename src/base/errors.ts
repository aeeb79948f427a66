import { type Code, exitCodeOf } from './codes.ts';
import type { Diagnostic } from './diagnostic.ts';

/** The one error that tscompose throws on purpose: one or more diagnostics and the exit code of the first. */
export class ComposeError extends Error {
  override readonly name: string = 'ComposeError';
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: number;

  constructor(
    diagnostics: Diagnostic | readonly Diagnostic[],
    options?: { cause?: unknown; exitCode?: number },
  ) {
    const list: readonly Diagnostic[] = 'length' in diagnostics ? diagnostics : [diagnostics];
    super(
      list.map((d) => d.message).join('\n'),
      options?.cause === undefined ? undefined : { cause: options.cause },
    );
    this.diagnostics = list;
    const first = list.find((d) => d.severity === 'error') ?? list[0];
    this.exitCode = options?.exitCode ?? (first ? exitCodeOf(first.code) : 1);
  }

  /** The code of the first error. */
  get code(): Code {
    return (
      (this.diagnostics.find((d) => d.severity === 'error') ?? this.diagnostics[0])?.code ?? 'E_INTERNAL'
    );
  }
}

/** Makes an error with one diagnostic. */
export function fail(
  code: Code,
  message: string,
  more: Omit<Partial<Diagnostic>, 'code' | 'message'> = {},
): ComposeError {
  return new ComposeError({ code, severity: 'error', message, ...more });
}

/** For the default branch of a switch over a union: does not compile when a member is missing. */
export function unreachable(value: never): never {
  throw fail('E_INTERNAL', `unexpected value ${JSON.stringify(value)}`);
}
