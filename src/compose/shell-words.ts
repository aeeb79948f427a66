/**
 * Splits a command line into words the way compose tools do: quotes and backslashes, nothing expanded, nothing run.
 * `$(...)` and backticks stay one word as they are written. Words end for good at an unquoted ; & | < >.
 */
export interface SplitCommand {
  readonly words: string[];
  /** What followed an unquoted operator and is not part of the command; empty when nothing was lost. */
  readonly rest: string;
}

type Mode = 'plain' | 'single' | 'double' | 'backtick' | 'dollar';

const closers: Readonly<Record<string, Mode>> = { "'": 'single', '"': 'double', '`': 'backtick' };

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
  #escaped = false;

  take(c: string): 'more' | 'end' | 'error' {
    if (this.#escaped) {
      this.#escaped = false;
      this.#add(c);
    } else if (c === '\\' && this.#mode !== 'single') {
      this.#escaped = true;
    } else if (this.#mode === 'plain') {
      return this.#plain(c);
    } else {
      this.#quoted(c);
    }
    return 'more';
  }

  finish(rest: string): SplitCommand | undefined {
    if (this.#escaped || this.#mode !== 'plain') return undefined;
    this.#endWord();
    return { words: this.#words, rest };
  }

  #plain(c: string): 'more' | 'end' | 'error' {
    if (/\s/.test(c)) this.#endWord();
    else if (';&|<>'.includes(c)) return this.#operator(c);
    else if (c === ')') return 'error';
    else if (c === '(') return this.#open();
    else if (closers[c]) this.#enter(c);
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

  #enter(c: string): void {
    this.#mode = closers[c] ?? 'plain';
    this.#add(c === '`' ? c : '');
  }

  #quoted(c: string): void {
    if (this.#mode === 'dollar') {
      this.#add(c);
      if (c === ')') this.#mode = 'plain';
    } else if (closers[c] === this.#mode) {
      this.#mode = 'plain';
      if (c === '`') this.#add(c);
    } else {
      this.#add(c);
    }
  }

  #add(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }
}
