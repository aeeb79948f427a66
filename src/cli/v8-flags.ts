/**
 * Flags of the JavaScript engine that are changed while it runs. Compiled code, also that which Node brings along for its own modules, is
 * taken only under the flags that it was made with: everything loaded later would be compiled anew. So they are changed when they
 * are worth it, and put back while our own code is loaded or kept.
 */

/** Loaded when it is used: it brings Node's streams along. */
const v8 = (): typeof import('node:v8') => process.getBuiltinModule('node:v8');

/** flag -> the usual one */
const changed = new Map<string, string>();

/** Compiled functions are otherwise dropped when they have not run for a while, and would be missing in what is kept. */
export function keepAllFunctions(): void {
  change('--no-flush-bytecode', '--flush-bytecode');
}

/**
 * For a project of thousands of services, which needs half the memory so: the heap grows by a fifth at a time instead of doubling, and
 * its young part stays at some MB instead of growing to 48.
 */
export function growHeapSlowly(): void {
  growYoungSpace();
  change('--semi-space-growth-factor=1', '--semi-space-growth-factor=2');
  change('--heap-growing-percent=20', '--heap-growing-percent=0');
}

/** Bytes below which the young space would be collected too often. */
const enoughYoungBytes = 6 * 1024 * 1024;

/** It grows when much that is in it survives. */
function growYoungSpace(): void {
  const survivors: number[][] = [];
  while (survivors.length < 1000 && youngBytes() < enoughYoungBytes) survivors.push(new Array(1000).fill(0));
}

function youngBytes(): number {
  return (
    v8()
      .getHeapSpaceStatistics()
      .find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0
  );
}

function change(flag: string, usual: string): void {
  if (changed.has(flag)) return;
  changed.set(flag, usual);
  v8().setFlagsFromString(flag);
}

export function withUsualFlags<T>(work: () => T): T {
  for (const usual of changed.values()) v8().setFlagsFromString(usual);
  try {
    return work();
  } finally {
    for (const flag of changed.keys()) v8().setFlagsFromString(flag);
  }
}
