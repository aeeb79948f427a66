/** Flags as data: one table for each command, read by the grammar and shown by the help. */
export interface Flag {
  /** list: may be given again, each adds one value. */
  readonly type: 'boolean' | 'string' | 'number' | 'list';
  /** One letter. */
  readonly short?: string;
  /** Other long names that mean the same. */
  readonly also?: readonly string[];
  readonly text: string;
  readonly choices?: readonly string[];
  /** Accepted, and left out of the help. */
  readonly hidden?: true;
  /** Of a boolean that is on unless turned off with `--flag=false`. */
  readonly on?: true;
}

export type FlagTable = Readonly<Record<string, Flag>>;

/** What a flag's value is: absent booleans are false (or true when `on`), absent lists empty. */
export type FlagValue<F extends Flag> = F['type'] extends 'boolean'
  ? boolean
  : F['type'] extends 'list'
    ? readonly string[]
    : F['type'] extends 'number'
      ? number | undefined
      : string | undefined;

export type FlagValues<T extends FlagTable> = { readonly [Name in keyof T]: FlagValue<T[Name]> };
