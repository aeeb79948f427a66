/**
 * An engine in memory, for tests of ordering and convergence. It keeps Podman's rules as far as plans depend on them:
 * names are unique, things in use cannot be removed, a container needs its image, networks, secrets and pod,
 * ports of a pod are its own, starting in a pod starts its infra. It passes the same contract suite as Podman.
 */
import { fail } from '../../base/errors.ts';
import type { ContainerSpec, NetworkSpec, PodSpec, SecretSpec, VolumeSpec } from '../spec.ts';
import type {
  CallOptions,
  Capabilities,
  ContainerInspect,
  Created,
  Engine,
  EngineEvent,
  ExecRequest,
  ExecResult,
  Filters,
  HealthState,
  LogLine,
  LogOptions,
  Observed,
  ObservedContainer,
  ObservedImage,
  ObservedLists,
  ObserveRequest,
  PullRequest,
} from '../types.ts';
import { fakeCapabilities } from './fake-capabilities.ts';
import { byName, FakeWorld } from './fake-world.ts';

/** What a test may steer. */
export interface FakeBehaviour {
  /** Called before each call that changes something; throw to make it fail, await to make it slow. */
  readonly onCall?: (call: string, name: string) => Promise<void> | void;
  /** How a container's process ends by itself; undefined: it runs on. */
  readonly exitOf?: (spec: ContainerSpec) => number | undefined;
  /** Results of health checks, one after the other; the last repeats. Default: healthy at once. */
  readonly healthOf?: (spec: ContainerSpec) => readonly boolean[];
  /** What a process writes when it starts. */
  readonly outputOf?: (spec: ContainerSpec) => readonly string[];
}

export class FakeEngine implements Engine {
  readonly capabilities: Capabilities;
  readonly world: FakeWorld;
  /** Every changing call in order: "startContainer shop-web-1". */
  readonly calls: string[] = [];
  readonly #behaviour: FakeBehaviour;

  constructor(
    behaviour: FakeBehaviour = {},
    world: FakeWorld = new FakeWorld(),
    capabilities: Capabilities = fakeCapabilities,
  ) {
    this.#behaviour = behaviour;
    this.world = world;
    this.capabilities = capabilities;
  }

  async #change(call: string, name: string): Promise<void> {
    await this.#behaviour.onCall?.(call, name);
    this.calls.push(`${call} ${name}`);
  }

  list(): Promise<ObservedLists> {
    return Promise.resolve(this.#lists(false));
  }

  glance(): Promise<ObservedLists> {
    const lists = this.#lists(false);
    return Promise.resolve({ ...lists, pods: lists.pods.filter(({ infraId }) => infraId !== undefined) });
  }

  #lists(details: boolean): ObservedLists {
    const { world } = this;
    return {
      containers: world.listed(details),
      pods: world.listedPods(),
      networks: [...world.networks.values()]
        .map(({ name, driver = 'bridge', labels }) => ({ name, id: name, driver, labels }))
        .sort(byName),
      volumes: [...world.volumes.values()]
        .map(({ name, driver = 'local', options = {}, labels }) => ({ name, driver, options, labels }))
        .sort(byName),
      secrets: [...world.secrets.values()].map(({ name, labels }) => ({ name, labels })).sort(byName),
    };
  }

  observe({ images, details, lists }: ObserveRequest): Promise<Observed> {
    return Promise.resolve({
      ...(lists ?? this.#lists(details)),
      capabilities: this.capabilities,
      images: Object.fromEntries(
        images.map((reference) => [reference, this.world.images.get(reference) ?? null]),
      ),
    });
  }

  async createNetwork(spec: NetworkSpec): Promise<void> {
    await this.#change('createNetwork', spec.name);
    this.world.addOwned(this.world.networks, spec, 'network');
  }

  async removeNetwork(name: string): Promise<void> {
    await this.#change('removeNetwork', name);
    this.world.removeNetwork(name);
  }

  async createVolume(spec: VolumeSpec): Promise<void> {
    await this.#change('createVolume', spec.name);
    this.world.addOwned(this.world.volumes, spec, 'volume');
  }

  async removeVolume(name: string): Promise<void> {
    await this.#change('removeVolume', name);
    this.world.removeVolume(name);
  }

  async createSecret(spec: SecretSpec, bytes: Uint8Array): Promise<void> {
    await this.#change('createSecret', spec.name);
    if (bytes.length === 0) throw fail('E_ENGINE', 'secret data must be larger than 0');
    this.world.addSecret(spec);
  }

  async removeSecret(name: string): Promise<void> {
    await this.#change('removeSecret', name);
    this.world.secrets.delete(name);
  }

  async createPod(spec: PodSpec): Promise<Created> {
    await this.#change('createPod', spec.name);
    return { id: this.world.addPod(spec), warnings: [] };
  }

  async startPodInfra(name: string): Promise<void> {
    await this.#change('startPodInfra', name);
    this.world.startInfra(name);
  }

  async removePod(name: string): Promise<void> {
    await this.#change('removePod', name);
    this.world.removePod(name);
  }

  async createContainer(spec: ContainerSpec): Promise<Created> {
    await this.#change('createContainer', spec.name);
    return { id: this.world.addContainer(spec).id, warnings: [] };
  }

  async initContainer(name: string): Promise<void> {
    await this.#change('initContainer', name);
    const container = this.world.container(name);
    if (container.state === 'running' || container.state === 'initialized') return;
    this.world.enterPod(container);
    container.state = 'initialized';
  }

  async startContainer(name: string): Promise<void> {
    await this.#change('startContainer', name);
    const container = this.world.container(name);
    if (container.state === 'running') return;
    this.world.enterPod(container);
    container.log.push(...(this.#behaviour.outputOf?.(container.spec) ?? []));
    this.world.start(container, this.#behaviour.exitOf?.(container.spec));
  }

  async killContainer(name: string, _signal: string): Promise<void> {
    await this.#change('killContainer', name);
    const container = this.world.find(name);
    if (container?.state === 'running') this.world.end(container, 137);
  }

  async stopContainer(name: string, _seconds: number): Promise<void> {
    await this.#change('stopContainer', name);
    const container = this.world.find(name);
    if (container?.state === 'running') this.world.end(container, 0);
  }

  async pauseContainer(name: string): Promise<void> {
    await this.#change('pauseContainer', name);
    const container = this.world.container(name);
    if (container.state === 'paused') return;
    if (container.state !== 'running') throw fail('E_ENGINE', `${name} is not running`);
    container.state = 'paused';
  }

  async unpauseContainer(name: string): Promise<void> {
    await this.#change('unpauseContainer', name);
    const container = this.world.container(name);
    if (container.state === 'running') return;
    if (container.state !== 'paused') throw fail('E_ENGINE', `${name} is not paused`);
    container.state = 'running';
  }

  async renameContainer(name: string, newName: string): Promise<void> {
    await this.#change('renameContainer', name);
    this.world.rename(name, newName);
  }

  async removeContainer(name: string, how: { volumes: boolean; force: boolean }): Promise<void> {
    await this.#change('removeContainer', name);
    this.world.removeContainer(name, how);
  }

  inspectContainer(name: string): Promise<ContainerInspect | undefined> {
    const container = this.world.find(name);
    return Promise.resolve(container ? this.world.inspected(container) : undefined);
  }

  async waitContainer(name: string, { signal }: CallOptions = {}): Promise<number> {
    const container = this.world.container(name);
    while (container.state === 'running' || container.state === 'paused') {
      signal?.throwIfAborted();
      await this.world.nextEvent(signal);
    }
    return container.exitCode;
  }

  async runHealthcheck(name: string): Promise<HealthState> {
    await Promise.resolve();
    const container = this.world.container(name);
    const script = this.#behaviour.healthOf?.(container.spec) ?? [true];
    return this.world.check(container, script);
  }

  async execInContainer(name: string, request: ExecRequest): Promise<ExecResult> {
    await this.#change('execInContainer', name);
    if (this.world.container(name).state !== 'running') throw fail('E_ENGINE', `${name} is not running`);
    const [program, ...words] = request.command;
    return {
      exitCode: program === 'false' ? 1 : 0,
      output: program === 'echo' ? `${words.join(' ')}\n` : '',
    };
  }

  async mountContainer(name: string): Promise<string> {
    await Promise.resolve();
    return `/containers/${this.world.container(name).id}`;
  }

  async unmountContainer(name: string): Promise<void> {
    await Promise.resolve();
    this.world.container(name);
  }

  attachContainer(name: string, { signal }: CallOptions = {}): Promise<AsyncIterable<LogLine>> {
    const { id, log } = this.world.container(name);
    return Promise.resolve(this.#linesFrom(id, log.length, signal));
  }

  async *#linesFrom(id: string, from: number, signal: AbortSignal | undefined): AsyncIterable<LogLine> {
    for (let next = from; !signal?.aborted; ) {
      const { log, state } = this.world.container(id);
      for (; next < log.length; next++) yield { stream: 'stdout', text: log[next] ?? '' };
      if (state === 'exited') return;
      await this.world.nextEvent(signal);
    }
  }

  async *logs(name: string, { tail }: LogOptions): AsyncIterable<LogLine> {
    await Promise.resolve();
    const lines = this.world.container(name).log;
    for (const text of tail === undefined ? lines : lines.slice(-tail)) yield { stream: 'stdout', text };
  }

  /** Filters as Podman has them: kinds are all met, of one kind any. `since` is Unix seconds. */
  async *events(
    filters: Filters,
    { signal, since }: CallOptions & { since?: string } = {},
  ): AsyncIterable<EngineEvent> {
    const { events } = this.world;
    const from = since === undefined ? Date.now() : Number(since) * 1000;
    const names = filters['event'];
    const labels = filters['label'] ?? [];
    for (let next = 0; ; next++) {
      while (events.length <= next && !signal?.aborted) await this.world.nextEvent(signal);
      const event = events[next];
      if (!event || signal?.aborted) return;
      const isNew = Number(event.timeNano / 1_000_000n) >= Math.floor(from);
      if (isNew && (names?.includes(event.action) ?? true) && hasLabels(event.attributes, labels))
        yield event;
    }
  }

  async listContainers(filters: Filters): Promise<readonly ObservedContainer[]> {
    await Promise.resolve();
    return this.world.listed(false).filter(({ labels }) => hasLabels(labels, filters['label'] ?? []));
  }

  async pullImage(request: PullRequest): Promise<{ id: string }> {
    await this.#change('pullImage', request.reference);
    const image = this.world.images.get(request.reference);
    if (!image) throw fail('E_IMAGE', `image ${request.reference} cannot be pulled`);
    return { id: image.id };
  }

  async pushImage(reference: string): Promise<void> {
    await this.#change('pushImage', reference);
    if (!this.world.images.has(reference)) throw fail('E_IMAGE', `${reference}: image not known`);
  }

  inspectImage(reference: string): Promise<ObservedImage | undefined> {
    return Promise.resolve(this.world.images.get(reference));
  }

  imageExists(reference: string): Promise<boolean> {
    return Promise.resolve(this.world.images.has(reference));
  }

  async tagImage(reference: string, newReference: string): Promise<void> {
    await this.#change('tagImage', newReference);
    const image = this.world.images.get(reference);
    if (!image) throw fail('E_IMAGE', `no such image: ${reference}`);
    this.world.images.set(newReference, image);
  }

  async untagImage(name: string): Promise<void> {
    await this.#change('untagImage', name);
    this.world.images.delete(name);
  }

  async removeImage(reference: string): Promise<void> {
    await this.#change('removeImage', reference);
    this.world.images.delete(reference);
  }

  /** Reads the names out of a docker archive; what the image holds does not matter here. */
  async loadImage(tar: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
    await this.#change('loadImage', '');
    let text = '';
    for await (const chunk of tar) text += Buffer.from(chunk).toString('latin1');
    const names = JSON.parse(/"RepoTags":(\[[^\]]*\])/.exec(text)?.[1] ?? '[]') as string[];
    for (const name of names) this.world.addImage(name);
    return names;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function hasLabels(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((text) => {
    const equals = text.indexOf('=');
    return equals === -1 ? text in labels : labels[text.slice(0, equals)] === text.slice(equals + 1);
  });
}
