/**
 * Flags of the JavaScript engine that are changed while it runs. Compiled code, also that which Node brings along for its own modules, is
 * taken only under the flags that it was made with: everything loaded later would be compiled anew. So they are changed when they
 * are worth it, and put back while our own code is loaded or kept.
 */
import { setFlagsFromString } from 'node:v8';

/** flag -> the usual one */
const changed = new Map<string, string>();

/** Compiled functions are otherwise dropped when they have not run for a while, and would be missing in what is kept. */
export function keepAllFunctions(): void {
  change('--no-flush-bytecode', '--flush-bytecode');
}

/** The heap grows by a fifth at a time instead of doubling: a project of 10 000 services needs half the memory so. */
export function growHeapSlowly(): void {
  change('--heap-growing-percent=20', '--heap-growing-percent=0');
}

function change(flag: string, usual: string): void {
  if (changed.has(flag)) return;
  changed.set(flag, usual);
  setFlagsFromString(flag);
}

export function withUsualFlags<T>(work: () => T): T {
  for (const usual of changed.values()) setFlagsFromString(usual);
  try {
    return work();
  } finally {
    for (const flag of changed.keys()) setFlagsFromString(flag);
  }
}
