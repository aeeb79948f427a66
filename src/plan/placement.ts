/**
 * Where each service runs: in the pod's network namespace, in the pod with a namespace of its own, or outside the pod.
 * The pod takes the settings that most services ask for; who asks for others gets its own.
 */
import { canonicalJson } from '../base/digest.ts';
import type { Span } from '../base/span.ts';
import type { Project, Provenance, Service } from '../compose/types.ts';
import type { Observed } from '../podman/types.ts';
import { replicas, startOrder } from './model.ts';
import { imageName, podName } from './names.ts';
import type { Placement } from './types.ts';

export interface PlacementInput {
  readonly project: Project;
  readonly provenance: Provenance;
  readonly observed: Observed;
  readonly scale: Readonly<Record<string, number>>;
  /** Services that the running pod was made for; undefined when there is none. */
  readonly members: ReadonlySet<string> | undefined;
}

export interface Placements {
  readonly byService: ReadonlyMap<string, Placement>;
  readonly usesPod: boolean;
  /** What the pod's members agree on. */
  readonly pod: NetworkWishes;
}

/** What a service asks of its network namespace as a whole. */
export interface NetworkWishes {
  readonly networks: readonly string[];
  readonly dns: readonly string[];
  readonly dns_search: readonly string[];
  readonly dns_opt: readonly string[];
  readonly extra_hosts: readonly string[];
  readonly sysctls: Readonly<Record<string, string>>;
}

const none: NetworkWishes = {
  networks: [],
  dns: [],
  dns_search: [],
  dns_opt: [],
  extra_hosts: [],
  sysctls: {},
};

export function place(input: PlacementInput): Placements {
  return new Placer(input).place();
}

export function inPod(project: Project): boolean {
  const podman = project['x-podman'] as { in_pod?: boolean | string } | undefined;
  const written = podman?.in_pod;
  return written !== false && String(written).toLowerCase() !== 'false';
}

/** What of a service's `x-podman` says where it is. */
interface PodmanOwn {
  readonly share_network?: boolean;
  readonly no_hosts?: boolean | string;
  readonly uidmaps?: readonly string[];
  readonly gidmaps?: readonly string[];
}

class Placer {
  readonly #input: PlacementInput;
  readonly #placed = new Map<string, Placement>();

  constructor(input: PlacementInput) {
    this.#input = input;
  }

  place(): Placements {
    const { project } = this.#input;
    const usesPod = inPod(project);
    const sequence = this.#sequence();
    if (!usesPod) {
      for (const name of sequence)
        this.#set(name, 'outside', 'the project asks for no pod (x-podman.in_pod)');
      return { byService: this.#placed, usesPod, pod: none };
    }
    for (const name of sequence) this.#placeByItself(name);
    const wishes = this.#agree(sequence.filter((name) => !this.#placed.has(name)));
    for (const name of sequence) if (!this.#placed.has(name)) this.#placeByWishes(name, wishes);
    this.#placeByPorts(sequence);
    this.#placeNewcomers(sequence);
    this.#placeSharers(sequence);
    this.#followOutsiders(sequence);
    return { byService: this.#placed, usesPod, pod: wishes };
  }

  /** Start order, members of a running pod first: a newcomer must not push out who is there. */
  #sequence(): string[] {
    const all = startOrder(this.#input.project);
    const { members } = this.#input;
    return members
      ? [...all.filter((name) => members.has(name)), ...all.filter((name) => !members.has(name))]
      : all;
  }

  #service(name: string): Service {
    return this.#input.project.services[name] as Service;
  }

  #source(name: string, ...path: (string | number)[]): Span | undefined {
    return this.#input.provenance.find(['services', name, ...path]);
  }

  #set(name: string, kind: Placement['kind'], reason: string, source?: Span): void {
    this.#placed.set(name, { service: name, kind, reason, ...(source ? { source } : {}) });
  }

  /** Reasons that lie in the service alone. */
  #placeByItself(name: string): void {
    const service = this.#service(name);
    const own = (reason: string, ...path: string[]): void =>
      this.#set(name, 'own', reason, this.#source(name, ...path));
    const podman = service['x-podman'] as PodmanOwn | undefined;
    const maps = (['uidmaps', 'gidmaps'] as const).find((key) => podman?.[key] !== undefined);
    if (service.userns_mode && service.userns_mode !== 'host') {
      this.#set(
        name,
        'outside',
        `userns_mode ${service.userns_mode} cannot be had inside a pod`,
        this.#source(name, 'userns_mode'),
      );
    } else if (maps) {
      const reason = `x-podman.${maps} cannot be had inside a pod`;
      this.#set(name, 'outside', reason, this.#source(name, 'x-podman', maps));
    } else if (String(podman?.no_hosts ?? false) === 'true') {
      // Podman 5 gives one to every member of a pod that has an infra container.
      const reason = 'x-podman.no_hosts cannot be had inside a pod';
      this.#set(name, 'outside', reason, this.#source(name, 'x-podman', 'no_hosts'));
    } else if (this.#joinsOutsider(name, service)) return;
    else if (podman?.share_network === false)
      own('the service asks for it (x-podman.share_network)', 'x-podman');
    else if (this.#sharesWith(service) !== undefined) return;
    else if (service.network_mode) own(`network_mode ${service.network_mode}`, 'network_mode');
    else if (replicas(service, name, this.#input.scale) > 1)
      own('more than one replica', service.scale === undefined ? 'deploy' : 'scale');
    else if (service.mac_address) own('a MAC address of its own', 'mac_address');
    else if (this.#hasStaticNetwork(name, service)) return;
  }

  /** A member of a pod cannot join a namespace of a container that is none: `container:NAME` puts the service beside it. */
  #joinsOutsider(name: string, service: Service): boolean {
    const { project, observed } = this.#input;
    const pod = observed.pods.find((candidate) => candidate.name === podName(project.name));
    for (const key of ['network_mode', 'pid', 'ipc'] as const) {
      const target = /^container:(.+)$/.exec(service[key] ?? '')?.[1];
      if (target === undefined) continue;
      const there = observed.containers.find((one) => one.name === target || one.id.startsWith(target));
      const isMember = there?.podId !== undefined && there.podId === pod?.id;
      if (isMember) continue;
      this.#set(name, 'outside', `${key} ${service[key]} is outside the pod`, this.#source(name, key));
      return true;
    }
    return false;
  }

  /** Who shares a namespace with a service outside the pod is outside as well. */
  #followOutsiders(sequence: readonly string[]): void {
    for (const name of sequence) {
      for (const key of ['pid', 'ipc'] as const) {
        const target = /^service:(.+)$/.exec(this.#service(name)[key] ?? '')?.[1];
        if (target === undefined || this.#placed.get(target)?.kind !== 'outside') continue;
        if (this.#placed.get(name)?.kind === 'outside') continue;
        const reason = `shares ${key} with ${target}, which is outside the pod`;
        this.#set(name, 'outside', reason, this.#source(name, key));
      }
    }
  }

  #hasStaticNetwork(name: string, service: Service): boolean {
    for (const [network, attachment] of Object.entries(service.networks ?? {})) {
      const key = (
        [
          'ipv4_address',
          'ipv6_address',
          'mac_address',
          'interface_name',
          'link_local_ips',
          'driver_opts',
        ] as const
      ).find((candidate) => attachment?.[candidate] !== undefined);
      if (key === undefined) continue;
      this.#set(name, 'own', `${key} on network ${network}`, this.#source(name, 'networks', network, key));
      return true;
    }
    return false;
  }

  /** The service whose namespace this one joins (`network_mode: service:x`). */
  #sharesWith(service: Service): string | undefined {
    return /^service:(.+)$/.exec(service.network_mode ?? '')?.[1];
  }

  /** The wishes that most candidates share; of equals those that come first. */
  #agree(candidates: readonly string[]): NetworkWishes {
    const counts = new Map<string, { wishes: NetworkWishes; count: number }>();
    for (const name of candidates) {
      if (this.#sharesWith(this.#service(name)) !== undefined) continue;
      const wishes = wishesOf(this.#service(name));
      const key = canonicalJson(wishes);
      const entry = counts.get(key) ?? { wishes, count: 0 };
      entry.count += 1;
      counts.set(key, entry);
    }
    let best: { wishes: NetworkWishes; count: number } = { wishes: none, count: 0 };
    for (const entry of counts.values()) if (entry.count > best.count) best = entry;
    return best.wishes;
  }

  #placeByWishes(name: string, pod: NetworkWishes): void {
    const service = this.#service(name);
    if (this.#sharesWith(service) !== undefined) return;
    const own = wishesOf(service);
    for (const key of ['networks', 'dns', 'dns_search', 'dns_opt', 'extra_hosts', 'sysctls'] as const) {
      if (canonicalJson(own[key]) === canonicalJson(pod[key])) continue;
      const reason =
        key === 'networks'
          ? `its networks (${own.networks.join(', ')}) are not the pod's (${pod.networks.join(', ')})`
          : `its ${key} differ from the pod's`;
      this.#set(name, 'own', reason, this.#source(name, key));
      return;
    }
    this.#set(name, 'pod', "shares the pod's network");
  }

  /** Of two members that claim one container port the first keeps it. */
  #placeByPorts(sequence: readonly string[]): void {
    const claimed = new Map<string, string>();
    for (const name of sequence) {
      if (this.#placed.get(name)?.kind !== 'pod') continue;
      const claims = this.#claims(name);
      const clash = claims.find((claim) => claimed.has(claim.port));
      if (clash)
        this.#set(
          name,
          'own',
          `port ${clash.port} is already taken in the pod by ${claimed.get(clash.port)}`,
          clash.source,
        );
      else for (const claim of claims) claimed.set(claim.port, name);
    }
  }

  #claims(name: string): { port: string; source: Span | undefined }[] {
    const service = this.#service(name);
    const claims: { port: string; source: Span | undefined }[] = [];
    (service.ports ?? []).forEach((port, index) => {
      claims.push({
        port: `${port.target}/${port.protocol ?? 'tcp'}`,
        source: this.#source(name, 'ports', index),
      });
    });
    (service.expose ?? []).forEach((port, index) => {
      for (const single of expandExposed(String(port)))
        claims.push({ port: single, source: this.#source(name, 'expose', index) });
    });
    const image = this.#input.observed.images[imageName(this.#input.project, name, service)];
    for (const port of image?.exposedPorts ?? []) {
      for (const single of expandExposed(port))
        claims.push({ port: single, source: this.#source(name, service.image ? 'image' : 'build') });
    }
    const seen = new Set<string>();
    return claims.filter((claim) => !seen.has(claim.port) && seen.add(claim.port));
  }

  /** The names that a running pod answers to are fixed: who joins later gets a namespace of its own, and nobody is disturbed. */
  #placeNewcomers(sequence: readonly string[]): void {
    const { members } = this.#input;
    if (!members) return;
    for (const name of sequence) {
      if (members.has(name) || this.#placed.get(name)?.kind !== 'pod') continue;
      this.#set(name, 'own', 'it is newer than the running pod, which goes on undisturbed');
    }
  }

  /** Who joins another service's namespace is where that one is. */
  #placeSharers(sequence: readonly string[]): void {
    for (const name of sequence) {
      const target = this.#sharesWith(this.#service(name));
      if (target === undefined || this.#placed.has(name)) continue;
      const there = this.#placed.get(target);
      const source = this.#source(name, 'network_mode');
      if (there?.kind === 'pod')
        this.#set(name, 'pod', `shares the network of ${target}, which is the pod's`, source);
      else
        this.#set(
          name,
          there?.kind === 'outside' ? 'outside' : 'own',
          `shares the network of ${target}`,
          source,
        );
    }
  }
}

export function wishesOf(service: Service): NetworkWishes {
  const sysctls = Object.entries(service.sysctls ?? {}).filter(([key]) => key.startsWith('net.'));
  return {
    networks: Object.keys(service.networks ?? {}).sort(),
    dns: service.dns ?? [],
    dns_search: service.dns_search ?? [],
    dns_opt: service.dns_opt ?? [],
    extra_hosts: service.extra_hosts ?? [],
    sysctls: Object.fromEntries(sysctls),
  };
}

/** "80", "80/udp", "8000-8002" -> one entry per port with its protocol. */
export function expandExposed(port: string): string[] {
  const match = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(port);
  if (!match) return [];
  const from = Number(match[1]);
  const to = Number(match[2] ?? from);
  // An image may say `53/UDP`.
  const protocol = (match[3] ?? 'tcp').toLowerCase();
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => `${from + i}/${protocol}`);
}
