/**
 * Env files: `.env`, `--env-file` and a service's `env_file`, in the grammar that Compose tools share.
 *
 * KEY=VALUE, KEY: VALUE, `export`, comments, single quotes (literal, many lines), double quotes (escapes and variables, many lines),
 * KEY alone (taken from the environment). The dotenv package parses files of plain lines; where its grammar differs this one is ours.
 */
import type { ComposeError } from '../base/errors.ts';
import { refuse } from './advice.ts';
import type { Place } from './node.ts';
import { parsePlainEnvFile } from './plain-env-file.ts';
import { SourceFile } from './source.ts';
import { substitute, TemplateError } from './template.ts';

export interface EnvFileOptions {
  /** Values that variables in the file may use and that KEY alone inherits; they win over earlier keys of the file. */
  readonly lookup: (name: string) => string | undefined;
  /** Told of a variable that is used without a default and not set, and where. */
  readonly onUnset: (name: string, at: Place) => void;
}

/**
 * Parses an env file.
 *
 * @returns keys in order of first appearance; a KEY alone that the environment lacks is left out
 * @throws {ComposeError} `E_ENV_FILE` with file, line and column
 */
export function parseEnvFile(path: string, content: string, options: EnvFileOptions): Map<string, string> {
  const text = content.replace(/^\uFEFF/, '');
  return parsePlainEnvFile(text) ?? readEnvText(new SourceFile(path, text), options);
}

/** Compose's whole grammar, as {@link parseEnvFile} has it. */
export function readEnvText(file: SourceFile, options: EnvFileOptions): Map<string, string> {
  return new EnvReader(file, options).read();
}

/**
 * `format: raw`: KEY=VALUE to the end of the line, no quotes, no variables.
 *
 * @throws {ComposeError} `E_ENV_FILE` with file, line and column
 */
export function parseRawEnvFile(
  path: string,
  content: string,
  lookup: (name: string) => string | undefined,
): Map<string, string> {
  const file = new SourceFile(path, content.replace(/^\uFEFF/, ''));
  const result = new Map<string, string>();
  for (const { 0: whole, index } of file.text.matchAll(/[^\n]+/g)) {
    const line = whole.replace(/\r$/, '').trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const [key = '', value = lookup(key)] = line.split(/=(.*)/s);
    if (key === '')
      throw envFileError(
        file,
        `no variable name on line "${line}"`,
        [index, whole.length],
        'write NAME=VALUE',
      );
    if (/\s/.test(key))
      throw envFileError(
        file,
        `variable "${key}" contains whitespaces`,
        [index, whole.length],
        'write NAME=VALUE',
      );
    if (value !== undefined) result.set(key, value);
  }
  return result;
}

function envFileError(
  file: SourceFile,
  message: string,
  [at, length]: readonly [number, number],
  hint: string,
): ComposeError {
  const span = file.span(at, at + length);
  return refuse('E_ENV_FILE', `failed to read ${file.path}: line ${span.line}: ${message}`, { hint, span });
}

/** Spaces that do not end a line. */
const blank = /[\t\v\f\r \u0085\u00a0]/u;
const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // The expansion that follows makes it one dollar.
  $: '$$',
};

class EnvReader {
  readonly #file: SourceFile;
  readonly #text: string;
  readonly #options: EnvFileOptions;
  readonly #values = new Map<string, string>();
  #at = 0;

  constructor(file: SourceFile, options: EnvFileOptions) {
    this.#file = file;
    this.#text = file.text;
    this.#options = options;
  }

  read(): Map<string, string> {
    while (this.#skipToStatement()) this.#statement();
    return this.#values;
  }

  #fail(message: string, place: readonly [number, number], hint: string): ComposeError {
    return envFileError(this.#file, message, place, hint);
  }

  #char(): string {
    return this.#text[this.#at] ?? '';
  }

  #endOfLine(from: number): number {
    const end = this.#text.indexOf('\n', from);
    return end < 0 ? this.#text.length : end;
  }

  /** Moves to the next key, past blank lines and comments; false at the end. */
  #skipToStatement(): boolean {
    for (;;) {
      while (this.#at < this.#text.length && /[\s\u0085]/u.test(this.#char())) this.#at += 1;
      if (this.#char() !== '#') return this.#at < this.#text.length;
      this.#at = this.#endOfLine(this.#at);
    }
  }

  #skipBlanks(): void {
    while (blank.test(this.#char())) this.#at += 1;
  }

  #statement(): void {
    const exported = /export\s+/y;
    exported.lastIndex = this.#at;
    if (exported.test(this.#text)) {
      this.#at += 'export'.length;
      this.#skipBlanks();
    }
    const { key, hasValue } = this.#key();
    if (hasValue) {
      this.#skipBlanks();
      this.#values.set(key, this.#value());
      return;
    }
    const inherited = this.#options.lookup(key);
    if (inherited !== undefined) this.#values.set(key, inherited);
  }

  /** Reads up to and with the separator, or to the end of the line when there is none. */
  #key(): { key: string; hasValue: boolean } {
    const start = this.#at;
    const lineEnd = this.#endOfLine(start);
    const line = this.#text.slice(start, lineEnd);
    const separator = line.search(/[=:]/);
    const raw = separator < 0 ? line : line.slice(0, separator);
    const bad = /[^\p{L}\p{N}_.\-[\]\t\v\f\r \u0085\u00a0]/u.exec(raw);
    if (bad) {
      const message = `unexpected character ${JSON.stringify(bad[0])} in variable name ${JSON.stringify(line)}`;
      throw this.#fail(
        message,
        [start + bad.index, bad[0].length],
        'write NAME=VALUE; a name is made of letters, digits, "_", "." and "-", and comments begin with #',
      );
    }
    const key = raw.trimEnd();
    if (key.includes(' '))
      throw this.#fail('key cannot contain a space', [start, key.length], 'write NAME=VALUE');
    this.#at = separator < 0 ? lineEnd : start + separator + 1;
    return { key, hasValue: separator >= 0 };
  }

  #value(): string {
    const quote = this.#char();
    if (quote === '"' || quote === "'") return this.#quoted(quote);
    const start = this.#at;
    this.#at = this.#endOfLine(start);
    const [value = ''] = this.#text.slice(start, this.#at).split(' #');
    return this.#expand(value.trimEnd(), start);
  }

  /** What follows the closing quote on its line is read as a statement of its own. */
  #quoted(quote: string): string {
    const start = this.#at;
    let at = start + 1;
    while (at < this.#text.length && this.#text[at] !== quote) at += this.#text[at] === '\\' ? 2 : 1;
    if (at >= this.#text.length) {
      const shown = this.#text.slice(start, this.#endOfLine(start));
      throw this.#fail(`unterminated quoted value ${shown}`, [start, shown.length], `close it with ${quote}`);
    }
    const body = this.#text.slice(start + 1, at).replaceAll(`\\${quote}`, quote);
    this.#at = at + 1;
    return quote === "'" ? body : this.#expand(withEscapes(body), start + 1);
  }

  #expand(value: string, start: number): string {
    if (!value.includes('$')) return value;
    try {
      return substitute(value, {
        lookup: (name) => this.#options.lookup(name) ?? this.#values.get(name),
        unset: (name, at) => {
          const from = start + at;
          this.#options.onUnset(name, { file: this.#file, start: from, end: from + name.length + 1 });
        },
      });
    } catch (error) {
      if (error instanceof TemplateError) {
        const { at, length, variable } = error.problem;
        const hint =
          variable === undefined
            ? 'put the value in single quotes to have its dollar signs as they are'
            : `set ${variable} or give it a default`;
        throw this.#fail(error.message, [start + at, length], hint);
      }
      throw error;
    }
  }
}

/** The escapes that a shell's `echo` knows, and `\$`; others stay as they are written. */
function withEscapes(body: string): string {
  return body.replace(
    /\\(?:([abfnrtv"\\$])|0([0-3][0-7]{2}))/g,
    (_all, char: string | undefined, octal: string) =>
      char === undefined ? String.fromCodePoint(Number.parseInt(octal, 8)) : (escapes[char] ?? char),
  );
}
