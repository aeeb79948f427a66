/**
 * An engine in memory, for tests of ordering and convergence. It keeps Podman's rules as far as plans depend on them:
 * names are unique, things in use cannot be removed, a container needs its image, networks, secrets and pod,
 * ports of a pod are its own, starting in a pod starts its infra. It passes the same contract suite as Podman.
 */
import { fail } from '../../base/errors.ts';
import type { ContainerSpec, NetworkSpec, PodSpec, SecretSpec, VolumeSpec } from '../spec.ts';
import type {
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
  Observed,
  ObservedContainer,
  ObservedImage,
  ObserveRequest,
  PullRequest,
} from '../types.ts';
import { fakeCapabilities } from './fake-capabilities.ts';
import { type FakeContainer, FakeWorld } from './fake-world.ts';

/** What a test may steer. */
export interface FakeBehaviour {
  /** Called before each call that changes something; throw to make it fail, await to make it slow. */
  readonly onCall?: (call: string, name: string) => Promise<void> | void;
  /** How a container's process ends by itself; undefined: it runs on. */
  readonly exitOf?: (spec: ContainerSpec) => number | undefined;
  /** Results of health checks, one after the other; the last repeats. Default: healthy at once. */
  readonly healthOf?: (spec: ContainerSpec) => readonly boolean[];
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

  observe(request: ObserveRequest): Promise<Observed> {
    const { world } = this;
    const details = request.details;
    return Promise.resolve({
      capabilities: this.capabilities,
      containers: world.listed(details),
      pods: world.listedPods(),
      networks: [...world.networks.values()].map((spec) => ({
        name: spec.name,
        id: spec.name,
        driver: spec.driver ?? 'bridge',
        labels: spec.labels,
      })),
      volumes: [...world.volumes.values()].map((spec) => ({
        name: spec.name,
        driver: spec.driver ?? 'local',
        options: spec.options ?? {},
        labels: spec.labels,
      })),
      secrets: [...world.secrets.values()].map(({ name, labels }) => ({ name, labels })),
      images: Object.fromEntries(
        request.images.map((reference) => [reference, world.images.get(reference) ?? null]),
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
    this.world.secrets.set(spec.name, spec);
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
    if (container.state !== 'running') throw fail('E_ENGINE', `${name} is not running`);
    container.state = 'paused';
  }

  async unpauseContainer(name: string): Promise<void> {
    await this.#change('unpauseContainer', name);
    const container = this.world.container(name);
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

  async waitContainer(name: string, options: { signal?: AbortSignal } = {}): Promise<number> {
    const container = this.world.container(name);
    while (container.state === 'running') {
      options.signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return container.exitCode;
  }

  runHealthcheck(name: string): Promise<HealthState> {
    const container = this.world.container(name);
    const script = this.#behaviour.healthOf?.(container.spec) ?? [true];
    return Promise.resolve(this.world.check(container, script));
  }

  async execInContainer(name: string, request: ExecRequest): Promise<ExecResult> {
    await this.#change('execInContainer', name);
    if (this.world.container(name).state !== 'running') throw fail('E_ENGINE', `${name} is not running`);
    return { exitCode: request.command[0] === 'false' ? 1 : 0, output: '' };
  }

  async *logs(name: string): AsyncIterable<LogLine> {
    await Promise.resolve();
    for (const text of this.world.container(name).log) yield { stream: 'stdout', text };
  }

  async *events(): AsyncIterable<EngineEvent> {
    await Promise.resolve();
    yield* [];
  }

  listContainers(_filters: Filters): Promise<readonly ObservedContainer[]> {
    return Promise.resolve(this.world.listed(false));
  }

  async pullImage(request: PullRequest): Promise<{ id: string }> {
    await this.#change('pullImage', request.reference);
    const image = this.world.images.get(request.reference);
    if (!image) throw fail('E_IMAGE', `image ${request.reference} cannot be pulled`);
    return { id: image.id };
  }

  async pushImage(reference: string): Promise<void> {
    await this.#change('pushImage', reference);
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

  async removeImage(reference: string): Promise<void> {
    await this.#change('removeImage', reference);
    this.world.images.delete(reference);
  }

  async loadImage(): Promise<readonly string[]> {
    await this.#change('loadImage', '');
    return [];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export type { FakeContainer };
