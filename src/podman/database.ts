/**
 * Which state Podman's database is in, by a number that it writes into the file itself: SQLite counts the transactions that changed
 * something (the change counter of its file format), Bolt numbers them in two pages that take turns. Two looks that tell the same
 * mean that no container, pod or volume has changed in between: Podman writes each change down at once, and looking on changes nothing
 * (tried with 4.3.1 on Bolt and 5.8.6 on SQLite).
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Where it is unless a configuration says otherwise, below the store's root. */
const places = ['db.sql', 'libpod/db.sql', 'libpod/bolt_state.db'];

/** Enough for a page of Bolt on any machine, and the beginning of the second. */
const headBytes = 64 * 1024 + 80;

/** @returns one text for each state; undefined: it cannot be told */
export function databaseState(path: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const head = Buffer.allocUnsafe(headBytes);
    const length = readSync(descriptor, head, 0, headBytes, 0);
    const count = sqliteCount(head.subarray(0, length)) ?? boltCount(head.subarray(0, length));
    return count && `${fstatSync(descriptor).ino} ${count}`;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Bytes 18 and 19 tell the journal's form: with a log of its own beside the file (2) the count stands still. */
function sqliteCount(head: Buffer): string | undefined {
  if (head.toString('latin1', 0, 15) !== 'SQLite format 3') return undefined;
  return head[18] === 1 && head[19] === 1 ? `sqlite ${head.readUInt32BE(24)}` : undefined;
}

const boltMagic = 0xed0cdaed;

function boltCount(head: Buffer): string | undefined {
  if (head.readUInt32LE(16) !== boltMagic) return undefined;
  const pageBytes = head.readUInt32LE(24);
  if (head.readUInt32LE(pageBytes + 16) !== boltMagic) return undefined;
  return `bolt ${head.readBigUInt64LE(64)} ${head.readBigUInt64LE(pageBytes + 64)}`;
}

/** The states of the databases that there are below a store's root, by path. */
export function databaseStates(graphRoot: string): ReadonlyMap<string, string> {
  const states = new Map<string, string>();
  for (const place of places) {
    const state = databaseState(join(graphRoot, place));
    if (state !== undefined) states.set(join(graphRoot, place), state);
  }
  return states;
}

/** True: the database knows a container. One that was left behind by a migration does not know a new one. */
export function databaseKnows(path: string, containerId: string): boolean {
  try {
    return readFileSync(path).includes(containerId, 0, 'latin1');
  } catch {
    return false;
  }
}
