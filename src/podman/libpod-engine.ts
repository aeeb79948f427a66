/** Podman over its REST API. One call per method; lists are asked for together. */

import { killContainer, stopContainer } from './container-end.ts';
import { initContainer, startContainer } from './container-start.ts';
import * as creation from './creation.ts';
import type { RawImage, RawInspect, RawListed, RawNetwork, RawPod, RawSecret, RawVolume } from './decode.ts';
import {
  healthOf,
  inspectedContainer,
  inspectedImage,
  listedContainer,
  listedNetwork,
  listedPod,
  listedSecret,
  listedVolume,
  podOfInfra,
} from './decode.ts';
import { EngineError, isMissing } from './engine-error.ts';
import type { HttpClient } from './http.ts';
import * as images from './images.ts';
import type { ContainerSpec, NetworkSpec, PodSpec, SecretSpec, VolumeSpec } from './spec.ts';
import * as streams from './streams.ts';
import type {
  CallOptions,
  Capabilities,
  ContainerInspect,
  ContainerState,
  Created,
  Engine,
  EngineEvent,
  ExecRequest,
  ExecResult,
  Filters,
  HealthState,
  LogLine,
  LogOptions,
  MendOptions,
  Observed,
  ObservedContainer,
  ObservedImage,
  ObservedLists,
  ObservedPod,
  ObserveRequest,
  PullRequest,
  PushOptions,
  WaitOptions,
} from './types.ts';
import { withVolumes } from './with-volumes.ts';

/** Milliseconds between the engine's own looks at a container it waits for. */
const waitInterval = '20ms';

export class LibpodEngine implements Engine {
  readonly capabilities: Capabilities;
  readonly #http: HttpClient;

  constructor(client: HttpClient, capabilities: Capabilities) {
    this.#http = client;
    this.capabilities = capabilities;
  }

  async list(options: CallOptions = {}): Promise<ObservedLists> {
    const [{ lists }, pods] = await Promise.all([this.#lists(options), this.#pods(options)]);
    return { ...lists, pods };
  }

  async glance(options: CallOptions = {}): Promise<ObservedLists> {
    const { containers, lists } = await this.#lists(options);
    const infras = containers.filter((raw) => raw.IsInfra && raw.Pod !== '');
    const known = new Set(infras.map((raw) => raw.Pod));
    // A pod whose members share nothing has no container of its own.
    const isMore = containers.some((raw) => raw.Pod !== '' && !known.has(raw.Pod));
    return { ...lists, pods: isMore ? await this.#pods(options) : infras.map(podOfInfra).sort(byName) };
  }

  async #lists(
    options: CallOptions,
  ): Promise<{ readonly containers: readonly RawListed[]; readonly lists: Omit<ObservedLists, 'pods'> }> {
    const get = <T>(path: string): Promise<T> => this.#http.json<T>('GET', path, { ...options });
    const [containers, networks, volumes, secrets] = await Promise.all([
      this.#listed({}, options),
      get<RawNetwork[] | null>('/networks/json'),
      get<RawVolume[] | null>('/volumes/json'),
      get<RawSecret[] | null>('/secrets/json'),
    ]);
    const lists = {
      containers: containers.map(listedContainer).sort(byName),
      networks: (networks ?? []).map(listedNetwork).sort(byName),
      volumes: (volumes ?? []).map(listedVolume).sort(byName),
      secrets: (secrets ?? []).map(listedSecret).sort(byName),
    };
    return { containers, lists };
  }

  async #pods(options: CallOptions): Promise<ObservedPod[]> {
    const pods = await this.#http.json<RawPod[] | null>('GET', '/pods/json', { ...options });
    return (pods ?? []).map(listedPod).sort(byName);
  }

  async observe(request: ObserveRequest, options: CallOptions = {}): Promise<Observed> {
    const [lists, ...found] = await Promise.all([
      request.lists ?? this.list(options),
      ...request.images.map((reference) => this.inspectImage(reference, options)),
    ]);
    const { containers } = lists;
    return {
      ...lists,
      capabilities: this.capabilities,
      containers: request.details
        ? await withVolumes(containers, request.project, (id) => this.inspectContainer(id, options))
        : containers,
      images: Object.fromEntries(request.images.map((reference, index) => [reference, found[index] ?? null])),
    };
  }

  async listContainers(filters: Filters, options: CallOptions = {}): Promise<ObservedContainer[]> {
    return (await this.#listed(filters, options)).map(listedContainer).sort(byName);
  }

  async #listed(filters: Filters, options: CallOptions): Promise<readonly RawListed[]> {
    const query = {
      all: true,
      ...(Object.keys(filters).length > 0 ? { filters: JSON.stringify(filters) } : {}),
    };
    const listed = await this.#http.json<RawListed[] | null>('GET', '/containers/json', {
      ...options,
      query,
    });
    return listed ?? [];
  }

  createNetwork(spec: NetworkSpec, options: CallOptions = {}): Promise<void> {
    return creation.createNetwork(this.#http, spec, options);
  }

  createVolume(spec: VolumeSpec, options: CallOptions = {}): Promise<void> {
    return creation.createVolume(this.#http, spec, options);
  }

  async removeNetwork(name: string, options: CallOptions = {}): Promise<void> {
    await this.#gone(this.#http.call('DELETE', `/networks/${encodeURIComponent(name)}`, { ...options }));
  }

  async removeVolume(name: string, options: CallOptions = {}): Promise<void> {
    await this.#gone(this.#http.call('DELETE', `/volumes/${encodeURIComponent(name)}`, { ...options }));
  }

  createSecret(spec: SecretSpec, bytes: Uint8Array, options: CallOptions = {}): Promise<void> {
    return creation.createSecret(this.#http, { spec, bytes, capabilities: this.capabilities }, options);
  }

  async removeSecret(name: string, options: CallOptions = {}): Promise<void> {
    await this.#gone(this.#http.call('DELETE', `/secrets/${encodeURIComponent(name)}`, { ...options }));
  }

  createPod(spec: PodSpec, options: CallOptions = {}): Promise<Created> {
    return creation.createPod(this.#http, spec, options);
  }

  async startPodInfra(name: string, options: CallOptions = {}): Promise<void> {
    const pod = await this.#http.json<{ InfraContainerID?: string }>(
      'GET',
      `/pods/${encodeURIComponent(name)}/json`,
      { ...options },
    );
    if (pod.InfraContainerID) await this.startContainer(pod.InfraContainerID, options);
  }

  async removePod(name: string, options: CallOptions = {}): Promise<void> {
    await this.#gone(
      this.#http.call('DELETE', `/pods/${encodeURIComponent(name)}`, {
        ...options,
        query: { force: true, timeout: 0 },
      }),
    );
  }

  createContainer(spec: ContainerSpec, options: CallOptions = {}): Promise<Created> {
    return creation.createContainer(this.#http, spec, options);
  }

  initContainer(name: string, options: CallOptions = {}): Promise<void> {
    return initContainer(this.#http, name, options);
  }

  startContainer(name: string, options: CallOptions & MendOptions = {}): Promise<void> {
    return startContainer(this.#http, name, options);
  }

  killContainer(name: string, signal: string, options: CallOptions = {}): Promise<void> {
    return killContainer(this.#http, name, signal, options);
  }

  async stopContainer(name: string, seconds: number, options: CallOptions = {}): Promise<void> {
    await this.#gone(stopContainer(this.#http, name, seconds, options));
  }

  async pauseContainer(name: string, options: CallOptions = {}): Promise<void> {
    await this.#reach(name, 'paused', () => this.#post(name, 'pause', options), options);
  }

  async unpauseContainer(name: string, options: CallOptions = {}): Promise<void> {
    await this.#reach(name, 'running', () => this.#post(name, 'unpause', options), options);
  }

  /** A refusal is none when the container is where the call would have brought it. */
  async #reach(
    name: string,
    wanted: ContainerState,
    call: () => Promise<void>,
    options: CallOptions,
  ): Promise<void> {
    try {
      await call();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const now = await this.inspectContainer(name, options);
      if (now?.state !== wanted) throw error;
    }
  }

  async renameContainer(name: string, newName: string, options: CallOptions = {}): Promise<void> {
    try {
      await this.#http.call('POST', `/containers/${encodeURIComponent(name)}/rename`, {
        ...options,
        query: { name: newName },
      });
    } catch (error) {
      // An earlier try got this far.
      if (!isMissing(error) || !(await this.inspectContainer(newName, options))) throw error;
    }
  }

  async #post(
    name: string,
    verb: string,
    options: CallOptions,
    accept: readonly number[] = [],
  ): Promise<void> {
    await this.#http.call('POST', `/containers/${encodeURIComponent(name)}/${verb}`, { ...options, accept });
  }

  async removeContainer(
    name: string,
    how: { volumes: boolean; force: boolean },
    options: CallOptions = {},
  ): Promise<void> {
    const query = {
      volumes: how.volumes,
      force: how.force,
      ...(how.force ? { timeout: 0 } : {}),
      depend: false,
    };
    await this.#gone(
      this.#http.call('DELETE', `/containers/${encodeURIComponent(name)}`, { ...options, query }),
    );
  }

  async inspectContainer(name: string, options: CallOptions = {}): Promise<ContainerInspect | undefined> {
    try {
      return inspectedContainer(
        await this.#http.json<RawInspect>('GET', `/containers/${encodeURIComponent(name)}/json`, {
          ...options,
        }),
      );
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async waitContainer(name: string, { cleared, ...options }: WaitOptions = {}): Promise<number> {
    const query = { condition: cleared ? ['exited'] : ['exited', 'stopped'], interval: waitInterval };
    const answer = await this.#http.call('POST', `/containers/${encodeURIComponent(name)}/wait`, {
      ...options,
      query,
      deadlineMs: 0,
    });
    return Number.parseInt(answer.text, 10);
  }

  async runHealthcheck(name: string, options: CallOptions = {}): Promise<HealthState> {
    const path = `/containers/${encodeURIComponent(name)}`;
    // The call's own status is that of one run; the container's, with retries and start period, is in its state.
    await this.#http.call('GET', `${path}/healthcheck`, { ...options, deadlineMs: 0, accept: [409, 500] });
    const inspect = await this.#http.json<RawInspect>('GET', `${path}/json`, { ...options });
    return healthOf(inspect.State.Health ?? inspect.State.Healthcheck);
  }

  execInContainer(name: string, request: ExecRequest, options: CallOptions = {}): Promise<ExecResult> {
    return streams.exec(this.#http, name, request, options);
  }

  async mountContainer(name: string, options: CallOptions = {}): Promise<string> {
    const { text } = await this.#http.call('POST', `/containers/${encodeURIComponent(name)}/mount`, options);
    return text.startsWith('"') ? (JSON.parse(text) as string) : text.trim();
  }

  async unmountContainer(name: string, options: CallOptions = {}): Promise<void> {
    await this.#post(name, 'unmount', options);
  }

  attachContainer(name: string, options: CallOptions = {}): Promise<AsyncIterable<LogLine>> {
    return streams.attach(this.#http, name, options);
  }

  logs(name: string, log: LogOptions, options: CallOptions = {}): AsyncIterable<LogLine> {
    return streams.logs(this.#http, name, log, options);
  }

  events(
    filters: Filters,
    options: CallOptions & { since?: string; until?: string } = {},
  ): AsyncIterable<EngineEvent> {
    return streams.events(this.#http, filters, options);
  }

  pullImage(request: PullRequest, options: CallOptions = {}): Promise<{ id: string }> {
    return images.pull(this.#http, request, options);
  }

  pushImage(reference: string, options: CallOptions & PushOptions = {}): Promise<void> {
    return images.push(this.#http, reference, options);
  }

  async inspectImage(reference: string, options: CallOptions = {}): Promise<ObservedImage | undefined> {
    try {
      return inspectedImage(
        await this.#http.json<RawImage>('GET', `/images/${encodeURIComponent(reference)}/json`, {
          ...options,
        }),
      );
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async imageExists(reference: string, options: CallOptions = {}): Promise<boolean> {
    const answer = await this.#http.call('GET', `/images/${encodeURIComponent(reference)}/exists`, {
      ...options,
      accept: [404],
    });
    return answer.status === 204;
  }

  async tagImage(reference: string, newReference: string, options: CallOptions = {}): Promise<void> {
    await this.#http.call('POST', `/images/${encodeURIComponent(reference)}/tag`, {
      ...options,
      query: images.splitReference(newReference),
    });
  }

  async untagImage(name: string, options: CallOptions = {}): Promise<void> {
    await this.#http.call('POST', `/images/${encodeURIComponent(name)}/untag`, {
      ...options,
      query: images.splitReference(name),
    });
  }

  async removeImage(reference: string, options: images.RemoveImage = {}): Promise<void> {
    await this.#gone(images.remove(this.#http, reference, options));
  }

  loadImage(tar: AsyncIterable<Uint8Array>, options: CallOptions = {}): Promise<readonly string[]> {
    return images.load(this.#http, tar, options);
  }

  /** "Not there" is what removing wants. */
  async #gone(call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  close(): Promise<void> {
    this.#http.close();
    return Promise.resolve();
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
