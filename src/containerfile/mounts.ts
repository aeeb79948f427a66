/**
 * `RUN --mount=type=...,key=value`.
 *
 * @see https://docs.docker.com/reference/dockerfile/#run---mount
 */

import { didYouMean } from '../base/did-you-mean.ts';
import { own } from '../base/own.ts';
import { parseBytes } from '../base/units.ts';
import type { Problems } from './problems.ts';
import type { Mount, Word } from './types.ts';

type Type = Mount['type'];
type Option = { readonly key: string; readonly value?: string };

/** Keys by their one name, in lower case, for each type; Buildah's own are `z`, `Z` and `U`. */
const keysOf: Readonly<Record<Type, readonly string[]>> = {
  bind: ['target', 'source', 'from', 'rw', 'ro', 'z', 'u', 'bind-propagation', 'relabel'],
  cache: ['target', 'source', 'from', 'id', 'sharing', 'ro', 'rw', 'uid', 'gid', 'mode', 'z', 'u'],
  tmpfs: ['target', 'size', 'mode', 'ro', 'rw'],
  secret: ['id', 'target', 'env', 'required', 'uid', 'gid', 'mode'],
  ssh: ['id', 'target', 'required', 'uid', 'gid', 'mode'],
};

const aliases: Readonly<Record<string, string>> = {
  dst: 'target',
  destination: 'target',
  src: 'source',
  readonly: 'ro',
  readwrite: 'rw',
  'tmpfs-size': 'size',
  'tmpfs-mode': 'mode',
};

/**
 * Reads the value of one `--mount` flag.
 *
 * @param flag - a word that may hold `$NAME`: numbers and choices are checked only where it does not
 * @returns undefined when something is wrong, which is then among `problems`
 */
export function parseMount(flag: Word, problems: Problems): Mount | undefined {
  const options = splitOptions(flag.text);
  const type = options.find((option) => option.key === 'type')?.value ?? 'bind';
  if (!isType(type)) return problems.error(`"${type}" is no type of mount`, flag.span, typeHint(type));
  return new MountReader(type, flag, options, problems).read();
}

function typeHint(type: string): string {
  return didYouMean(type, Object.keys(keysOf)) ?? 'write bind, cache, tmpfs, secret or ssh';
}

function isType(text: string): text is Type {
  return Object.hasOwn(keysOf, text);
}

/** Splits at commas as CSV does: a field in double quotes may hold one. */
function splitOptions(text: string): Option[] {
  const fields = text.match(/(?:"(?:[^"]|"")*"|[^,])+/g) ?? [];
  return fields.map((field) => {
    const plain = /^".*"$/s.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field;
    const equals = plain.indexOf('=');
    if (equals === -1) return { key: plain.toLowerCase() };
    return { key: plain.slice(0, equals).toLowerCase(), value: plain.slice(equals + 1) };
  });
}

class MountReader {
  readonly #type: Type;
  readonly #flag: Word;
  readonly #options: readonly Option[];
  readonly #problems: Problems;
  readonly #values = new Map<string, string | undefined>();
  #wrong = false;

  constructor(type: Type, flag: Word, options: readonly Option[], problems: Problems) {
    this.#type = type;
    this.#flag = flag;
    this.#options = options;
    this.#problems = problems;
  }

  read(): Mount | undefined {
    for (const { key, value } of this.#options) if (key !== 'type') this.#take(key, value);
    const mount = this.#build();
    return this.#wrong ? undefined : mount;
  }

  #take(written: string, value: string | undefined): void {
    const key = own(aliases, written) ?? written;
    if (!keysOf[this.#type].includes(key))
      this.#error(`a ${this.#type} mount has no option "${written}"`, this.#keyHint(written));
    else this.#values.set(key, value);
  }

  #keyHint(written: string): string {
    const names = keysOf[this.#type].filter((name) => name.length > 1);
    return didYouMean(written, [...names, ...Object.keys(aliases)]) ?? `it has ${names.join(', ')}`;
  }

  #error(message: string, hint?: string): undefined {
    this.#wrong = true;
    return this.#problems.error(message, this.#flag.span, hint);
  }

  #build(): Mount {
    const base = { text: this.#flag, options: this.#options };
    switch (this.#type) {
      case 'bind':
        return {
          ...base,
          type: 'bind',
          target: this.#target(),
          ...this.#origin(),
          readWrite: this.#readWrite(),
        };
      case 'cache':
        return {
          ...base,
          type: 'cache',
          target: this.#target(),
          ...this.#origin(),
          ...this.#text('id'),
          readOnly: this.#switch('ro') ?? this.#switch('rw') === false,
          sharing: this.#sharing(),
          ...this.#owner(),
        };
      case 'tmpfs':
        return { ...base, type: 'tmpfs', target: this.#target(), ...this.#size() };
      case 'secret':
        return { ...base, type: 'secret', ...this.#secret(), ...this.#owner() };
      case 'ssh':
        return {
          ...base,
          type: 'ssh',
          id: this.#values.get('id') ?? 'default',
          ...this.#text('target'),
          required: this.#switch('required') ?? false,
          ...this.#owner(),
        };
    }
  }

  #target(): string {
    const target = this.#values.get('target');
    if (target) return target;
    this.#error(`a ${this.#type} mount needs a target`, 'add target=/path');
    return '';
  }

  #secret(): { id: string; target?: string; env?: string; required: boolean } {
    const target = this.#values.get('target');
    const id = this.#values.get('id') ?? target?.split('/').at(-1) ?? '';
    if (id === '') this.#error('a secret mount needs an id', 'add id=NAME, the name of the secret');
    return { id, ...this.#text('target'), ...this.#text('env'), required: this.#switch('required') ?? false };
  }

  #origin(): { source?: string; from?: string } {
    return { ...this.#text('source'), ...this.#text('from') };
  }

  #owner(): { uid?: number; gid?: number; mode?: number } {
    return { ...this.#number('uid', 10), ...this.#number('gid', 10), ...this.#number('mode', 8) };
  }

  #text<K extends string>(key: K): { [P in K]?: string } {
    const value = this.#values.get(key);
    return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };
  }

  #number<K extends string>(key: K, base: 8 | 10): { [P in K]?: number } {
    const value = this.#values.get(key);
    if (value === undefined || value.includes('$')) return {};
    if (!(base === 8 ? /^(0o?)?[0-7]+$/ : /^\d+$/).test(value)) {
      this.#error(
        `"${value}" is not a number for "${key}"`,
        base === 8 ? 'write it octal, e.g. 0755' : undefined,
      );
      return {};
    }
    return { [key]: Number.parseInt(value.replace(/^0o/, ''), base) } as { [P in K]?: number };
  }

  #size(): { size?: number } {
    const value = this.#values.get('size');
    if (value === undefined || value.includes('$')) return {};
    const size = parseBytes(value);
    if (size === undefined) this.#error(`"${value}" is not a size`, 'write 64m or 1g');
    return size === undefined ? {} : { size };
  }

  #sharing(): 'shared' | 'private' | 'locked' {
    const value = this.#values.get('sharing') ?? 'shared';
    if (value === 'shared' || value === 'private' || value === 'locked') return value;
    if (!value.includes('$'))
      this.#error(`"${value}" is no way of sharing a cache`, 'write shared, private or locked');
    return 'shared';
  }

  #readWrite(): boolean {
    return this.#switch('rw') ?? this.#switch('ro') === false;
  }

  /** `ro`, `ro=true`, `required=1`. */
  #switch(key: string): boolean | undefined {
    if (!this.#values.has(key)) return undefined;
    const value = this.#values.get(key);
    if (value === undefined || /^(true|1)$/i.test(value)) return true;
    if (!/^(false|0)$/i.test(value) && !value.includes('$'))
      this.#error(`"${key}" is true or false, not "${value}"`);
    return false;
  }
}
