/** `--chown` and `USER`: names are looked up in the image's own `etc/passwd` and `etc/group`. */
import { fail } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A name that the image does not have. */
export interface UnknownName {
  readonly unknown: 'user' | 'group';
  readonly name: string;
}

type ReadText = (path: string) => string | undefined;

/**
 * @param text - `user`, `user:group`, `:group`; names or numbers
 * @param read - a text file of the image
 */
export function findOwner(text: string, read: ReadText): Owner | UnknownName {
  const [user = '', group] = text.split(':');
  const found = user === '' ? { uid: 0, gid: 0 } : userOf(user, read);
  if (!found) return { unknown: 'user', name: user };
  if (group === undefined || group === '') return found;
  const gid = isNumber(group) ? Number(group) : lookUp('etc/group', group, read)?.[2];
  if (gid === undefined) return { unknown: 'group', name: group };
  return { uid: found.uid, gid: Number(gid) };
}

/**
 * As `findOwner`, of a `--chown`.
 *
 * @throws {ComposeError} `E_BUILD` for a name that the image does not have
 */
export function ownerOf(text: string, read: ReadText, span: Span | undefined): Owner {
  const found = findOwner(text, read);
  if (!('unknown' in found)) return found;
  throw fail('E_BUILD', `--chown: the image has no ${found.unknown} "${found.name}"`, span ? { span } : {});
}

function userOf(user: string, read: ReadText): Owner | undefined {
  // A number is its own group, whatever the image's files say of it.
  if (isNumber(user)) return { uid: Number(user), gid: Number(user) };
  const row = lookUp('etc/passwd', user, read);
  return row && { uid: Number(row[2]), gid: Number(row[3]) };
}

function lookUp(path: string, name: string, read: ReadText): string[] | undefined {
  return rows(path, read).find((fields) => fields[0] === name);
}

function rows(path: string, read: ReadText): string[][] {
  return (read(path) ?? '').split('\n').map((line) => line.split(':'));
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
