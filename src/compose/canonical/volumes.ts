/** `[SOURCE:]TARGET[:MODE]` and the long form of a service's volumes. */
import { posix } from 'node:path';

export interface ShortVolume {
  readonly type: 'bind' | 'volume' | 'npipe';
  readonly source?: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly propagation?: string;
  readonly selinux?: string;
  readonly nocopy: boolean;
}

const propagations = new Set(['shared', 'rshared', 'slave', 'rslave', 'private', 'rprivate']);

/**
 * Splits the short form. A source that starts with `.`, `/` or `~` (or a drive letter) is a path, else a volume's name.
 *
 * @returns the parts as written (paths not yet made absolute), or what is wrong
 */
export function parseVolume(spec: string): ShortVolume | { readonly error: string } {
  if (spec === '') return { error: 'invalid empty volume spec' };
  const parts = splitSpec(spec);
  if (parts.some((part) => part === ''))
    return { error: `invalid spec: ${spec}: empty section between colons` };
  const [first = '', second, ...modes] = parts;
  if (second === undefined)
    return { type: 'volume', target: cleanTarget(first), readOnly: false, nocopy: false };
  const base = { ...readModes(modes), target: cleanTarget(second), source: first };
  return { ...base, type: isPath(first) ? 'bind' : 'volume' };
}

/** A single letter before a colon and a slash or backslash is a Windows drive, not a part of its own. */
function splitSpec(spec: string): string[] {
  // A lone letter followed by ":/" is read as a drive by compose tools: the whole is then one target.
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < spec.length; i++) {
    if (spec[i] !== ':') continue;
    const word = spec.slice(from, i);
    if (isDrive(word, spec[i + 1])) continue;
    parts.push(word);
    from = i + 1;
  }
  parts.push(spec.slice(from));
  return parts;
}

function isDrive(word: string, next: string | undefined): boolean {
  return /^[a-zA-Z]$/.test(word) && (next === '\\' || next === '/');
}

function isPath(source: string): boolean {
  return /^[./~\\]/.test(source) || /^[a-zA-Z]:[\\/]/.test(source);
}

/** Cleans a Unix path; keeps Windows ones. */
export function cleanTarget(target: string): string {
  if (target === '' || target.includes('\\')) return target;
  const cleaned = posix.normalize(target);
  return cleaned.length > 1 ? cleaned.replace(/\/$/, '') : cleaned;
}

function readModes(modes: readonly string[]): {
  readOnly: boolean;
  nocopy: boolean;
  propagation?: string;
  selinux?: string;
} {
  let readOnly = false;
  let nocopy = false;
  let propagation: string | undefined;
  let selinux: string | undefined;
  for (const mode of modes.flatMap((part) => part.split(','))) {
    if (mode === 'ro') readOnly = true;
    else if (mode === 'rw') readOnly = false;
    else if (mode === 'nocopy') nocopy = true;
    else if (mode === 'z' || mode === 'Z') selinux = mode;
    else if (propagations.has(mode)) propagation = mode;
  }
  return { readOnly, nocopy, ...(propagation ? { propagation } : {}), ...(selinux ? { selinux } : {}) };
}
