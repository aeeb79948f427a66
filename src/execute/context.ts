import type { Diagnostic } from '../base/diagnostic.ts';
import type { Engine } from '../podman/types.ts';
import type { ExecuteRequest } from './types.ts';

/** What one running action may use. */
export interface ActionContext {
  readonly engine: Engine;
  readonly request: ExecuteRequest;
  /** Ends when the whole run is aborted, or when nothing waits for this action any more. */
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Runs one engine call in a place of the calls' queue; for actions that otherwise only wait. */
  readonly call: <T>(run: () => Promise<T>) => Promise<T>;
  /** One line that replaces the one before. */
  readonly progress: (text: string) => void;
  readonly output: (line: string) => void;
  readonly warn: (diagnostic: Diagnostic) => void;
}
