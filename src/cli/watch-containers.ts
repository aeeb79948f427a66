import { labels } from '../plan/names.ts';
import type { Engine, EngineEvent, ObservedContainer } from '../podman/types.ts';
import type { AttachedEnd, StopRule } from './attached-up.ts';
import { followLog } from './follow-log.ts';
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
  /** Its restart policy started it while its last lines were being printed. */
  startedAgain: boolean;
  exitCode: number | undefined;
  /** Milliseconds since the epoch: its output from here on is still to be shown. */
  sinceMs: number;
  /** When its last run that we know of ended; 0: none has. News of a start before that is old. */
  endedMs: number;
  /** Its output that is being printed, and what ends that. */
  printing: Promise<void> | undefined;
  ended: AbortController;
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
  /** Older output belongs to an earlier run. */
  readonly #beganMs = Date.now();

  constructor(request: WatchRequest) {
    this.#request = request;
  }

  /** Begins before the containers are started, so that no line and no end is missed. */
  start(): void {
    this.#watching = this.#watch(seconds(this.#beganMs));
  }

  async #watch(since: string): Promise<void> {
    const { engine, project } = this.#request;
    const { signal } = this.#stop;
    const filters = { label: [`${labels.project}=${project}`], type: ['container'] };
    try {
      for await (const event of engine.events(filters, { signal, since })) this.#note(event);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #note(event: EngineEvent): void {
    const service = event.attributes[labels.service];
    if (service === undefined || event.attributes[labels.oneoff] === 'True') return;
    const atMs = Number(event.timeNano / 1_000_000n);
    if (event.action === 'start' && atMs >= (this.#containers.get(event.name)?.endedMs ?? 0))
      this.#started(event.name, service);
    // Not waited for: the end of one must not hold up the news of the others.
    if (event.action === 'died') this.#ended(event.name, atMs).catch(() => undefined);
  }

  #started(name: string, service: string): void {
    const known = this.#containers.get(name);
    if (known?.isRunning) {
      known.startedAgain = true;
      return;
    }
    const watched: Watched = known ?? {
      service,
      isRunning: true,
      startedAgain: false,
      exitCode: undefined,
      sinceMs: this.#beganMs,
      endedMs: 0,
      printing: undefined,
      ended: new AbortController(),
    };
    watched.isRunning = true;
    watched.ended = new AbortController();
    this.#containers.set(name, watched);
    if (this.#request.shows(service)) watched.printing = this.#print(name, watched);
    this.#tell();
  }

  async #print(name: string, { sinceMs, ended }: Watched): Promise<void> {
    const { engine, project, printer, timestamps } = this.#request;
    const { signal } = this.#stop;
    const shown = shortName(project, name);
    try {
      const log = { follow: true, timestamps, since: seconds(sinceMs) };
      const lines = followLog(engine, name, log, signal, ended.signal);
      for await (const line of lines) printer.print(shown, line);
    } catch (error) {
      if (!signal.aborted)
        printer.tell(
          shown,
          `its output cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        );
    }
  }

  async #ended(name: string, atMs: number): Promise<void> {
    const watched = this.#containers.get(name);
    if (!watched?.isRunning) return;
    const details = await this.#request.engine.inspectContainer(name, { signal: this.#stop.signal });
    // Started again by its restart policy, meanwhile.
    if (details?.state === 'running') return;
    watched.startedAgain = false;
    await this.#drained(watched);
    watched.isRunning = false;
    watched.exitCode = details?.exitCode ?? 0;
    watched.sinceMs = atMs;
    watched.endedMs = Date.parse(details?.finishedAt ?? '') || atMs;
    if (this.#request.shows(watched.service))
      this.#request.printer.tell(
        shortName(this.#request.project, name),
        `exited with code ${watched.exitCode}`,
      );
    if (watched.startedAgain) this.#started(name, watched.service);
    this.#ends.push({ service: watched.service, exitCode: watched.exitCode });
    this.#tell();
  }

  /** A stream that does not end with its container is ended, and the rest asked for. */
  async #drained({ printing, ended }: Watched): Promise<void> {
    const timer = setTimeout(() => ended.abort(), streamEndMs);
    await printing;
    clearTimeout(timer);
  }

  /** Containers that ran before we came, or whose start, and maybe end, was not told yet. */
  async add(containers: readonly ObservedContainer[]): Promise<void> {
    for (const container of containers) {
      if (container.state === 'running')
        this.#started(container.name, container.labels[labels.service] ?? '');
      else if (!this.#containers.has(container.name)) await this.#addEnded(container);
    }
  }

  /** One that was started and ended in a moment has its output shown and its end counted all the same. */
  async #addEnded({ name, labels: own, exitCode }: ObservedContainer): Promise<void> {
    const service = own[labels.service] ?? '';
    const details = await this.#request.engine.inspectContainer(name, { signal: this.#stop.signal });
    if (this.#containers.has(name)) return;
    if (Date.parse(details?.startedAt ?? '') >= this.#beganMs) {
      this.#started(name, service);
      this.#ended(name, Date.parse(details?.finishedAt ?? '')).catch(() => undefined);
      return;
    }
    this.#containers.set(name, {
      service,
      isRunning: false,
      startedAgain: false,
      exitCode,
      sinceMs: this.#beganMs,
      endedMs: 0,
      printing: undefined,
      ended: new AbortController(),
    });
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

  /** Lets the last lines of what has been stopped through, for a moment, and ends. */
  async close(): Promise<void> {
    const deadline = performance.now() + lastLinesMs;
    while ([...this.#containers.values()].some(({ isRunning }) => isRunning) && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    this.#stop.abort();
    await this.#watching;
  }
}

const streamEndMs = 200;

/** The engine tells of an end a moment after it. */
const lastLinesMs = 1000;

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
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
