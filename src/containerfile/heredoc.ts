/**
 * Heredocs: `<<NAME`, `<<-NAME`, `<<"NAME"`, `3<<NAME`.
 *
 * @see https://docs.docker.com/reference/dockerfile/#here-documents
 */
import type { PhysicalLines } from './lines.ts';
import type { Problems } from './problems.ts';
import type { Slice } from './slice.ts';
import { splitQuoted } from './split-words.ts';
import type { EscapeChar, Heredoc } from './types.ts';

/** A heredoc's operator, its content not read yet. */
export type HeredocOperator = Omit<Heredoc, 'content' | 'contentSpan'>;

/** The operator that a whole word is, or undefined: `a<<EOF` and `<<<x` are none. */
export function heredocOperatorOf(text: string): Omit<HeredocOperator, 'span'> | undefined {
  const match = /^(\d*)<<(-?)([^<]+)$/.exec(text);
  if (!match) return undefined;
  const [, descriptor = '', dash = '', written = ''] = match;
  const name = unquote(written);
  if (name === undefined || name === '') return undefined;
  return {
    name,
    expand: name === written,
    chomp: dash === '-',
    fileDescriptor: Number(descriptor || '0'),
  };
}

export function heredocOperator(word: Slice): HeredocOperator | undefined {
  const operator = heredocOperatorOf(word.text);
  return operator && { ...operator, span: word.span };
}

/** The operators among the words of an instruction, in their order. */
export function heredocOperators(args: Slice, escapeChar: EscapeChar): HeredocOperator[] {
  if (!args.text.includes('<<')) return [];
  return splitQuoted(args, escapeChar).flatMap((word) => heredocOperator(word) ?? []);
}

/** Takes the lines of each heredoc from the file. */
export function readHeredocs(
  operators: readonly HeredocOperator[],
  lines: PhysicalLines,
  problems: Problems,
): Heredoc[] {
  return operators.map((operator) => {
    const content: string[] = [];
    let line = lines.take();
    const first = { path: lines.path, line: line?.number ?? operator.span.line + 1, column: 1 };
    for (; line; line = lines.take()) {
      const text = operator.chomp ? line.text.replace(/^\t+/, '') : line.text;
      if (text === operator.name) break;
      content.push(`${text}\n`);
    }
    if (!line)
      problems.error(
        `the heredoc "${operator.name}" has no end`,
        operator.span,
        `end it with a line that is only "${operator.name}"`,
      );
    return { ...operator, content: content.join(''), contentSpan: first };
  });
}

/** Removes quotes and backslashes; undefined when a quote stays open or a blank is outside of quotes. */
function unquote(text: string): string | undefined {
  let quote = '';
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const ch = text.charAt(at);
    if (ch === '\\' && quote !== "'") {
      at += 1;
      out += text.charAt(at);
    } else if (quote === '' && /\s/.test(ch)) return undefined;
    else if (quote === '' && (ch === '"' || ch === "'")) quote = ch;
    else if (ch === quote) quote = '';
    else out += ch;
  }
  return quote === '' ? out : undefined;
}
