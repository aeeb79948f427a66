import { readdir, readFile, readlink } from 'node:fs/promises';

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
 * @param root - where the proc filesystem is mounted
 * @returns undefined where it cannot be known: another user's process, not Linux, already gone
 */
export async function readPortOwner(
  port: number,
  protocol: string,
  root = '/proc',
): Promise<PortOwner | undefined> {
  const inodes = new Set<string>();
  for (const table of [`${root}/net/${protocol}`, `${root}/net/${protocol}6`]) {
    for (const inode of socketsIn(await readOrEmpty(table), port, protocol)) inodes.add(inode);
  }
  if (inodes.size === 0) return undefined;
  for (const pid of (await listOrEmpty(root)).filter((name) => /^\d+$/.test(name))) {
    if (!(await holdsOne(`${root}/${pid}/fd`, inodes))) continue;
    const command = (await readOrEmpty(`${root}/${pid}/comm`)).trim();
    return { pid: Number(pid), command };
  }
  return undefined;
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

async function holdsOne(folder: string, inodes: ReadonlySet<string>): Promise<boolean> {
  for (const fd of await listOrEmpty(folder)) {
    const inode = /^socket:\[(\d+)\]$/.exec(await linkOrEmpty(`${folder}/${fd}`))?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

/** Processes end and belong to others while we look: what cannot be read holds nothing. */
async function readOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

async function listOrEmpty(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}

async function linkOrEmpty(path: string): Promise<string> {
  return readlink(path).catch(() => '');
}
