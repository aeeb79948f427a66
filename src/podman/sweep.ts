import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** `lock-ab12.sock.4711.x7k2m1`, `engine-ab12.json.4711`: names of passing files carry their process. */
const passing = /^(?:lock-[0-9a-f]+\.sock\.|engine-[0-9a-f]+\.json\.)(\d+)(?:[.-][A-Za-z0-9]+)?(?:\.dead)?$/;

/**
 * Removes what processes that were killed have left in the runtime directory. What belongs to a live one stays, and what builds leave is
 * left to the next build.
 */
export function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(passing.exec(name)?.[1] ?? 0);
    if (pid > 0 && !isAlive(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Whether a process of that id runs, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
