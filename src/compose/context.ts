/** What the loading phases share: where things are, what the environment holds, and the list of what was found wrong. */
import type { Code } from '../base/codes.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import { formatSpan, type Span } from '../base/span.ts';
import type { Advice } from './advice.ts';
import { type Node, type Place, spanOf } from './node.ts';
import type { SourceReader } from './reader.ts';

export interface LoadContext {
  readonly reader: SourceReader;
  /** Directory that relative paths of the current model start from. */
  readonly workingDir: string;
  /** With `--no-path-resolution`: paths of other files are given as seen from the project's directory, not absolute. */
  readonly shownFrom?: { readonly directory: string; readonly done: WeakSet<Node> };
  readonly environment: Environment;
  /** Filled by `include`: "secrets.KEY" or "configs.KEY" -> the value that only the included model's own env files give. */
  readonly included: Map<string, string>;
  readonly interpolate: boolean;
  readonly report: Reporter;
}

export interface Environment {
  get(name: string): string | undefined;
  entries(): Iterable<readonly [string, string]>;
}

/** Codes of errors about one value; of those at one place the first says why, and later phases only meet it again. */
const valueCodes: ReadonlySet<Code> = new Set(['E_SCHEMA', 'E_VALUE', 'E_MERGE']);

/** Collects diagnostics; one warning per unset variable, one phase's complaints about a value. */
export class Reporter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #unset = new Set<string>();
  /** Places of values that something has been said about. */
  readonly #wrong = new Set<string>();

  add(code: Code, message: string, place: Place | undefined, advice: Advice): void {
    const span = spanOf(place);
    if (span && this.#isExplained(code, message, span)) return;
    this.diagnostics.push({
      code,
      severity: code.startsWith('W_') ? 'warning' : 'error',
      message,
      ...(span ? { span } : {}),
      ...advice,
    });
  }

  /** A model of several files is checked after each of them: what the first has wrong is met again. */
  #isExplained(code: Code, message: string, span: Span): boolean {
    if (!valueCodes.has(code) && code !== 'E_CONSISTENCY') return false;
    const place = `${formatSpan(span)}-${span.endLine}:${span.endColumn}`;
    if (this.#wrong.has(code === 'E_SCHEMA' ? `${place} ${message}` : place)) return true;
    if (code !== 'E_CONSISTENCY') this.#wrong.add(place).add(`${place} ${message}`);
    return false;
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
