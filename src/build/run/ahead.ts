/**
 * Loads the layers that a command finds while it is made ready and runs, where the engine does both at once: only the command's own
 * layer is left to be loaded when it has ended. To unpack a layer costs as much as a small command does.
 */

import { type DraftStep, type ImageDraft, loadKept } from './load-image.ts';
import type { BuildTools } from './tools.ts';

export interface Ahead {
  /** The same steps; without the bytes of layers that the engine has by now. Waits until it has them. */
  readonly steps: () => Promise<readonly DraftStep[]>;
  /** The image of them; undefined: it was not loaded. */
  readonly image: () => Promise<string | undefined>;
  /** Has the image removed, by and by: its layers stay with what is above them. */
  readonly discard: () => void;
}

export function loadAhead(draft: ImageDraft, tools: BuildTools): Ahead {
  const { steps } = draft;
  const isWorthwhile = tools.loadsAhead() && steps.some(({ layers }) => layers.length > 0);
  // What goes wrong goes wrong again when all of it is loaded, and is told then.
  const loading = isWorthwhile ? loadKept(draft, tools).catch(() => undefined) : Promise.resolve(undefined);
  return {
    steps: async () => ((await loading) === undefined ? steps : steps.map(withoutBytes)),
    image: () => loading,
    discard: () => tools.discard(loading),
  };
}

function withoutBytes(step: DraftStep): DraftStep {
  const layers = step.layers.map(({ digest, size, dispose }) => ({ digest, size, dispose }));
  return { ...step, layers };
}
