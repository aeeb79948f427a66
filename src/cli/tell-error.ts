import type { Diagnostic } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import type { TextStream } from '../report/types.ts';

export interface Telling {
  readonly stream: TextStream;
  /** One JSON object a line instead of text. */
  readonly json: boolean;
  readonly colour: boolean;
  /** Also print the stack of what we did not expect. */
  readonly debug: boolean;
}

/** Prints whatever was thrown, in one form for all commands. */
export async function tellError(error: unknown, how: Telling): Promise<void> {
  if (error instanceof ComposeError) return tellDiagnostics(error.diagnostics, how);
  if (isAbort(error)) return;
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof Error && error.stack !== undefined ? error.stack.split('\n').slice(1) : [];
  await tellDiagnostics(
    [{ code: 'E_INTERNAL', severity: 'error', message: `unexpected error: ${message}`, details }],
    how,
  );
}

/** Prints diagnostics; wrong usage on one line, everything else with its place and an excerpt of the file. */
export async function tellDiagnostics(diagnostics: readonly Diagnostic[], how: Telling): Promise<void> {
  const rest: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    if (how.json) how.stream.write(`${JSON.stringify(jsonOf(diagnostic))}\n`);
    else if (diagnostic.code === 'E_USAGE') how.stream.write(`${usageLine(diagnostic)}\n`);
    else rest.push(diagnostic);
  }
  if (rest.length === 0) return;
  const [{ renderDiagnostics }, { diskReader }] = await Promise.all([
    import('../report/diagnostics.ts'),
    import('../compose/reader.ts'),
  ]);
  const textOf = (path: string): string | undefined => {
    try {
      return diskReader.readText(path);
    } catch {
      // Standard input, or a file that has gone: the place is told without an excerpt.
      return undefined;
    }
  };
  how.stream.write(renderDiagnostics(rest, { textOf, colour: how.colour }));
}

function usageLine(diagnostic: Diagnostic): string {
  const hint = diagnostic.hint === undefined ? '' : `; ${diagnostic.hint}`;
  return `tscompose: ${diagnostic.message}${hint}`;
}

/** `error` and `message` are docker compose's fields of `--progress json`. */
function jsonOf(diagnostic: Diagnostic): object {
  return { ...(diagnostic.severity === 'error' ? { error: true } : {}), ...diagnostic };
}

/** The exit code of what was thrown. */
export function exitCodeFor(error: unknown, compat: boolean): number {
  if (error instanceof ComposeError) return compatExit(error.exitCode, compat);
  if (isAbort(error)) return abortCode(error, compat);
  return 1;
}

/** docker compose knows only 1 for errors and 130 for signals. */
export function compatExit(code: number, compat: boolean): number {
  if (!compat) return code;
  if (code === 143) return 130;
  return code >= 2 && code <= 6 ? 1 : code;
}

/** The reason of an abort is 'SIGINT' or 'SIGTERM' when a signal ended the command. */
function isAbort(error: unknown): boolean {
  return error === 'SIGINT' || error === 'SIGTERM' || (error instanceof Error && error.name === 'AbortError');
}

function abortCode(error: unknown, compat: boolean): number {
  return error === 'SIGTERM' ? compatExit(143, compat) : 130;
}
