/** A private directory for sockets, locks and small caches: under XDG_RUNTIME_DIR, else /run or the temporary directory. */
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../base/errors.ts';

/**
 * @returns an existing directory with mode 0700 that belongs to the user
 * @throws {ComposeError} `E_IO` when it cannot be made or belongs to someone else
 */
export function runtimeDir(environment: Readonly<Record<string, string | undefined>>, uid: number): string {
  const base = environment['XDG_RUNTIME_DIR'];
  const candidates = [
    base ? join(base, 'tscompose') : undefined,
    uid === 0 ? '/run/tscompose' : undefined,
    join(tmpdir(), `tscompose-${uid}`),
  ];
  for (const path of candidates) {
    if (path !== undefined && makePrivate(path, uid)) return path;
  }
  throw fail('E_IO', 'no private directory for sockets and locks can be made', {
    hint: 'set XDG_RUNTIME_DIR to a directory of your own',
  });
}

function makePrivate(path: string, uid: number): boolean {
  try {
    mkdirSync(path, { mode: 0o700, recursive: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
  }
  const stat = lstatSync(path);
  return stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0;
}
