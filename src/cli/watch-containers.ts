import { labels } from '../plan/names.ts';
import type { Engine, EngineEvent, ObservedContainer } from '../podman/types.ts';
import type { AttachedEnd, StopRule } from './attached-up.ts';
import { type LogPrinter, shortName } from './log-stream.ts';

export interface WatchRequest {
  readonly engine: Engine;
  readonly project: string;
  readonly printer: LogPrinter;
  readonly timestamps: boolean;
  /** Is this service's output shown? */
  readonly shows: (service: string) => boolean;
  /** Does an attached `up` go on while this service runs? */
  readonly waitsFor: (service: string) => boolean;
}

interface Watched {
  readonly service: string;
  isRunning: boolean;
  exitCode: number | undefined;
  /** Of its output that is being printed. */
  printing: Promise<void> | undefined;
}

/** Looks on at a project's containers: prints what they write, notes who ends and with which code. */
export class Watcher {
  readonly #request: WatchRequest;
  readonly #containers = new Map<string, Watched>();
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  /** The first end of each container, in order. */
  readonly #ends: { service: string; exitCode: number }[] = [];
  #watching: Promise<void> = Promise.resolve();

  constructor(request: WatchRequest) {
    this.#request = request;
  }

  /** Begins before the containers are started, so that no line and no end is missed. */
  start(): void {
    const since = (Date.now() / 1000).toFixed(3);
    this.#watching = this.#watch(since);
  }

  async #watch(since: string): Promise<void> {
    const { engine, project } = this.#request;
    const { signal } = this.#stop;
    const filters = { label: [`${labels.project}=${project}`], type: ['container'] };
    try {
      for await (const event of engine.events(filters, { signal, since })) await this.#note(event);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #note(event: EngineEvent): Promise<void> {
    const service = event.attributes[labels.service];
    if (service === undefined || event.attributes[labels.oneoff] === 'True') return;
    if (event.action === 'start') this.#started(event.name, service, event.timeNano);
    if (event.action === 'died') await this.#ended(event.name);
  }

  #started(name: string, service: string, timeNano?: bigint): void {
    const known = this.#containers.get(name);
    if (known?.isRunning) return;
    const watched: Watched = known ?? { service, isRunning: true, exitCode: undefined, printing: undefined };
    watched.isRunning = true;
    this.#containers.set(name, watched);
    if (this.#request.shows(service))
      watched.printing = this.#print(name, known === undefined ? undefined : timeNano);
    this.#tell();
  }

  async #print(name: string, timeNano: bigint | undefined): Promise<void> {
    const { engine, project, printer, timestamps } = this.#request;
    const { signal } = this.#stop;
    const since = timeNano === undefined ? {} : { since: (Number(timeNano / 1_000_000n) / 1000).toFixed(3) };
    const shown = shortName(project, name);
    try {
      for await (const line of engine.logs(name, { follow: true, timestamps, ...since }, { signal }))
        printer.print(shown, line);
    } catch (error) {
      if (!signal.aborted)
        printer.tell(
          shown,
          `its output cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        );
    }
  }

  async #ended(name: string): Promise<void> {
    const watched = this.#containers.get(name);
    if (!watched?.isRunning) return;
    const details = await this.#request.engine.inspectContainer(name, { signal: this.#stop.signal });
    // Started again by its restart policy, meanwhile.
    if (details?.state === 'running') return;
    watched.isRunning = false;
    watched.exitCode = details?.exitCode ?? 0;
    await watched.printing;
    if (this.#request.shows(watched.service))
      this.#request.printer.tell(
        shortName(this.#request.project, name),
        `exited with code ${watched.exitCode}`,
      );
    this.#ends.push({ service: watched.service, exitCode: watched.exitCode });
    this.#tell();
  }

  /** Containers that ran before we came, or whose start was not told. */
  add(containers: readonly ObservedContainer[]): void {
    for (const container of containers) {
      const service = container.labels[labels.service] ?? '';
      if (container.state === 'running') this.#started(container.name, service);
      else if (!this.#containers.has(container.name)) {
        this.#containers.set(container.name, {
          service,
          isRunning: false,
          exitCode: container.exitCode,
          printing: undefined,
        });
      }
    }
  }

  /** Until a signal comes, the rule says stop, or nothing that is waited for runs any more. */
  async wait(signal: AbortSignal, rule: StopRule): Promise<AttachedEnd> {
    for (;;) {
      const end = this.#verdict(signal, rule);
      if (end) return end;
      await this.#change(signal);
    }
  }

  #verdict(signal: AbortSignal, rule: StopRule): AttachedEnd | undefined {
    if (signal.aborted) return { kind: 'signal' };
    const cause = this.#ends.find(({ service, exitCode }) => isCause(rule, service, exitCode));
    if (cause) return { kind: 'container ended', ...cause };
    const left = [...this.#containers.values()].some(
      ({ service, isRunning }) => isRunning && this.#request.waitsFor(service),
    );
    return left ? undefined : { kind: 'all ended', exitCode: 0 };
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        this.#listeners.delete(done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      this.#listeners.add(done);
    });
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** The code of the first end of a service's container; waits for it when it is being stopped. */
  async exitCodeOf(service: string): Promise<number> {
    const first = this.#ends.find((end) => end.service === service);
    if (first) return first.exitCode;
    const name = [...this.#containers].find(([, watched]) => watched.service === service)?.[0];
    return name === undefined ? 0 : this.#request.engine.waitContainer(name);
  }

  /** Lets the last lines through and ends. */
  async close(): Promise<void> {
    const printing = [...this.#containers.values()]
      .filter(({ isRunning }) => !isRunning)
      .map((c) => c.printing);
    await Promise.allSettled(printing);
    this.#stop.abort();
    await this.#watching;
  }
}

function isCause(rule: StopRule, service: string, exitCode: number): boolean {
  switch (rule.kind) {
    case 'none':
      return false;
    case 'any exit':
      return true;
    case 'any failure':
      return exitCode !== 0;
    case 'service':
      return rule.service === service;
  }
}
