import { join } from 'node:path';
import { linkOf, namesIn, processIds, textOf } from './look.ts';

/** A process that holds a port. */
export interface PortOwner {
  readonly pid: number;
  /** Its name as the kernel has it, at most 15 characters. */
  readonly command: string;
}

/**
 * Finds the process that listens at a port of this machine, through the kernel's socket tables.
 *
 * @param protocol - "tcp" or "udp"
 * @returns undefined where it cannot be known: another user's process, not Linux, already gone
 */
export function readPortOwner(port: number, protocol: string): PortOwner | undefined {
  const inodes = new Set<string>();
  for (const table of [`/proc/net/${protocol}`, `/proc/net/${protocol}6`]) {
    for (const inode of socketsIn(textOf(table), port, protocol)) inodes.add(inode);
  }
  if (inodes.size === 0) return undefined;
  const pid = processIds().find((one) => holdsOne(`/proc/${one}/fd`, inodes));
  return pid === undefined ? undefined : { pid, command: textOf(`/proc/${pid}/comm`).trim() };
}

/** State 0A is LISTEN; a bound UDP socket that is not connected has 07. Lines: `sl local_address rem_address st ... inode`. */
function socketsIn(table: string, port: number, protocol: string): string[] {
  const wanted = protocol === 'udp' ? '07' : '0A';
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const local = fields[1]?.split(':').at(-1);
    const inode = fields[9];
    if (local === undefined || inode === undefined || fields[3] !== wanted) return [];
    return Number.parseInt(local, 16) === port ? [inode] : [];
  });
}

/** Processes end and belong to others while we look: what cannot be read holds nothing. */
function holdsOne(folder: string, inodes: ReadonlySet<string>): boolean {
  return namesIn(folder).some((fd) => {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(join(folder, fd)))?.[1];
    return inode !== undefined && inodes.has(inode);
  });
}
