import { safeName } from './safe-text.ts';
import type { Reporter, TextStream } from './types.ts';

/** Tells nothing but warnings; errors are printed by the command from the outcome. */
export function quietReporter(stream: TextStream): Reporter {
  return {
    emit: (event) => {
      if (event.kind === 'warning') stream.write(`warning: ${safeName(event.diagnostic.message)}\n`);
    },
    finish: async () => {},
  };
}
