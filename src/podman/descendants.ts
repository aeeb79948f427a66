/** The processes that a process has started, and those that they have: of a podman that ends, what it ran may go on for nobody. */
import { processIds, textOf } from './look.ts';

export interface Descendant {
  readonly pid: number;
  /** Clock ticks from the machine's start: another process of the same number has another. */
  readonly started: string;
}

/** The process first. @returns on a system without `/proc` none */
export function withDescendants(pid: number): readonly Descendant[] {
  const children = new Map<number, Descendant[]>();
  for (const id of processIds()) {
    const found = statOf(id);
    if (found) children.set(found.parent, [...(children.get(found.parent) ?? []), found]);
  }
  const all = (parent: number): Descendant[] =>
    (children.get(parent) ?? []).flatMap((child) => [child, ...all(child.pid)]);
  const own = statOf(pid);
  return own ? [own, ...all(pid)] : [];
}

/** Ends those that are still there. What runs as another user, and may not be ended, stays. */
export function endAll(processes: readonly Descendant[]): void {
  for (const { pid, started } of processes) {
    if (statOf(pid)?.started !== started) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself, or is somebody else's.
    }
  }
}

function statOf(pid: number): (Descendant & { readonly parent: number }) | undefined {
  // "PID (NAME) STATE PARENT ...", and a name may hold anything; the 20th after it is the time of the start.
  const fields = textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  const [, parent] = fields;
  const started = fields[19];
  return parent === undefined || started === undefined ? undefined : { pid, parent: Number(parent), started };
}
