/** `--name=value` between the keyword and the arguments. */
import { didYouMean } from '../base/did-you-mean.ts';
import type { Span } from '../base/span.ts';
import type { Problems } from './problems.ts';
import type { Slice } from './slice.ts';
import { nextQuote } from './split-words.ts';
import type { Word } from './types.ts';

export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** Quotes are gone, as Docker has it; undefined for a flag without `=`. */
  readonly value?: Word;
  readonly span: Span;
}

/** Takes the flags off the front; `--` ends them. */
export function takeFlags(slice: Slice): { flags: Flag[]; rest: Slice } {
  const flags: Flag[] = [];
  let rest = slice.trim();
  while (rest.text.startsWith('--')) {
    const end = wordEnd(rest.text);
    const word = rest.cut(0, end.at);
    rest = rest.cut(end.at).trim();
    if (end.text === '--') break;
    flags.push(flagOf(word, end.text));
  }
  return { flags, rest };
}

function flagOf(word: Slice, text: string): Flag {
  const equals = text.indexOf('=');
  if (equals === -1) return { name: text.slice(2), span: word.span };
  const from = Math.min(word.text.indexOf('=') + 1, word.text.length);
  return {
    name: text.slice(2, equals),
    value: { text: text.slice(equals + 1), span: word.cut(from).span },
    span: word.span,
  };
}

/** Where the first word ends, and the word without quotes and escapes. A backslash escapes whatever `# escape` says. */
function wordEnd(text: string): { at: number; text: string } {
  let quote = '';
  let word = '';
  for (let at = 0; at < text.length; at++) {
    const ch = text.charAt(at);
    if (quote === '' && /\s/.test(ch)) return { at, text: word };
    if (ch === '\\') {
      at += 1;
      word += text.charAt(at);
      continue;
    }
    const next = nextQuote(quote, ch);
    if (next === quote) word += ch;
    quote = next;
  }
  return { at: text.length, text: word };
}

/** Which flags an instruction has: `value` needs one, `switch` is true, false or alone, `list` may be repeated. */
export type FlagTable = Readonly<Record<string, 'value' | 'switch' | 'list'>>;

/** The flags of one instruction, checked against its table. */
export class Flags {
  readonly #given: readonly Flag[];

  constructor(keyword: string, given: readonly Flag[], table: FlagTable, problems: Problems) {
    this.#given = given.filter((flag, index) => {
      const earlier = given.slice(0, index).find((other) => other.name === flag.name);
      return isRight(keyword, flag, earlier, table, problems);
    });
  }

  value(name: string): Word | undefined {
    return this.#given.find((flag) => flag.name === name)?.value;
  }

  values(name: string): Word[] {
    return this.#given.flatMap((flag) => (flag.name === name && flag.value ? [flag.value] : []));
  }

  switch(name: string): boolean | undefined {
    const flag = this.#given.find((one) => one.name === name);
    return flag && (flag.value === undefined || flag.value.text.toLowerCase() === 'true');
  }
}

function isRight(
  keyword: string,
  flag: Flag,
  earlier: Flag | undefined,
  table: FlagTable,
  problems: Problems,
): boolean {
  const kind = Object.hasOwn(table, flag.name) ? table[flag.name] : undefined;
  const wrong = (message: string, hint?: string): boolean => {
    problems.error(message, flag.span, hint);
    return false;
  };
  if (kind === undefined)
    return wrong(`${keyword} has no flag "--${flag.name}"`, knownFlags(flag.name, table));
  if (earlier && kind !== 'list')
    return wrong(`flag "--${flag.name}" is given twice`, `the first is in column ${earlier.span.column}`);
  if (kind !== 'switch' && flag.value === undefined)
    return wrong(`flag "--${flag.name}" needs a value`, `write --${flag.name}=VALUE`);
  if (kind === 'switch' && flag.value && !/^(true|false)$/i.test(flag.value.text))
    return wrong(`flag "--${flag.name}" is true or false, not "${flag.value.text}"`);
  return true;
}

function knownFlags(written: string, table: FlagTable): string {
  const names = Object.keys(table).sort();
  if (names.length === 0) return 'it has no flags';
  const guess = didYouMean(
    `--${written}`,
    names.map((name) => `--${name}`),
  );
  return guess ?? `it has ${names.map((name) => `--${name}`).join(', ')}`;
}
