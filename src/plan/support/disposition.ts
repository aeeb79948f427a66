/** What becomes of an attribute: what carries it out, or why Podman cannot. `docs/support.md` is made from the tables of these. */
import type { Capabilities } from '../../podman/types.ts';

/** The part of tscompose, or the object of Podman's API, that an attribute goes into. */
export type Carrier =
  | 'build'
  | 'command line'
  | 'container'
  | 'health checks'
  | 'images'
  | 'loader'
  | 'network'
  | 'planner'
  | 'pod'
  | 'secret'
  | 'volume';

/** A value, or an attribute, that cannot be carried out. Errors are what changes security, data or the network; the rest warns. */
export interface Refusal {
  readonly unsupported: 'error' | 'warning';
  /** A sentence without a full stop. */
  readonly why: string;
  readonly hint: string;
  /**
   * Which values it is about; absent: all. Without capabilities no engine is known, and only what no Podman can do is refused.
   *
   * @param value - never undefined
   * @param owner - the object that holds the attribute
   */
  readonly when?: (
    value: unknown,
    owner: Readonly<Record<string, unknown>>,
    capabilities: Capabilities | undefined,
  ) => boolean;
  /** Which values, in words, for the table. */
  readonly values?: string;
}

export type Disposition =
  | {
      readonly by: Carrier;
      /** The field of Podman's API, or what is done. */
      readonly as: string;
      /** What holds on some engines or for some values; said where it is found out. */
      readonly note?: string;
      readonly except?: Refusal;
    }
  | Refusal;

/** One disposition for each attribute of a type: a new attribute does not compile until somebody decides. */
export type Dispositions<T> = Readonly<Record<KnownKeys<T>, Disposition>>;

/** Without `x-*`, which belong to the user. */
type KnownKeys<T> = keyof {
  [K in keyof T as string extends K ? never : K extends `x-${string}` ? never : K]: T[K];
};

/** For values that are lists of words or texts that count only when they say something else than the default. */
export const isNot =
  (...usual: readonly unknown[]) =>
  (value: unknown): boolean =>
    !usual.includes(value);

/** For what has no effect and no other way. */
export const leaveOut = 'leave it out';

export const isFilled = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value !== '';
