/**
 * Splits a command line into words the way compose tools do: quotes and backslashes, nothing expanded, nothing run.
 * `$(...)` and backticks stay one word; quotes go from within backticks as from elsewhere. Words end for good at an unquoted ; & | < >.
 */
export interface SplitCommand {
  readonly words: string[];
  /** What followed an unquoted operator and is not part of the command; empty when nothing was lost. */
  readonly rest: string;
}

/** What a character stands in, beside quotes: a command whose output is meant. */
type Mode = 'plain' | 'backtick' | 'dollar';
type Quote = "'" | '"';

/** @returns undefined when a quote or bracket is not closed, or an unquoted `(` stands alone */
export function splitCommand(line: string): SplitCommand | undefined {
  const splitter = new Splitter();
  for (let i = 0; i < line.length; i++) {
    const verdict = splitter.take(line[i] ?? '');
    if (verdict === 'error') return undefined;
    if (verdict === 'end') return splitter.finish(line.slice(i));
  }
  return splitter.finish('');
}

class Splitter {
  readonly #words: string[] = [];
  #word: string | undefined;
  #mode: Mode = 'plain';
  #quote: Quote | undefined;
  #escaped = false;

  take(c: string): 'more' | 'end' | 'error' {
    if (this.#escaped) {
      this.#escaped = false;
      this.#add(c);
    } else if (c === '\\' && this.#quote !== "'") {
      this.#escaped = true;
    } else {
      return this.#mode === 'dollar' ? this.#inDollar(c) : this.#letter(c);
    }
    return 'more';
  }

  #letter(c: string): 'more' | 'end' | 'error' {
    if ((c === "'" || c === '"') && (this.#quote ?? c) === c) {
      this.#quote = this.#quote === undefined ? c : undefined;
      this.#add('');
    } else if (this.#quote !== undefined) {
      this.#add(c);
    } else if (c === '`') {
      this.#mode = this.#mode === 'plain' ? 'backtick' : 'plain';
      this.#add(c);
    } else if (this.#mode === 'backtick') {
      this.#add(c);
    } else {
      return this.#plain(c);
    }
    return 'more';
  }

  finish(rest: string): SplitCommand | undefined {
    if (this.#escaped || this.#quote !== undefined || this.#mode !== 'plain') return undefined;
    this.#endWord();
    return { words: this.#words, rest };
  }

  #plain(c: string): 'more' | 'end' | 'error' {
    if (/\s/.test(c)) this.#endWord();
    else if (';&|<>'.includes(c)) return this.#operator(c);
    else if (c === ')') return 'error';
    else if (c === '(') return this.#open();
    else this.#add(c);
    return 'more';
  }

  /** The number of a redirection ("2>") goes with it. */
  #operator(c: string): 'end' {
    if (c === '>' && this.#word !== undefined && /^\d/.test(this.#word)) this.#word = undefined;
    return 'end';
  }

  #open(): 'more' | 'error' {
    if (!this.#word?.endsWith('$')) return 'error';
    this.#add('(');
    this.#mode = 'dollar';
    return 'more';
  }

  /** Quotes mean nothing in it, and none stands in another. */
  #inDollar(c: string): 'more' | 'error' {
    if (c === '(') return 'error';
    this.#add(c);
    if (c === ')') this.#mode = 'plain';
    return 'more';
  }

  #add(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }
}
