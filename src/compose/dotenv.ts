/**
 * Env files: `.env`, `--env-file` and a service's `env_file`, in the grammar that Compose tools share.
 *
 * KEY=VALUE, KEY: VALUE, `export`, comments, single quotes (literal, many lines), double quotes (escapes and variables, many lines),
 * KEY alone (taken from the environment). The dotenv package's grammar differs in quotes, expansion and errors, so this is ours.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import { SourceFile } from './source.ts';
import { substitute, TemplateError } from './template.ts';

export interface EnvFileOptions {
  /** Values that variables in the file may use and that KEY alone inherits; they win over earlier keys of the file. */
  readonly lookup: (name: string) => string | undefined;
  readonly onUnset?: (name: string) => void;
}

/**
 * Parses an env file.
 *
 * @returns keys in order of first appearance; a KEY alone that the environment lacks is left out
 * @throws {ComposeError} `E_ENV_FILE` with file, line and column
 */
export function parseEnvFile(path: string, content: string, options: EnvFileOptions): Map<string, string> {
  const file = new SourceFile(path, content.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
  return new EnvReader(file, options).read();
}

/** `format: raw`: KEY=VALUE to the end of the line, no quotes, no variables. */
export function parseRawEnvFile(
  content: string,
  lookup: (name: string) => string | undefined,
): Map<string, string> {
  const result = new Map<string, string>();
  for (const line of content.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (line.trimStart() === '' || line.startsWith('#')) continue;
    const at = line.indexOf('=');
    const key = (at < 0 ? line : line.slice(0, at)).trimStart();
    const value = at < 0 ? lookup(key.trim()) : line.slice(at + 1);
    if (value !== undefined) result.set(key, value);
  }
  return result;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '"': '"',
  "'": "'",
  '\\': '\\',
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
    while (this.#skipBlank()) this.#statement();
    return this.#values;
  }

  #fail(message: string, at: number, length = 1): ComposeError {
    const span = this.#file.span(at, at + length);
    const diagnostic: Diagnostic = {
      code: 'E_ENV_FILE',
      severity: 'error',
      message: `failed to read ${this.#file.path}: line ${span.line}: ${message}`,
      span,
    };
    return new ComposeError(diagnostic);
  }

  /** Moves to the next key; false at the end. */
  #skipBlank(): boolean {
    for (;;) {
      while (this.#at < this.#text.length && /\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
      if (this.#text[this.#at] !== '#') return this.#at < this.#text.length;
      this.#at = this.#endOfLine();
    }
  }

  #endOfLine(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #statement(): void {
    const exported = /export[ \t]+/y;
    exported.lastIndex = this.#at;
    if (exported.test(this.#text)) this.#at = exported.lastIndex;
    const start = this.#at;
    const lineEnd = this.#endOfLine();
    const line = this.#text.slice(start, lineEnd);
    const separator = line.search(/[=:\n]/);
    const key = this.#checkKey(line, separator, start);
    if (separator < 0) {
      this.#at = lineEnd;
      const inherited = this.#options.lookup(key);
      if (inherited !== undefined) this.#values.set(key, inherited);
      return;
    }
    this.#at = start + separator + 1;
    const value = this.#value();
    // A key that starts with a digit cannot be a variable's name.
    if (!/^\d/.test(key)) this.#values.set(key, value);
  }

  #checkKey(line: string, separator: number, start: number): string {
    const raw = separator < 0 ? line.replace(/\s+#.*$/, '') : line.slice(0, separator);
    const key = raw.trimEnd();
    const bad = /[^\p{L}\p{N}_.[\]\- \t]/u.exec(key);
    if (bad) {
      const message = `unexpected character ${JSON.stringify(bad[0])} in variable name ${JSON.stringify(line)}`;
      throw this.#fail(message, start + bad.index);
    }
    if (/[ \t]/.test(key)) throw this.#fail('key cannot contain a space', start, key.length);
    if (key === '') throw this.#fail('a variable name is missing', start);
    return key;
  }

  #value(): string {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at += 1;
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") return this.#quoted(quote);
    const start = this.#at;
    const end = this.#endOfLine();
    this.#at = end;
    const line = this.#text.slice(start, end);
    const comment = line.search(/(?:^|\s)#/);
    const value = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
    return this.#expand(value, start);
  }

  #quoted(quote: string): string {
    const start = this.#at;
    let at = start + 1;
    while (at < this.#text.length && this.#text[at] !== quote) at += this.#text[at] === '\\' ? 2 : 1;
    if (at >= this.#text.length) {
      const end = this.#text.indexOf('\n', start);
      const shown = this.#text.slice(start, end < 0 ? undefined : end);
      throw this.#fail(`unterminated quoted value ${shown}`, start, shown.length);
    }
    const body = this.#text.slice(start + 1, at);
    this.#at = at + 1;
    this.#endOfQuoted();
    if (quote === "'") return body.replaceAll("\\'", "'");
    return this.#doubleQuoted(body, start + 1);
  }

  /** After the closing quote only blanks or a comment may follow on the line. */
  #endOfQuoted(): void {
    this.#at = this.#endOfLine();
  }

  #doubleQuoted(body: string, start: number): string {
    // `\$` must survive expansion as a plain dollar: Compose writes it as `$$` first.
    const prepared = body.replace(/\\([\s\S])/g, (all, c: string) =>
      c === '$' ? '$$' : (escapes[c] ?? all),
    );
    return this.#expand(prepared, start);
  }

  #expand(value: string, start: number): string {
    if (!value.includes('$')) return value;
    try {
      return substitute(value, {
        lookup: (name) => this.#options.lookup(name) ?? this.#values.get(name),
        unset: (name) => this.#options.onUnset?.(name),
      });
    } catch (error) {
      if (error instanceof TemplateError) {
        throw this.#fail(error.message, start + error.problem.at, error.problem.length);
      }
      throw error;
    }
  }
}
