import type { Reporter, TextStream } from './types.ts';
import { warningLine } from './warning-line.ts';

/** Tells nothing but warnings; errors are printed by the command from the outcome. */
export function quietReporter(stream: TextStream): Reporter {
  return {
    emit: (event) => {
      if (event.kind === 'warning') stream.write(`${warningLine(event.diagnostic)}\n`);
    },
    finish: async () => {},
  };
}
