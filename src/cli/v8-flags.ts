/**
 * Flags of the JavaScript engine that are changed while it runs. Compiled code, also that which Node brings along for its own modules, is
 * taken only under the flags that it was made with: everything loaded later would be compiled anew. So they are changed when they
 * are worth it, and put back while our own code is loaded or kept.
 */

/** Loaded when it is used: it brings Node's streams along. */
const v8 = (): typeof import('node:v8') => process.getBuiltinModule('node:v8');

/** flag -> the usual one */
const changed = new Map<string, string>();

/** From version 24 on Node has a second optimizing compiler; before, what there is of it is not used. */
const optimizers = Number(process.versions.node.split('.')[0]) >= 24 ? ['opt', 'maglev'] : ['opt'];

/**
 * For a command that waits more than it computes: what runs often is not compiled once more to run faster. For 50 services that takes
 * 11 MB and a tenth of the processor time, and comes too late to be of use.
 */
export function optimizeNothing(): void {
  for (const name of optimizers) change(`--no-${name}`, `--${name}`);
}

/** For what computes much after all. */
export function optimizeAsUsual(): void {
  for (const name of optimizers) restore(`--no-${name}`);
}

/** Compiled functions are otherwise dropped when they have not run for a while, and would be missing in what is kept. */
export function keepAllFunctions(): void {
  change('--no-flush-bytecode', '--flush-bytecode');
}

/**
 * For a project of thousands of services, which needs half the memory so: the heap grows by a fifth at a time instead of doubling, and
 * its young part stays at some MB instead of growing to 48.
 */
export function growHeapSlowly(): void {
  optimizeAsUsual();
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

function restore(flag: string): void {
  const usual = changed.get(flag);
  if (usual === undefined) return;
  changed.delete(flag);
  v8().setFlagsFromString(usual);
}

export function withUsualFlags<T>(work: () => T): T {
  for (const usual of changed.values()) v8().setFlagsFromString(usual);
  try {
    return work();
  } finally {
    for (const flag of changed.keys()) v8().setFlagsFromString(flag);
  }
}
