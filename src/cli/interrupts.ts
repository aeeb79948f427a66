/** What ends a command from outside. The terminal that closed (SIGHUP) is treated as SIGTERM. */
export type Interrupt = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * Signals in stages: a signal aborts the stage that is running. A command that cleans up after one (attached `up` stops its containers)
 * opens the next stage, which the next signal aborts. A signal for a stage that is aborted already ends the process.
 *
 * Nothing is caught before somebody asks for a stage: while files are read there is nothing to clean up, and the system's own way of
 * ending a process works even in the middle of a long computation.
 */
export class Interrupts {
  #stage = new AbortController();
  #first: Interrupt | undefined;
  #isClosed = false;
  readonly #kill: (code: number) => void;
  readonly #listeners = new Map<Interrupt, () => void>();

  constructor(kill: (code: number) => void) {
    this.#kill = kill;
  }

  #listen(): void {
    if (this.#listeners.size > 0 || this.#isClosed) return;
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const listener = (): void => this.receive(name);
      this.#listeners.set(name, listener);
      process.on(name, listener);
    }
  }

  /** Of the stage that is running. Its reason is 'SIGINT' or 'SIGTERM', as the executor reads it. */
  get signal(): AbortSignal {
    this.#listen();
    return this.#stage.signal;
  }

  /** The first signal that came. */
  get received(): Interrupt | undefined {
    return this.#first;
  }

  /** 130 or 143, or undefined when nothing came. */
  get exitCode(): number | undefined {
    if (this.#first === undefined) return undefined;
    return this.#first === 'SIGINT' ? 130 : 143;
  }

  /** Opens the next stage. */
  nextStage(): AbortSignal {
    this.#listen();
    this.#stage = new AbortController();
    return this.#stage.signal;
  }

  receive(name: Interrupt): void {
    this.#first ??= name;
    if (this.#stage.signal.aborted) this.#kill(this.exitCode ?? 130);
    else this.#stage.abort(name === 'SIGHUP' ? 'SIGTERM' : name);
  }

  close(): void {
    this.#isClosed = true;
    for (const [name, listener] of this.#listeners) process.off(name, listener);
    this.#listeners.clear();
  }
}
