/** The arguments of ENV, LABEL and ARG. */
import type { Problems } from './problems.ts';
import type { Slice } from './slice.ts';
import { splitFirst, splitQuoted } from './split-words.ts';
import type { ArgInstruction, EscapeChar, NameValue } from './types.ts';

export interface Pairs {
  readonly pairs: readonly NameValue[];
  readonly legacy: boolean;
}

/** `name=value ...`, or the old form `name value` when the first word has no `=`. */
export function readPairs(
  keyword: string,
  args: Slice,
  escapeChar: EscapeChar,
  problems: Problems,
): Pairs | undefined {
  const words = splitQuoted(args, escapeChar);
  const first = words[0];
  if (!first) return problems.error(`${keyword} needs name=value`, args.span, `e.g. ${keyword} NAME=value`);
  if (!first.text.includes('=')) return legacyPair(keyword, args, problems);
  const pairs = words.flatMap((word) => readPair(keyword, word, problems) ?? []);
  return pairs.length === words.length ? { pairs, legacy: false } : undefined;
}

function legacyPair(keyword: string, args: Slice, problems: Problems): Pairs | undefined {
  const [name, value] = splitFirst(args);
  if (value.isEmpty)
    return problems.error(`"${name.text}" has no value`, name.span, `write ${keyword} ${name.text}=value`);
  return { pairs: [{ name: name.word, value: value.word }], legacy: true };
}

function readPair(keyword: string, word: Slice, problems: Problems): NameValue | undefined {
  const equals = word.text.indexOf('=');
  if (equals === -1)
    return problems.error(
      `"${word.text}" has no "="`,
      word.span,
      'a value with blanks needs quotes: name="two words"',
    );
  if (equals === 0)
    return problems.error(`a name is missing before "="`, word.span, `write ${keyword} NAME=value`);
  return { name: word.cut(0, equals).word, value: word.cut(equals + 1).word };
}

/** `ARG name`, `ARG name=default`, several of them. */
export function readArgs(
  args: Slice,
  escapeChar: EscapeChar,
  problems: Problems,
): ArgInstruction['args'] | undefined {
  const words = splitQuoted(args, escapeChar);
  if (words.length === 0) return problems.error('ARG needs a name', args.span, 'e.g. ARG VERSION=1.0');
  const all = words.flatMap((word) => {
    if (!word.text.includes('=')) return [{ name: word.word }];
    return readPair('ARG', word, problems) ?? [];
  });
  return all.length === words.length ? all : undefined;
}
