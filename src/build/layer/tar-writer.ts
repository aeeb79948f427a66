/**
 * Writes tar archives as engines read them: ustar headers, and a PAX header before an entry that ustar cannot hold
 * (long names, names outside ASCII, large numbers, extended attributes).
 *
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
 */

export type TarKind = 'file' | 'link' | 'symlink' | 'char' | 'block' | 'directory' | 'fifo';

/** The head of one entry. Names are relative, without a leading slash; a directory's slash at the end is added here. */
export interface TarHead {
  readonly kind: TarKind;
  readonly name: string;
  /** Permission bits with set-user-id, set-group-id and sticky: 0o7777 at most. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch, whole. */
  readonly mtime: number;
  /** Bytes that follow; files only. */
  readonly size?: number;
  /** Where a link points to: for `link` the name of an earlier entry. */
  readonly linkTarget?: string;
  readonly device?: { readonly major: number; readonly minor: number };
  /** Extended attributes by full name, e.g. `security.capability`. */
  readonly xattrs?: Readonly<Record<string, Uint8Array>>;
}

const blockBytes = 512;
const typeFlags: Readonly<Record<TarKind, string>> = {
  file: '0',
  link: '1',
  symlink: '2',
  char: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/** Header blocks of an entry, the PAX ones included. The content and {@link tarPadding} of its size follow. */
export function tarHeader(head: TarHead): Buffer {
  const name = head.kind === 'directory' && !head.name.endsWith('/') ? `${head.name}/` : head.name;
  const records = paxRecords({ ...head, name });
  const own = ustarBlock({ ...head, name });
  if (records.length === 0) return own;
  const body = Buffer.concat(records);
  const paxHead: TarHead = {
    kind: 'file',
    name: 'PaxHeader',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 0,
    size: body.length,
  };
  return Buffer.concat([ustarBlock(paxHead, 'x'), body, tarPadding(body.length), own]);
}

/** Zero bytes that fill the last block of a content. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);
}

/** Two empty blocks end an archive. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * blockBytes);
}

/** One small entry as a whole. */
export function tarFile(name: string, content: Uint8Array, mode = 0o644): Buffer {
  const head = tarHeader({ kind: 'file', name, mode, uid: 0, gid: 0, mtime: 0, size: content.length });
  return Buffer.concat([head, content, tarPadding(content.length)]);
}

function paxRecords(head: TarHead): Buffer[] {
  const records: Buffer[] = [];
  if (needsPax(head.name, 100)) records.push(paxRecord('path', Buffer.from(head.name)));
  if (head.linkTarget !== undefined && needsPax(head.linkTarget, 100))
    records.push(paxRecord('linkpath', Buffer.from(head.linkTarget)));
  const numbers = [
    ['size', head.size ?? 0, 8 ** 11],
    ['uid', head.uid, 8 ** 7],
    ['gid', head.gid, 8 ** 7],
  ] as const;
  for (const [key, value, limit] of numbers)
    if (value >= limit) records.push(paxRecord(key, Buffer.from(String(value))));
  if (head.mtime < 0 || head.mtime >= 8 ** 11)
    records.push(paxRecord('mtime', Buffer.from(String(head.mtime))));
  for (const [key, value] of Object.entries(head.xattrs ?? {}).sort())
    records.push(paxRecord(`SCHILY.xattr.${key}`, Buffer.from(value)));
  return records;
}

function needsPax(text: string, limit: number): boolean {
  return Buffer.byteLength(text) > limit || /[^\x20-\x7e]/.test(text);
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function paxRecord(key: string, value: Uint8Array): Buffer {
  const rest = Buffer.byteLength(key) + value.length + 3;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length += 1;
  return Buffer.concat([Buffer.from(`${length} ${key}=`), value, Buffer.from('\n')]);
}

function ustarBlock(head: TarHead, typeFlag = typeFlags[head.kind]): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(asciiPart(head.name), 0, 100, 'latin1');
  writeOctal(block, head.mode & 0o7777, 100, 8);
  writeOctal(block, head.uid, 108, 8);
  writeOctal(block, head.gid, 116, 8);
  writeOctal(block, head.kind === 'file' ? (head.size ?? 0) : 0, 124, 12);
  writeOctal(block, Math.max(0, head.mtime), 136, 12);
  block.fill(' ', 148, 156);
  block.write(typeFlag, 156, 1, 'latin1');
  block.write(asciiPart(head.linkTarget ?? ''), 157, 100, 'latin1');
  block.write('ustar\0' + '00', 257, 8, 'latin1');
  writeOctal(block, head.device?.major ?? 0, 329, 8);
  writeOctal(block, head.device?.minor ?? 0, 337, 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return block;
}

/** What readers that do not know PAX see of a name. */
function asciiPart(text: string): string {
  return Buffer.from(text)
    .subarray(0, 100)
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]/g, '_');
}

/** A number too large for the field is zero here; its PAX record has it. */
function writeOctal(block: Buffer, value: number, offset: number, width: number): void {
  const digits = width - 1;
  const text = value < 8 ** digits ? value.toString(8) : '0';
  block.write(`${text.padStart(digits, '0')}\0`, offset, width, 'latin1');
}
