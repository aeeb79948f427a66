/**
 * What a RUN with heredocs runs.
 *
 * @see https://docs.docker.com/reference/dockerfile/#here-documents
 */
import { heredocOperatorOf } from './heredoc.ts';
import type { RunInstruction } from './types.ts';

export type RunScript =
  /** Handed to the shell: `SHELL... text`. */
  | { readonly kind: 'shell'; readonly text: string }
  /** Run as it is. */
  | { readonly kind: 'exec'; readonly args: readonly string[] }
  /** A heredoc that begins with `#!`: an executable file with this content. */
  | { readonly kind: 'file'; readonly content: string };

/** Resolves the heredocs of a RUN. */
export function runScript(run: RunInstruction): RunScript {
  if (run.command.form === 'exec') return { kind: 'exec', args: run.command.args.map((word) => word.text) };
  const { text } = run.command;
  const [first] = run.heredocs;
  if (!first) return { kind: 'shell', text };
  if (heredocOperatorOf(text)) {
    if (first.content.startsWith('#!')) return { kind: 'file', content: first.content };
    return { kind: 'shell', text: first.content };
  }
  // The shell has heredocs itself; it gets them as they stand in the file.
  const bodies = run.heredocs.map((heredoc) => `\n${heredoc.content}${heredoc.name}`);
  return { kind: 'shell', text: `${text}${bodies.join('')}` };
}
