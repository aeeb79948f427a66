/** `[SOURCE:]TARGET[:MODE]` and the long form of a service's volumes. */
import { posix } from 'node:path';

export interface ShortVolume {
  readonly type: 'bind' | 'volume';
  readonly source?: string;
  /** Cleaned. */
  readonly target: string;
  readonly options: VolumeOptions;
  /** A target of one or two characters stands alone: nothing is said about how it is mounted. */
  readonly bare: boolean;
}

export interface VolumeOptions {
  readonly readOnly: boolean;
  readonly nocopy: boolean;
  readonly propagation?: string;
  readonly selinux?: string;
}

const propagations = new Set(['shared', 'rshared', 'slave', 'rslave', 'private', 'rprivate']);
const noOptions: VolumeOptions = { readOnly: false, nocopy: false };

/**
 * Splits the short form. A source that starts with `.`, `/`, `~` or a drive letter is a path, else a volume's name.
 *
 * @returns the parts as written (paths not yet made absolute), or what is wrong
 */
export function parseVolume(spec: string): ShortVolume | { readonly error: string } {
  if (spec === '') return { error: 'invalid empty volume spec' };
  if (Buffer.byteLength(spec) <= 2)
    return { type: 'volume', target: cleanTarget(spec), options: noOptions, bare: true };
  const parts = splitSpec(spec);
  if (parts.includes('')) return { error: `invalid spec: ${spec}: empty section between colons` };
  if (parts.length > 3) return { error: `invalid spec: ${spec}: too many colons` };
  const [first = '', second, modes = ''] = parts;
  if (second === undefined)
    return { type: 'volume', target: cleanTarget(first), options: noOptions, bare: false };
  const options = readModes(modes);
  const type = isPath(first) ? 'bind' : 'volume';
  return { type, source: first, target: cleanTarget(second), options, bare: false };
}

/** At colons; one after a single letter belongs to a Windows drive, one inside of `${...}` to the variable. */
function splitSpec(spec: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (let i = 0; i < spec.length; i++) {
    const char = spec[i] ?? '';
    if (char === '$' && spec[i + 1] === '{') depth += 1;
    else if (char === '}' && depth > 0) depth -= 1;
    else if (char === ':' && depth === 0 && !isDrive(part)) {
      parts.push(part);
      part = '';
      continue;
    }
    part += char;
  }
  return [...parts, part];
}

function isDrive(word: string): boolean {
  return /^\p{L}$/u.test(word);
}

function isPath(source: string): boolean {
  return /^[./~]|^\\\\|^\p{L}:/u.test(source);
}

/** Backslashes are letters like any other. */
export function cleanTarget(target: string): string {
  if (target === '') return target;
  const cleaned = posix.normalize(target);
  return cleaned.length > 1 ? cleaned.replace(/\/$/, '') : cleaned;
}

/** Words that mean nothing are passed over, as every Compose tool does. */
function readModes(modes: string): VolumeOptions {
  const words = modes.split(',');
  const access = words.findLast((word) => word === 'ro' || word === 'rw');
  const propagation = words.findLast((word) => propagations.has(word));
  const selinux = words.findLast((word) => word === 'z' || word === 'Z');
  return {
    readOnly: access === 'ro',
    nocopy: words.includes('nocopy'),
    ...(propagation ? { propagation } : {}),
    ...(selinux ? { selinux } : {}),
  };
}
