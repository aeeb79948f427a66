/** How many files and processes the engine may allow at most: it cannot raise its own limits without CAP_SYS_RESOURCE. */
import { readFileSync } from 'node:fs';

export interface HardLimits {
  readonly nofile: number;
  readonly nproc: number;
}

/** Bit of the capability in the mask of /proc/self/status. */
const sysResource = 24n;

/**
 * Limits of this process, which a service that it starts inherits; undefined: they can be raised, or there is no /proc.
 *
 * @param uid - an ordinary user's capability ends at its own namespace, so only root's counts
 */
export function hardLimits(uid: number): HardLimits | undefined {
  try {
    const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    if (uid === 0 && (BigInt(`0x${mask}`) >> sysResource) % 2n === 1n) return undefined;
    const limits = readFileSync('/proc/self/limits', 'utf8');
    // Podman holds its own processes at the largest process id.
    const largestPid = Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8'));
    return {
      nofile: hardLimit(limits, 'Max open files'),
      nproc: Math.min(largestPid, hardLimit(limits, 'Max processes')),
    };
  } catch {
    return undefined;
  }
}

/** The second number of the line; "unlimited" is Infinity. */
function hardLimit(limits: string, name: string): number {
  const text = limits.split('\n').find((line) => line.startsWith(name)) ?? '';
  const [, hard = 'unlimited'] = text.slice(name.length).trim().split(/\s+/);
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}
