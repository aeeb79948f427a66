import type { FlagTable, FlagValues } from './flag.ts';
import type { Session } from './session.ts';

/** One command: its grammar, its help and what it does. */
export interface Command<T extends FlagTable = FlagTable> {
  readonly name: string;
  /** After the name: "[OPTIONS] [SERVICE...]". */
  readonly usage: string;
  readonly summary: string;
  readonly flags: T;
  readonly operands: { readonly min: number; readonly max: number };
  /** False for exec and run: what follows the service is the container's. */
  readonly interspersed: boolean;
  readonly examples: readonly (readonly [line: string, text: string])[];
  /** @returns the exit code */
  readonly run: (call: Call<T>, session: Session) => Promise<number>;
}

export interface Call<T extends FlagTable> {
  readonly flags: FlagValues<T>;
  readonly given: ReadonlySet<string>;
  readonly operands: readonly string[];
}

/** Operands of most commands: any number of services. */
export const anyServices = { min: 0, max: Number.POSITIVE_INFINITY } as const;

/** Fills what most commands share; infers the types of the flags. */
export function defineCommand<const T extends FlagTable>(
  command: Omit<Command<T>, 'interspersed'> & { readonly interspersed?: boolean },
): Command<T> {
  return { interspersed: true, ...command };
}
