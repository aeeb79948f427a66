/**
 * Replaces `$NAME` and `${NAME...}` in a word and removes its quotes and escapes.
 *
 * The rules are Docker's; where Buildah reads something else and both give a result, Buildah's is taken, for an image
 * shall be what Podman's own builder makes of the file: a backslash escapes even under another `# escape`, and `$$`,
 * `$@` and the like stay as they are (in a heredoc they are empty, there too as in Buildah).
 *
 * @see https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
import { type Greed, removePrefix, removeSuffix, replacePattern } from './shell-pattern.ts';
import type { Lookup } from './types.ts';

/** A word that cannot be expanded, with a sentence for the user. The caller knows the place. */
export class ExpansionError extends Error {
  override readonly name = 'ExpansionError';
}

class UnclosedQuote extends ExpansionError {}

/** What becomes of quotes and escapes: `remove` for words, `keep` for the text of a heredoc. */
export type QuoteMode = 'remove' | 'keep';

/** One word stays one word, whatever is in its variables. */
export function expandWord(text: string, lookup: Lookup, quotes: QuoteMode = 'remove'): string {
  return new Expander(text, lookup, quotes).expand().text;
}

/** Splits at the blanks that variables bring in: `EXPOSE $PORTS`. Quoted ones do not count. */
export function expandToWords(text: string, lookup: Lookup): string[] {
  return new Expander(text, lookup, 'remove').expand().words;
}

/** Text in the making, as one string and as words. */
class Output {
  text = '';
  readonly words: string[] = [];
  #word: string | undefined;

  /** Blanks in it separate words. */
  addLoose(text: string): void {
    this.text += text;
    for (const ch of text) {
      if (/\s/.test(ch)) this.endWord();
      else this.#word = (this.#word ?? '') + ch;
    }
  }

  /** Blanks in it belong to the word. */
  addFixed(text: string): void {
    this.text += text;
    this.#word = (this.#word ?? '') + text;
  }

  endWord(): void {
    if (this.#word) this.words.push(this.#word);
    this.#word = undefined;
  }
}

class Expander {
  readonly #text: string;
  readonly #lookup: Lookup;
  readonly #keep: boolean;
  #at = 0;

  constructor(text: string, lookup: Lookup, quotes: QuoteMode) {
    this.#text = text;
    this.#lookup = lookup;
    this.#keep = quotes === 'keep';
  }

  expand(): Output {
    return this.#until('');
  }

  /** Reads up to one of the characters, which is taken too; `''` reads to the end. */
  #until(stops: string): Output {
    const out = new Output();
    while (this.#at < this.#text.length) {
      const ch = this.#text.charAt(this.#at);
      if (stops.includes(ch) && stops !== '') {
        out.endWord();
        return out;
      }
      this.#step(ch, out);
    }
    if (stops !== '') throw new ExpansionError(`a "${stops.at(-1)}" is missing in ${this.#text}`);
    out.endWord();
    return out;
  }

  #step(ch: string, out: Output): void {
    if (ch === "'" || ch === '"') out.addFixed(this.#quoted(ch));
    else if (ch === '$') out.addLoose(this.#dollar());
    else if (ch === '\\') {
      const next = this.#text.charAt(this.#at + 1);
      out.addFixed(this.#keep ? `\\${next}` : next);
      this.#at += 2;
    } else {
      out.addLoose(ch);
      this.#at += 1;
    }
  }

  /** In a heredoc a quote that is never closed, as in "it's", is text. */
  #quoted(quote: string): string {
    const from = this.#at;
    try {
      return quote === "'" ? this.#singleQuoted() : this.#doubleQuoted();
    } catch (error) {
      if (!this.#keep || !(error instanceof UnclosedQuote)) throw error;
      this.#at = from + 1;
      return quote;
    }
  }

  #singleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end === -1) throw new UnclosedQuote(`a single quote is not closed in ${this.#text}`);
    const inside = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return this.#keep ? `'${inside}'` : inside;
  }

  #doubleQuoted(): string {
    let out = '';
    this.#at += 1;
    for (;;) {
      const ch = this.#text.charAt(this.#at);
      if (ch === '') throw new UnclosedQuote(`a double quote is not closed in ${this.#text}`);
      if (ch === '"') break;
      if (ch === '$') out += this.#dollar();
      else if (ch === '\\') out += this.#escapedInQuotes();
      else {
        out += ch;
        this.#at += 1;
      }
    }
    this.#at += 1;
    return this.#keep ? `"${out}"` : out;
  }

  /** In double quotes only `"`, `$` and `\` can be escaped; before anything else the backslash stays. */
  #escapedInQuotes(): string {
    const next = this.#text.charAt(this.#at + 1);
    this.#at += 1;
    if (next !== '"' && next !== '$' && next !== '\\') return '\\';
    this.#at += 1;
    return this.#keep ? `\\${next}` : next;
  }

  #dollar(): string {
    this.#at += 1;
    if (this.#text.charAt(this.#at) === '{') return this.#braces();
    const name = this.#name();
    if (name !== '') return this.#lookup(name) ?? '';
    if (!this.#keep || !/[@*#?$!-]/.test(this.#text.charAt(this.#at))) return '$';
    // In a heredoc these are the shell's own parameters, which are not set.
    this.#at += 1;
    return '';
  }

  /** Letters, digits and `_`; a digit at the front is a name of its own. */
  #name(): string {
    const pattern = /(?:\d|[\p{L}_][\p{L}\p{N}_]*)/uy;
    pattern.lastIndex = this.#at;
    const name = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += name.length;
    return name;
  }

  #braces(): string {
    const from = this.#at - 1;
    this.#at += 1;
    const name = this.#name();
    if (name === '') throw new ExpansionError(`a name is missing in ${this.#text.slice(from)}`);
    const value = this.#lookup(name);
    const sign = this.#text.charAt(this.#at);
    this.#at += 1;
    switch (sign) {
      case '}':
        return value ?? '';
      case ':': {
        const modifier = this.#text.charAt(this.#at);
        this.#at += 1;
        return this.#alternative(name, modifier, value === '' ? undefined : value, value);
      }
      case '-':
      case '+':
      case '?':
        return this.#alternative(name, sign, value, value);
      case '#':
      case '%':
        return this.#trim(name, sign, value ?? '');
      case '/':
        return this.#replace(name, value ?? '');
      case '':
        throw new ExpansionError(`a "}" is missing in ${this.#text}`);
      default:
        throw new ExpansionError(`"${sign}" is no modifier in ${this.#text.slice(from)}`);
    }
  }

  /** @param set - the value, or undefined where the modifier counts it as not set */
  #alternative(name: string, modifier: string, set: string | undefined, value: string | undefined): string {
    const word = this.#argument('}');
    switch (modifier) {
      case '-':
        return set ?? word;
      case '+':
        return set === undefined ? '' : word;
      case '?':
        if (set !== undefined) return set;
        throw new ExpansionError(
          `"${name}" is ${value === undefined ? 'not set' : 'empty'}${word && `: ${word}`}`,
        );
      default:
        throw new ExpansionError(`":${modifier}" is no modifier in ${this.#text}`);
    }
  }

  #trim(name: string, sign: string, value: string): string {
    const greed: Greed = this.#takeIf(sign) ? 'longest' : 'shortest';
    const pattern = this.#pattern('}');
    if (pattern === '') throw new ExpansionError(`"${name}${sign}" has no pattern`);
    return this.#matching(() =>
      sign === '#' ? removePrefix(value, pattern, greed) : removeSuffix(value, pattern, greed),
    );
  }

  #replace(name: string, value: string): string {
    const which = this.#takeIf('/') ? 'all' : 'first';
    const pattern = this.#pattern('/}');
    if (pattern === '') throw new ExpansionError(`"${name}/" has no pattern`);
    const replacement = this.#text.charAt(this.#at - 1) === '/' ? this.#argument('}') : '';
    return this.#matching(() => replacePattern(value, pattern, replacement, which));
  }

  #matching(match: () => string): string {
    try {
      return match();
    } catch (cause) {
      throw new ExpansionError(`a pattern is malformed in ${this.#text}`, { cause });
    }
  }

  #takeIf(ch: string): boolean {
    if (this.#text.charAt(this.#at) !== ch) return false;
    this.#at += 1;
    return true;
  }

  /** The rest of the braces, itself expanded. */
  #argument(stops: string): string {
    const { text } = this.#until(stops);
    this.#at += 1;
    return text;
  }

  /** Like an argument, but escapes reach the pattern: `\*` is a star. */
  #pattern(stops: string): string {
    let out = '';
    for (;;) {
      const ch = this.#text.charAt(this.#at);
      if (ch === '') throw new ExpansionError(`a "}" is missing in ${this.#text}`);
      if (stops.includes(ch)) break;
      if (ch === '\\') {
        out += `\\${this.#text.charAt(this.#at + 1)}`;
        this.#at += 2;
      } else if (ch === "'") out += this.#singleQuoted();
      else if (ch === '$') out += this.#dollar();
      else if (ch === '"') out += this.#doubleQuoted();
      else {
        out += ch;
        this.#at += 1;
      }
    }
    this.#at += 1;
    return out;
  }
}
