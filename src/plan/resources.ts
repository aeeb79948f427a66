/** Networks, volumes, secrets and configs: what must be made before containers, and what must be there already. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { FileObject, Network, Volume } from '../compose/types.ts';
import type { NetworkSpec } from '../podman/spec.ts';
import type { ObservedVolume } from '../podman/types.ts';
import { type PlanBuilder, sourced } from './builder.ts';
import type { PlanInput } from './inputs.ts';
import { composeVersion, labels } from './names.ts';
import { shortDigest } from './spec/container.ts';
import { emptyDigest, objectName } from './spec/mounts.ts';
import type { ActionId } from './types.ts';
import { volumeWarning } from './volume-differences.ts';

export interface ResourcePlan {
  /** What a container that uses the thing must wait for, by "network KEY", "volume KEY", "secrets KEY", "configs KEY". */
  readonly needs: ReadonlyMap<string, ActionId>;
  /** Networks whose definition changed: containers on them are made anew. By key. */
  readonly changedNetworks: ReadonlySet<string>;
  readonly problems: readonly Diagnostic[];
}

export interface ResourceOptions {
  readonly ignoreVolumeConfig: boolean;
  readonly takeOver: boolean;
  /** Keys that the selected services use. */
  readonly used: ReadonlySet<string>;
}

export function planResources(
  input: PlanInput,
  options: ResourceOptions,
  builder: PlanBuilder,
): ResourcePlan {
  return new Resources(input, options, builder).plan();
}

class Resources {
  readonly #input: PlanInput;
  readonly #options: ResourceOptions;
  readonly #builder: PlanBuilder;
  readonly #needs = new Map<string, ActionId>();
  readonly #changed = new Set<string>();
  readonly #problems: Diagnostic[] = [];

  constructor(input: PlanInput, options: ResourceOptions, builder: PlanBuilder) {
    this.#input = input;
    this.#options = options;
    this.#builder = builder;
  }

  plan(): ResourcePlan {
    const { project } = this.#input.loaded;
    for (const [key, network] of Object.entries(project.networks ?? {}))
      if (this.#used(`network ${key}`)) this.#network(key, network);
    for (const [key, volume] of Object.entries(project.volumes ?? {}))
      if (this.#used(`volume ${key}`)) this.#volume(key, volume);
    for (const section of ['secrets', 'configs'] as const) {
      for (const [key, object] of Object.entries(project[section] ?? {}))
        if (this.#used(`${section} ${key}`)) this.#object(section, key, object);
    }
    return { needs: this.#needs, changedNetworks: this.#changed, problems: this.#problems };
  }

  #used(key: string): boolean {
    return this.#options.used.has(key);
  }

  #problem(code: Diagnostic['code'], message: string, path: readonly string[], hint: string): void {
    const span = this.#input.loaded.provenance.find(path);
    this.#problems.push({ code, severity: 'error', message, hint, ...(span ? { span } : {}) });
  }

  #network(key: string, network: Network): void {
    const { loaded, observed } = this.#input;
    const found = observed.networks.find(({ name }) => name === network.name);
    if (network.external) {
      if (!found)
        this.#problem(
          'E_EXTERNAL_MISSING',
          `external network "${network.name}" does not exist`,
          ['networks', key],
          `create it with: podman network create ${network.name}`,
        );
      return;
    }
    const source = loaded.provenance.find(['networks', key]);
    const spec = networkSpec(loaded.project.name, key, network);
    const add = (reason: string, needs: readonly ActionId[]): void => {
      const id = this.#builder.add({
        kind: 'network.create',
        id: `network.create/${network.name}`,
        needs,
        reason,
        spec,
        ...sourced(source),
      });
      this.#needs.set(`network ${key}`, id);
    };
    if (!found) {
      add('not found', []);
      return;
    }
    const owner = found.labels[labels.project] ?? found.labels[labels.own];
    if (owner !== loaded.project.name && !this.#options.takeOver) {
      const whose = owner === undefined ? 'was not made by a compose tool' : `belongs to project "${owner}"`;
      this.#problem(
        'E_CONFLICT',
        `network "${network.name}" exists and ${whose}`,
        ['networks', key],
        'set external: true to use it, or give it another name',
      );
      return;
    }
    if (found.labels[labels.digest] === spec.labels[labels.digest]) return;
    this.#changed.add(key);
    const removed = this.#builder.add({
      kind: 'network.remove',
      id: `network.remove/${network.name}`,
      needs: [],
      reason: 'its definition changed',
      name: network.name,
      ...sourced(source),
    });
    add('its definition changed', [removed]);
  }

  #volume(key: string, volume: Volume): void {
    const { loaded, observed } = this.#input;
    const found = observed.volumes.find(({ name }) => name === volume.name);
    if (volume.external) {
      if (!found)
        this.#problem(
          'E_EXTERNAL_MISSING',
          `external volume "${volume.name}" does not exist`,
          ['volumes', key],
          `create it with: podman volume create ${volume.name}`,
        );
      return;
    }
    const digest = shortDigest({ driver: volume.driver ?? 'local', options: volume.driver_opts ?? {} });
    if (!found) {
      const spec = {
        name: volume.name,
        ...(volume.driver ? { driver: volume.driver } : {}),
        ...(volume.driver_opts ? { options: volume.driver_opts } : {}),
        labels: {
          ...volume.labels,
          ...ownLabels(loaded.project.name),
          [labels.volume]: key,
          [labels.version]: composeVersion,
          [labels.digest]: digest,
        },
      };
      const source = loaded.provenance.find(['volumes', key]);
      const id = this.#builder.add({
        kind: 'volume.create',
        id: `volume.create/${volume.name}`,
        needs: [],
        reason: 'not found',
        spec,
        ...sourced(source),
      });
      this.#needs.set(`volume ${key}`, id);
      return;
    }
    if (!this.#options.ignoreVolumeConfig) this.#checkVolume(key, volume, found, digest);
  }

  #checkVolume(key: string, volume: Volume, found: ObservedVolume, digest: string): void {
    const { project, provenance } = this.#input.loaded;
    const before = found.labels[labels.digest];
    if (before !== undefined && before !== digest)
      this.#problem(
        'E_CONFLICT',
        `volume "${volume.name}" exists with another driver or other options`,
        ['volumes', key],
        'a volume is never made anew by itself: remove it, rename it, or pass --ignore-volume-config',
      );
    const warning = volumeWarning({ project: project.name, provenance }, key, volume, found);
    if (warning) this.#problems.push(warning);
  }

  #object(section: 'secrets' | 'configs', key: string, object: FileObject): void {
    const { loaded, observed } = this.#input;
    const name = objectName(section, object);
    const found = observed.secrets.find((secret) => secret.name === name);
    if (object.external) {
      if (!found)
        this.#problem(
          'E_EXTERNAL_MISSING',
          `external ${section === 'secrets' ? 'secret' : 'config'} "${name}" does not exist`,
          [section, key],
          `create it with: podman secret create ${name} FILE`,
        );
      return;
    }
    const content = loaded.digests[section][key];
    // Podman has no empty secrets: an empty file is mounted in its stead.
    if (content === emptyDigest) return;
    const digest = shortDigest([loaded.project.name, key, content ?? null]);
    if (found?.labels[labels.digest] === digest && content !== undefined) return;
    if (found && found.labels[labels.own] !== loaded.project.name && !this.#options.takeOver) {
      this.#problem(
        'E_CONFLICT',
        `the secret name "${name}" is taken by somebody else's secret`,
        [section, key],
        `remove it with: podman secret rm ${name}`,
      );
      return;
    }
    // The engine replaces only what is ours.
    const isForeign = found !== undefined && found.labels[labels.own] !== loaded.project.name;
    const removed = isForeign ? [this.#removeSecret(name)] : [];
    const id = this.#builder.add({
      kind: 'secret.create',
      id: `secret.create/${name}`,
      needs: removed,
      reason: found ? 'its content changed' : 'not found',
      spec: {
        name,
        labels: { ...object.labels, ...ownLabels(loaded.project.name), [labels.digest]: digest },
      },
      from: { section, key },
      ...sourced(loaded.provenance.find([section, key])),
    });
    this.#needs.set(`${section} ${key}`, id);
  }

  #removeSecret(name: string): ActionId {
    return this.#builder.add({
      kind: 'secret.remove',
      id: `secret.remove/${name}`,
      needs: [],
      reason: 'it is taken over',
      name,
    });
  }
}

function ownLabels(project: string): Record<string, string> {
  return { [labels.project]: project, [labels.podmanProject]: project, [labels.own]: project };
}

function networkSpec(project: string, key: string, network: Network): NetworkSpec {
  const own = (network['x-podman'] ?? {}) as {
    disable_dns?: boolean;
    dns?: readonly string[];
    routes?: readonly unknown[];
  };
  const { dns, routes } = own;
  const subnets = (network.ipam.config ?? []).flatMap((pool) =>
    pool.subnet === undefined
      ? []
      : [
          {
            subnet: pool.subnet,
            ...(pool.gateway ? { gateway: pool.gateway } : {}),
            ...(pool.ip_range ? { lease_range: leaseRange(pool.ip_range) } : {}),
          },
        ],
  );
  const ipam = network.ipam.driver;
  const spec = {
    name: network.name,
    driver: network.driver ?? 'bridge',
    ...(network.driver_opts ? { options: network.driver_opts } : {}),
    ...(subnets.length > 0 ? { subnets } : {}),
    ...(ipam === undefined || ipam === 'default' ? {} : { ipam_options: { driver: ipam } }),
    ...(network.internal ? { internal: true } : {}),
    ...(network.enable_ipv6 ? { ipv6_enabled: true } : {}),
    dns_enabled: String(own.disable_dns ?? false) !== 'true',
    ...(dns ? { network_dns_servers: dns } : {}),
    ...(routes ? { routes: routes.map(routeOf) } : {}),
  };
  const digest = shortDigest(network.labels ? { ...spec, labels: network.labels } : spec);
  return {
    ...spec,
    labels: {
      ...network.labels,
      ...ownLabels(project),
      [labels.network]: key,
      [labels.version]: composeVersion,
      [labels.digest]: digest,
    },
  };
}

/** "DESTINATION,GATEWAY[,METRIC]" as on the command line, or the mapping that the API takes. */
function routeOf(route: unknown): unknown {
  if (typeof route !== 'string') return route;
  const [destination, gateway, metric] = route.split(',');
  return { destination, gateway, ...(metric ? { metric: Number(metric) } : {}) };
}

/** First and last address of a range in CIDR form; IPv4 only, others are left to Podman. */
function leaseRange(cidr: string): { start_ip?: string; end_ip?: string } {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (!match) return {};
  const address = match.slice(1, 5).reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(match[5]));
  const start = Math.floor(address / size) * size;
  const text = (value: number): string =>
    [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
  return { start_ip: text(start + 1), end_ip: text(start + size - 2) };
}
