import { labels } from '../plan/names.ts';
import type { Engine, LogOptions, ObservedContainer } from '../podman/types.ts';
import { followLog } from './follow-log.ts';
import { type LogPrinter, shortName } from './log-stream.ts';
import type { Session } from './session.ts';

export interface FollowRequest {
  readonly project: string;
  /** That are there already. */
  readonly containers: readonly ObservedContainer[];
  readonly log: LogOptions;
  readonly printer: LogPrinter;
  readonly signal: AbortSignal;
  /** Labels of a container that starts later: is it followed too? */
  readonly wants: (containerLabels: Readonly<Record<string, string>>) => boolean;
  /** A container that is followed has ended and all its output is printed. */
  readonly onExit: (name: string) => void | Promise<void>;
}

/**
 * Follows the output of a project's containers, of those that start meanwhile as well, until all have ended.
 */
export async function followProject(session: Session, request: FollowRequest): Promise<void> {
  const engine = await session.engine();
  const follower = new Follower(engine, request);
  await follower.run();
}

class Follower {
  readonly #engine: Engine;
  readonly #request: FollowRequest;
  readonly #running = new Map<string, Promise<void>>();
  #wake: () => void = () => undefined;

  constructor(engine: Engine, request: FollowRequest) {
    this.#engine = engine;
    this.#request = request;
  }

  async run(): Promise<void> {
    const events = new AbortController();
    const stop = (): void => events.abort();
    this.#request.signal.addEventListener('abort', stop, { once: true });
    const watching = this.#watch(events.signal);
    for (const { name } of this.#request.containers) this.#start(name, this.#request.log);
    while (this.#running.size > 0 && !this.#request.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([woken, ...this.#running.values()]);
    }
    await Promise.allSettled(this.#running.values());
    events.abort();
    await watching;
    this.#request.signal.removeEventListener('abort', stop);
  }

  /** Containers that start, or start again, while we look on. */
  async #watch(signal: AbortSignal): Promise<void> {
    const filters = {
      label: [`${labels.project}=${this.#request.project}`],
      type: ['container'],
      event: ['start'],
    };
    try {
      for await (const event of this.#engine.events(filters, { signal })) {
        if (this.#running.has(event.name) || !this.#request.wants(event.attributes)) continue;
        const since = (Number(event.timeNano / 1_000_000n) / 1000).toFixed(3);
        this.#start(event.name, { follow: true, timestamps: this.#request.log.timestamps, since });
        this.#wake();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #start(name: string, log: LogOptions): void {
    const running = this.#follow(name, log).finally(() => this.#running.delete(name));
    this.#running.set(name, running);
  }

  async #follow(name: string, log: LogOptions): Promise<void> {
    const { printer, project, signal, onExit } = this.#request;
    const shown = shortName(project, name);
    try {
      for await (const line of followLog(this.#engine, name, log, signal)) printer.print(shown, line);
    } catch (error) {
      if (signal.aborted) return;
      printer.tell(
        shown,
        `its output cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    if (!signal.aborted) await onExit(name);
  }
}
