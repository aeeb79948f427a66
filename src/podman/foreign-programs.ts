/** Which architectures' programs the kernel hands to an emulator. */

import { join } from 'node:path';
import { own as entryOf } from '../base/own.ts';
import { namesIn, textOf } from './look.ts';

/** ELF's `e_machine`, by the names that images use. */
const machines: Readonly<Record<string, number>> = {
  amd64: 0x3e,
  '386': 0x03,
  arm64: 0xb7,
  arm: 0x28,
  loong64: 0x102,
  mips64le: 0x08,
  ppc64le: 0x15,
  riscv64: 0xf3,
  s390x: 0x16,
};

/** What a processor runs beside its own. */
const alsoRuns: Readonly<Record<string, string>> = { amd64: '386', arm64: 'arm' };

/**
 * @param own - the machine's architecture: `amd64`
 * @returns undefined: it cannot be told, as in a container that does not see the kernel's list
 * @see https://docs.kernel.org/admin-guide/binfmt-misc.html
 */
export function runsArchitecture(
  own: string,
  wanted: string,
  folder: string = '/proc/sys/fs/binfmt_misc',
): boolean | undefined {
  if (own === wanted || entryOf(alsoRuns, own) === wanted) return true;
  const machine = entryOf(machines, wanted);
  const names = namesIn(folder);
  if (machine === undefined || !names.includes('status')) return undefined;
  if (textOf(join(folder, 'status')).trim() !== 'enabled') return false;
  return names
    .filter((name) => name !== 'status' && name !== 'register')
    .some((name) => isFor(textOf(join(folder, name)), machine));
}

/** An entry's lines are `enabled`, `interpreter PATH`, `flags: F`, `offset 0`, `magic HEX`, `mask HEX`. */
function isFor(entry: string, machine: number): boolean {
  const hex = /^magic ([0-9a-f]+)$/m.exec(entry)?.[1] ?? '';
  if (!entry.startsWith('enabled') || !hex.startsWith('7f454c46')) return false;
  const magic = Buffer.from(hex, 'hex');
  if (magic.length < 20) return false;
  const isBigEndian = magic[5] === 2;
  return (isBigEndian ? magic.readUInt16BE(18) : magic.readUInt16LE(18)) === machine;
}
