/** What the loading phases share: where things are, what the environment holds, and the list of what was found wrong. */
import type { Code } from '../base/codes.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import { type Place, spanOf } from './node.ts';
import type { SourceReader } from './reader.ts';

export interface LoadContext {
  readonly reader: SourceReader;
  /** Directory that relative paths of the current model start from. */
  readonly workingDir: string;
  readonly environment: Environment;
  readonly interpolate: boolean;
  readonly report: Reporter;
}

export interface Environment {
  get(name: string): string | undefined;
  entries(): Iterable<readonly [string, string]>;
}

/** Collects diagnostics; one warning per unset variable. */
export class Reporter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #unset = new Set<string>();

  add(
    code: Code,
    message: string,
    place?: Place,
    more: Omit<Partial<Diagnostic>, 'code' | 'message' | 'span'> = {},
  ): void {
    const span = spanOf(place);
    this.diagnostics.push({
      code,
      severity: code.startsWith('W_') ? 'warning' : 'error',
      message,
      ...(span ? { span } : {}),
      ...more,
    });
  }

  unset(name: string, place?: Place): void {
    if (this.#unset.has(name)) return;
    this.#unset.add(name);
    const message = `The "${name}" variable is not set. Defaulting to a blank string.`;
    this.add('W_UNSET_VARIABLE', message, place, { hint: `give it a default: \${${name}:-value}` });
  }

  get hasErrors(): boolean {
    return this.diagnostics.some((d) => d.severity === 'error');
  }

  /** Ends the load with everything found so far, if any of it is an error. */
  throwIfErrors(): void {
    if (this.hasErrors) throw new ComposeError(this.diagnostics);
  }
}
