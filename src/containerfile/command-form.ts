/** What follows RUN, CMD, ENTRYPOINT and HEALTHCHECK CMD: shell form or exec form. */
import { readJsonForm } from './json-form.ts';
import type { Problems } from './problems.ts';
import type { Slice } from './slice.ts';
import type { Command } from './types.ts';

/** @returns undefined, and a problem, for an array of something else than strings */
export function readCommand(args: Slice, problems: Problems): Command | undefined {
  const rest = args.trim();
  const json = readJsonForm(rest);
  if (json.kind === 'not-strings')
    return problems.error(
      'an array of the exec form may hold strings only',
      rest.span,
      'put each one in "double quotes"',
    );
  if (json.kind === 'strings') return { form: 'exec', args: json.words, span: rest.span };
  return { form: 'shell', text: rest.text, span: rest.span };
}
