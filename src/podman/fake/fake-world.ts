/** What the fake engine holds, and the rules for changing it. Survives the engine object, as a store survives a client. */
import { fail } from '../../base/errors.ts';
import type { ContainerSpec, NetworkSpec, PodSpec, SecretSpec, VolumeSpec } from '../spec.ts';
import type {
  ContainerInspect,
  ContainerState,
  EngineEvent,
  HealthState,
  ObservedContainer,
  ObservedImage,
  ObservedPod,
} from '../types.ts';

export interface FakeContainer {
  readonly id: string;
  name: string;
  readonly spec: ContainerSpec;
  state: ContainerState;
  exitCode: number;
  startedAt: number;
  /** Restarts by its policy; a test that plays the engine's part counts them. */
  restartCount: number;
  checks: number;
  failing: number;
  health: HealthState['status'];
  readonly log: string[];
  readonly anonymous: Record<string, string>;
}

interface FakePod {
  readonly id: string;
  readonly spec: PodSpec;
  infra: ContainerState | undefined;
}

export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function carries(there: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => there[key] === value);
}

export class FakeWorld {
  readonly containers = new Map<string, FakeContainer>();
  readonly pods = new Map<string, FakePod>();
  readonly networks = new Map<string, NetworkSpec>();
  readonly volumes = new Map<string, VolumeSpec>();
  readonly secrets = new Map<string, SecretSpec>();
  readonly images = new Map<string, ObservedImage>();
  /** Everything that happened, oldest first. */
  readonly events: EngineEvent[] = [];
  readonly #listeners = new Set<() => void>();
  #count = 0;
  #clock = 1000;

  #id(): string {
    this.#count += 1;
    return this.#count.toString(16).padStart(64, '0');
  }

  addImage(reference: string, more: Partial<ObservedImage> = {}): void {
    this.images.set(reference, {
      id: this.#id(),
      digest: undefined,
      exposedPorts: [],
      volumes: [],
      healthcheck: undefined,
      entrypoint: [],
      command: ['sh'],
      user: '',
      labels: {},
      os: 'linux',
      architecture: 'amd64',
      createdAt: '2026-01-01T00:00:00Z',
      ...more,
    });
  }

  #tell(action: string, container: FakeContainer, more: Record<string, string> = {}): void {
    this.events.push({
      type: 'container',
      action,
      id: container.id,
      name: container.name,
      timeNano: BigInt(Date.now()) * 1_000_000n,
      attributes: { name: container.name, ...container.spec.labels, ...more },
    });
    for (const listener of [...this.#listeners]) listener();
  }

  /** Resolves when something has happened, or at once when the signal ends it. */
  nextEvent(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#listeners.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#listeners.add(done);
      signal?.addEventListener('abort', done, { once: true });
      if (signal?.aborted) done();
    });
  }

  addOwned<T extends NetworkSpec | VolumeSpec>(into: Map<string, T>, spec: T, kind: string): void {
    const there = into.get(spec.name);
    if (there && !carries(there.labels, spec.labels)) {
      throw fail('E_CONFLICT', `${kind} name ${spec.name} already in use`);
    }
    into.set(spec.name, there ?? spec);
  }

  removeNetwork(name: string): void {
    for (const { spec } of [...this.containers.values(), ...this.pods.values()]) {
      if (spec.Networks && Object.hasOwn(spec.Networks, name))
        throw fail('E_ENGINE', `network ${name} is being used`);
    }
    this.networks.delete(name);
  }

  removeVolume(name: string): void {
    for (const container of this.containers.values()) {
      const used =
        (container.spec.volumes ?? []).some((volume) => volume.Name === name) ||
        Object.values(container.anonymous).includes(name);
      if (used) throw fail('E_ENGINE', `volume ${name} is being used by ${container.name}`);
    }
    this.volumes.delete(name);
  }

  /** Replaces only what is the same project's. */
  addSecret(spec: SecretSpec): void {
    const own = 'io.tscompose.project';
    const there = this.secrets.get(spec.name);
    if (there && there.labels[own] !== spec.labels[own])
      throw fail('E_CONFLICT', `the secret name ${spec.name} is already in use`);
    this.secrets.set(spec.name, spec);
  }

  addPod(spec: PodSpec): string {
    const there = this.pods.get(spec.name);
    if (there && carries(there.spec.labels, spec.labels)) return there.id;
    if (this.pods.has(spec.name) || this.containers.has(spec.name))
      throw fail('E_CONFLICT', `the name ${spec.name} is already in use`);
    this.#needNetworks(spec.Networks);
    const pod = { id: this.#id(), spec, infra: spec.no_infra ? undefined : ('created' as const) };
    this.pods.set(spec.name, pod);
    return pod.id;
  }

  #needNetworks(networks: Readonly<Record<string, unknown>> | undefined): void {
    for (const name of Object.keys(networks ?? {})) {
      if (!this.networks.has(name))
        throw fail('E_ENGINE', `unable to find network with name or ID ${name}: network not found`);
    }
  }

  startInfra(name: string): void {
    const pod = this.pods.get(name);
    if (!pod) throw fail('E_ENGINE', `no pod with name or ID ${name} found`);
    if (pod.infra) pod.infra = 'running';
  }

  removePod(name: string): void {
    for (const container of [...this.containers.values()])
      if (container.spec.pod === name) this.#forget(container, true);
    this.pods.delete(name);
  }

  addContainer(spec: ContainerSpec): FakeContainer {
    const there = this.containers.get(spec.name);
    if (there && carries(there.spec.labels, spec.labels)) return there;
    if (this.containers.has(spec.name) || this.pods.has(spec.name))
      throw fail('E_CONFLICT', `the container name "${spec.name}" is already in use`);
    const isId = [...this.images.values()].some(({ id }) => id === spec.image);
    if (!this.images.has(spec.image) && !isId) throw fail('E_IMAGE', `${spec.image}: image not known`);
    this.#checkPod(spec);
    this.#needNetworks(spec.Networks);
    for (const secret of spec.secrets ?? [])
      if (!this.secrets.has(secret.Source))
        throw fail('E_ENGINE', `no secret with name or id "${secret.Source}"`);
    const container: FakeContainer = {
      id: this.#id(),
      name: spec.name,
      spec,
      state: 'created',
      exitCode: 0,
      startedAt: 0,
      restartCount: 0,
      checks: 0,
      failing: 0,
      health: spec.healthconfig && spec.healthconfig.Test?.[0] !== 'NONE' ? 'starting' : 'none',
      log: [],
      anonymous: this.#anonymousVolumes(spec),
    };
    this.containers.set(spec.name, container);
    return container;
  }

  #checkPod(spec: ContainerSpec): void {
    const pod = spec.pod === undefined ? undefined : this.pods.get(spec.pod);
    if (spec.pod !== undefined && !pod) throw fail('E_ENGINE', `no pod with name or ID ${spec.pod} found`);
    const shares = pod?.infra !== undefined && !spec.netns;
    if (shares && ((spec.portmappings?.length ?? 0) > 0 || spec.Networks)) {
      throw fail('E_ENGINE', 'published or exposed ports must be defined when the pod is created');
    }
  }

  #anonymousVolumes(spec: ContainerSpec): Record<string, string> {
    const result: Record<string, string> = {};
    for (const volume of spec.volumes ?? []) {
      const name = volume.Name ?? this.#id();
      if (!this.volumes.has(name)) this.volumes.set(name, { name, labels: {} });
      if (volume.Name === undefined || /^[0-9a-f]{64}$/.test(volume.Name)) result[volume.Dest] = name;
    }
    return result;
  }

  find(nameOrId: string): FakeContainer | undefined {
    return this.containers.get(nameOrId) ?? [...this.containers.values()].find(({ id }) => id === nameOrId);
  }

  container(name: string): FakeContainer {
    const found = this.find(name);
    if (!found) throw fail('E_ENGINE', `no container with name or ID "${name}" found: no such container`);
    return found;
  }

  /** A member that shares the pod's network starts its infra. */
  enterPod({ spec }: FakeContainer): void {
    const pod = spec.pod === undefined || spec.netns ? undefined : this.pods.get(spec.pod);
    if (pod?.infra) pod.infra = 'running';
  }

  start(container: FakeContainer, exit: number | undefined): void {
    this.#clock += 1;
    container.startedAt = this.#clock;
    container.state = 'running';
    container.checks = 0;
    container.failing = 0;
    if (container.health !== 'none') container.health = 'starting';
    this.#tell('start', container);
    if (exit !== undefined) this.end(container, exit);
  }

  end(container: FakeContainer, exitCode: number): void {
    container.state = 'exited';
    container.exitCode = exitCode;
    this.#tell('died', container, { containerExitCode: String(exitCode) });
  }

  check(container: FakeContainer, script: readonly boolean[]): HealthState {
    const passed = script[Math.min(container.checks, script.length - 1)] ?? true;
    container.checks += 1;
    container.failing = passed ? 0 : container.failing + 1;
    if (passed) container.health = 'healthy';
    else if (container.failing >= (container.spec.healthconfig?.Retries ?? 3)) container.health = 'unhealthy';
    return this.inspected(container).health;
  }

  rename(name: string, newName: string): void {
    if (!this.find(name) && this.containers.has(newName)) return;
    const container = this.container(name);
    if (this.containers.has(newName))
      throw fail('E_CONFLICT', `the container name "${newName}" is already in use`);
    this.containers.delete(name);
    container.name = newName;
    this.containers.set(newName, container);
  }

  removeContainer(name: string, how: { volumes: boolean; force: boolean }): void {
    const container = this.find(name);
    if (!container) return;
    if (['running', 'paused', 'initialized'].includes(container.state) && !how.force) {
      throw fail('E_ENGINE', `cannot remove container ${name} as it is ${container.state}`);
    }
    this.#forget(container, how.volumes);
  }

  #forget(container: FakeContainer, volumes: boolean): void {
    this.containers.delete(container.name);
    this.#tell('remove', container);
    const others = [...this.containers.values()].flatMap(({ anonymous }) => Object.values(anonymous));
    for (const volume of Object.values(container.anonymous))
      if (volumes && !others.includes(volume)) this.volumes.delete(volume);
  }

  inspected(container: FakeContainer): ContainerInspect {
    const { spec } = container;
    const log =
      container.checks > 0
        ? [
            {
              start: String(container.checks),
              end: String(container.checks),
              exitCode: container.failing > 0 ? 1 : 0,
              output: '',
            },
          ]
        : [];
    return {
      id: container.id,
      name: container.name,
      state: container.state,
      exitCode: container.exitCode,
      error: '',
      oomKilled: false,
      startedAt: new Date(container.startedAt * 1000).toISOString(),
      finishedAt: new Date(0).toISOString(),
      restartCount: container.restartCount,
      ...(spec.restart_policy === undefined
        ? {}
        : { restart: { policy: spec.restart_policy, tries: spec.restart_tries ?? 0 } }),
      health: { status: container.health, failingStreak: container.failing, log },
      healthcheck: spec.healthconfig,
      labels: spec.labels,
      tty: spec.terminal ?? false,
      ports: [],
      addresses: {},
      mounts: Object.entries(container.anonymous).map(([target, name]) => ({
        type: 'volume',
        name,
        source: name,
        target,
      })),
    };
  }

  listed(details: boolean): ObservedContainer[] {
    const listed = [...this.containers.values()].map(
      (container): ObservedContainer => ({
        id: container.id,
        name: container.name,
        labels: container.spec.labels,
        state: container.state,
        exitCode: container.exitCode,
        image: container.spec.image,
        imageId: this.images.get(container.spec.image)?.id ?? '',
        podId: container.spec.pod === undefined ? undefined : this.pods.get(container.spec.pod)?.id,
        isInfra: false,
        createdAt: '2026-01-01T00:00:00Z',
        startedAt: container.startedAt,
        exitedAt: 0,
        pid: 0,
        command: container.spec.command ?? [],
        mounts: Object.keys(container.anonymous),
        networks: Object.keys(container.spec.Networks ?? {}),
        ports: [],
        ...(container.health === 'none' ? {} : { health: container.health }),
        ...(details ? { anonymousVolumes: container.anonymous } : {}),
      }),
    );
    return listed.sort(byName);
  }

  listedPods(): ObservedPod[] {
    return [...this.pods.values()].map(({ id, spec, infra }) => ({
      id,
      name: spec.name,
      labels: spec.labels,
      infraId: infra === undefined ? undefined : `${id}-infra`,
      infraState: infra,
    }));
  }
}
