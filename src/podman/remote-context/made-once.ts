import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export interface FetchPlace {
  /** Private directory for fetched contexts, one below it for each content. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Makes a directory whole or not at all. @param fill - puts into the empty directory what belongs there */
export async function madeOnce(path: string, fill: (empty: string) => Promise<void>): Promise<string> {
  if (existsSync(path)) {
    noteUse(path);
    return path;
  }
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  mkdirSync(draft, { mode: 0o755 });
  try {
    await fill(draft);
    moveInto(draft, path);
    noteUse(path);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return path;
}

/**
 * Beside the directory, as its own time counts as a change: a file whose time says that it is still used. `build --prune`
 * forgets what is not.
 */
function noteUse(path: string): void {
  try {
    rmSync(`${path}.used`, { force: true });
    writeFileSync(`${path}.used`, '', { mode: 0o600 });
  } catch {
    // Then it may be forgotten, and is fetched again.
  }
}

function moveInto(draft: string, path: string): void {
  try {
    renameSync(draft, path);
  } catch (error) {
    // Somebody else was faster with the same content.
    if (!existsSync(path)) throw error;
  }
}
