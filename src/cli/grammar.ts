import { didYouMean } from '../base/did-you-mean.ts';
import { type ComposeError, fail } from '../base/errors.ts';
import type { Flag, FlagTable, FlagValues } from './flag.ts';

export interface Parsed<T extends FlagTable> {
  readonly flags: FlagValues<T>;
  /** Names of the flags that were given, for checks of what may not go together. */
  readonly given: ReadonlySet<string>;
  readonly operands: readonly string[];
  /** `--help` or `-h` was there. */
  readonly help: boolean;
}

export interface Grammar<T extends FlagTable> {
  readonly flags: T;
  /** False: the first operand ends the flags, what follows belongs to the container (exec, run) or to the command. */
  readonly interspersed: boolean;
  /** "tscompose up", for messages. */
  readonly program: string;
}

/**
 * Reads a command line in the grammar of docker compose (Go's pflag): `--flag value`, `--flag=value`, `-f value`, `-fvalue`, `-f=value`,
 * clusters `-itT`, `--bool=false`, `--` before operands; a scalar given twice takes the last value.
 *
 * @throws {ComposeError} `E_USAGE` with the nearest known flag as hint
 */
export function parseArguments<T extends FlagTable>(
  tokens: readonly string[],
  grammar: Grammar<T>,
): Parsed<T> {
  const reader = new ArgumentReader(tokens, grammar);
  const { operands, help } = reader.read();
  return {
    flags: valuesOf(grammar.flags, reader.raw) as FlagValues<T>,
    given: new Set(reader.raw.keys()),
    operands,
    help,
  };
}

class ArgumentReader {
  /** Values by flag name, as text, in order. */
  readonly raw = new Map<string, string[]>();
  readonly #tokens: readonly string[];
  readonly #grammar: Grammar<FlagTable>;
  readonly #long = new Map<string, string>();
  readonly #short = new Map<string, string>();
  #at = 0;

  constructor(tokens: readonly string[], grammar: Grammar<FlagTable>) {
    this.#tokens = tokens;
    this.#grammar = grammar;
    for (const [name, flag] of Object.entries(grammar.flags)) {
      for (const long of [name, ...(flag.also ?? [])]) this.#long.set(long, name);
      if (flag.short !== undefined) this.#short.set(flag.short, name);
    }
  }

  read(): { operands: string[]; help: boolean } {
    const operands: string[] = [];
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at++] ?? '';
      if (token === '--') return { operands: [...operands, ...this.#tokens.slice(this.#at)], help: false };
      if (!token.startsWith('-') || token === '-') {
        operands.push(token);
        if (this.#grammar.interspersed) continue;
        return { operands: [...operands, ...this.#tokens.slice(this.#at)], help: false };
      }
      if (this.#isHelp(token)) return { operands, help: true };
      if (token.startsWith('--')) this.#readLong(token);
      else this.#readCluster(token);
    }
    return { operands, help: false };
  }

  #isHelp(token: string): boolean {
    return token === '--help' || (token === '-h' && !this.#short.has('h'));
  }

  #readLong(token: string): void {
    const equals = token.indexOf('=');
    const written = equals === -1 ? token.slice(2) : token.slice(2, equals);
    const name = this.#long.get(written);
    if (name === undefined) throw this.#unknown(`--${written}`);
    this.#take(name, `--${written}`, equals === -1 ? undefined : token.slice(equals + 1));
  }

  #readCluster(token: string): void {
    for (let index = 1; index < token.length; index++) {
      const letter = token.charAt(index);
      const name = this.#short.get(letter);
      if (name === undefined) throw this.#unknown(`-${letter}`, token.length > 2 ? token : undefined);
      const rest = token.slice(index + 1);
      const isBoolean = this.#grammar.flags[name]?.type === 'boolean';
      if (isBoolean && !rest.startsWith('=')) {
        this.#take(name, `-${letter}`, undefined);
        continue;
      }
      const value = rest === '' ? undefined : rest.replace(/^=/, '');
      this.#take(name, `-${letter}`, value);
      return;
    }
  }

  #take(name: string, written: string, attached: string | undefined): void {
    const flag = this.#grammar.flags[name];
    if (!flag) return;
    const value = attached ?? (flag.type === 'boolean' ? 'true' : this.#next(written));
    check(written, flag, value);
    this.raw.set(name, [...(this.raw.get(name) ?? []), value]);
  }

  #next(written: string): string {
    const value = this.#tokens[this.#at++];
    if (value === undefined) throw fail('E_USAGE', `flag needs an argument: ${written}`);
    return value;
  }

  #unknown(written: string, cluster?: string): ComposeError {
    const known = [...this.#long.keys()].map((name) => `--${name}`);
    const hint = written.startsWith('--')
      ? didYouMean(written, known)
      : cluster === undefined
        ? undefined
        : didYouMean(`-${cluster}`, known);
    const where = cluster === undefined ? '' : ` in ${cluster}`;
    return fail('E_USAGE', `unknown flag: ${written}${where}`, {
      hint: hint ?? `see ${this.#grammar.program} --help`,
    });
  }
}

function check(written: string, flag: Flag, value: string): void {
  const allowed = flag.type === 'boolean' ? undefined : flag.choices;
  if (allowed && !allowed.includes(value)) {
    throw fail('E_USAGE', `invalid value "${value}" for ${written}`, {
      hint: `one of ${allowed.join(', ')}`,
    });
  }
  if (flag.type === 'boolean' && booleanOf(value) === undefined)
    throw fail('E_USAGE', `invalid value "${value}" for ${written}`, { hint: 'true or false' });
  if (flag.type === 'number' && !/^-?\d+$/.test(value))
    throw fail('E_USAGE', `invalid value "${value}" for ${written}`, { hint: 'a whole number' });
}

/** The spellings of Go's strconv.ParseBool. */
export function booleanOf(text: string): boolean | undefined {
  if (/^(1|t|true)$/i.test(text)) return true;
  if (/^(0|f|false)$/i.test(text)) return false;
  return undefined;
}

function valuesOf(table: FlagTable, raw: ReadonlyMap<string, readonly string[]>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([name, flag]) => {
      const values = raw.get(name) ?? [];
      const last = values.at(-1);
      if (flag.type === 'list') return [name, values];
      if (flag.type === 'boolean') return [name, last === undefined ? flag.on === true : booleanOf(last)];
      return [name, flag.type === 'number' && last !== undefined ? Number(last) : last];
    }),
  );
}
