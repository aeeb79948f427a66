/** What ends a command from outside. The terminal that closed (SIGHUP) is treated as SIGTERM. */
export type Interrupt = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * Signals in stages: a signal aborts the stage that is running. A command that cleans up after one (attached `up` stops its containers)
 * opens the next stage, which the next signal aborts. A signal for a stage that is aborted already ends the process.
 *
 * Nothing is caught before somebody asks for a stage: while files are read there is nothing to clean up, and the system's own way of
 * ending a process works even in the middle of a long computation.
 */
/**
 * Nobody presses a key twice so quickly. One Ctrl-C can come as two signals: a terminal sends it to all that run, and who started us
 * (npm, for one) passes on what it has got; and a signal to the group while a program is being started was seen to come twice.
 */
const sameMs = 100;

export class Interrupts {
  #stage = new AbortController();
  #first: Interrupt | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  readonly #kill: (code: number) => void;
  readonly #now: () => number;
  readonly #listeners = new Map<Interrupt, () => void>();

  /** @param now - monotonic milliseconds */
  constructor(kill: (code: number) => void, now: () => number = () => performance.now()) {
    this.#kill = kill;
    this.#now = now;
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
    const now = this.#now();
    if (now - this.#lastMs < sameMs) return;
    this.#lastMs = now;
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
