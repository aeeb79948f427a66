/** `--chown`: names are looked up in the image's own `etc/passwd` and `etc/group`. */
import { fail } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * @param text - `user`, `user:group`, `:group`; names or numbers
 * @param read - a text file of the image
 * @throws {ComposeError} `E_BUILD` for a name that the image does not have
 */
export function ownerOf(
  text: string,
  read: (path: string) => string | undefined,
  span: Span | undefined,
): Owner {
  const [user = '', group] = text.split(':');
  const unknown = (what: string, name: string): Error =>
    fail('E_BUILD', `--chown: the image has no ${what} "${name}"`, { ...(span ? { span } : {}) });
  const found = user === '' ? { uid: 0, gid: 0 } : userOf(user, read);
  if (!found) throw unknown('user', user);
  if (group === undefined || group === '') return found;
  const gid = isNumber(group) ? Number(group) : lookUp('etc/group', group, read)?.[2];
  if (gid === undefined) throw unknown('group', group);
  return { uid: found.uid, gid: Number(gid) };
}

function userOf(user: string, read: (path: string) => string | undefined): Owner | undefined {
  // A number is its own group, whatever the image's files say of it.
  if (isNumber(user)) return { uid: Number(user), gid: Number(user) };
  const row = lookUp('etc/passwd', user, read);
  return row && { uid: Number(row[2]), gid: Number(row[3]) };
}

function lookUp(
  path: string,
  name: string,
  read: (path: string) => string | undefined,
): string[] | undefined {
  return rows(path, read).find((fields) => fields[0] === name);
}

function rows(path: string, read: (path: string) => string | undefined): string[][] {
  return (read(path) ?? '').split('\n').map((line) => line.split(':'));
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
