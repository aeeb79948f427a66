/** The project's pod: what it shares, publishes and answers to, and whether the one that runs will do. */
import type { Loaded, Project, Service } from '../compose/types.ts';
import type { NetworkAttachment, PodSpec } from '../podman/spec.ts';
import type { Capabilities, ObservedPod } from '../podman/types.ts';
import { changedAttributes } from './config-hash.ts';
import { containerName, labels, podName } from './names.ts';
import { type NetworkWishes, type Placements, wishesOf } from './placement.ts';
import { portsOf } from './port-choice.ts';
import { shortDigest } from './spec/container.ts';
import { compact } from './spec/context.ts';
import { hostEntries, portMapping } from './spec/network.ts';

export interface PodPlan {
  readonly spec: PodSpec;
  /** Services that share its network, sorted. */
  readonly members: readonly string[];
}

/** The pod that the project asks for; undefined when it asks for none. */
export function podPlan(
  loaded: Pick<Loaded, 'project' | 'workingDir'>,
  placements: Placements,
  capabilities: Capabilities,
): PodPlan | undefined {
  if (!placements.usesPod) return undefined;
  const { project, workingDir } = loaded;
  const members = [...placements.byService.values()]
    .filter(({ kind }) => kind === 'pod')
    .map(({ service }) => service)
    .sort();
  const names = namesOf(project, members);
  const base = {
    name: podName(project.name),
    labels: { [labels.own]: project.name, [labels.podWorkingDir]: workingDir },
  };
  const shared: Omit<PodSpec, 'name' | 'labels'> =
    members.length === 0
      ? { no_infra: true, shared_namespaces: [] }
      : sharedSpec(loaded, placements, members, names, capabilities);
  const digests = [...names].map(([name, own]) => [name, shortDigest(own)]);
  const fixed = fixedDigests(loaded, placements, members, shared);
  const spec: PodSpec = {
    ...base,
    ...shared,
    labels: {
      ...base.labels,
      [labels.podDigests]: JSON.stringify(fixed),
      [labels.members]: JSON.stringify(Object.fromEntries(digests)),
    },
  };
  return { spec, members };
}

/** What is fixed when a pod is made, each digested by itself, so that a change can be named: "ports web", "dns". */
function fixedDigests(
  { project }: Pick<Loaded, 'project'>,
  placements: Placements,
  members: readonly string[],
  { portmappings, Networks, hostadd, ...rest }: Omit<PodSpec, 'name' | 'labels'>,
): Record<string, string> {
  const ports = members.map((name): [string, readonly unknown[]] => [
    `ports ${name}`,
    portsOf(project, name).map(portMapping),
  ]);
  const others = {
    ...rest,
    networks: Object.keys(Networks ?? {}),
    extra_hosts: hostEntries(placements.pod.extra_hosts),
  };
  const entries = [...ports.filter(([, list]) => list.length > 0), ...Object.entries(others)];
  return Object.fromEntries(entries.map(([key, value]) => [key, shortDigest(value)]));
}

function sharedSpec(
  loaded: Pick<Loaded, 'project'>,
  placements: Placements,
  members: readonly string[],
  names: ReadonlyMap<string, readonly string[]>,
  capabilities: Capabilities,
): Omit<PodSpec, 'name' | 'labels'> {
  const { project } = loaded;
  const answers = [...new Set([...names.values()].flat())].sort();
  const networks: Record<string, NetworkAttachment> = {};
  placements.pod.networks.forEach((key, index) => {
    networks[project.networks?.[key]?.name ?? key] = { aliases: answers, interface_name: `eth${index}` };
  });
  const entries = placements.pod.extra_hosts.filter(
    (entry) => capabilities.has.hostGateway || !entry.endsWith('=host-gateway'),
  );
  return compact({
    shared_namespaces: ['net'],
    portmappings: members.flatMap((name) => portsOf(project, name).map(portMapping)),
    netns: { nsmode: 'bridge' },
    Networks: networks,
    hostadd: [...answers.map((name) => `${name}:127.0.0.1`), ...hostEntries(entries)],
    dns_server: placements.pod.dns,
    dns_search: placements.pod.dns_search,
    dns_option: placements.pod.dns_opt,
    sysctl: placements.pod.sysctls,
  });
}

/** What each member answers to: its name, its container's, its aliases, its hostname, and what others link to it as; sorted. */
function namesOf(project: Project, members: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const linked = new Map<string, string[]>();
  for (const { links = [] } of Object.values(project.services)) {
    for (const link of links) {
      const [target = '', alias] = link.split(':');
      if (alias !== undefined) linked.set(target, [...(linked.get(target) ?? []), alias]);
    }
  }
  return new Map(
    members.map((name) => {
      const { networks = {}, hostname } = project.services[name] as Service;
      const aliases = Object.values(networks).flatMap((network) => network?.aliases ?? []);
      const own = [name, containerName(project, name, 1), ...(hostname === undefined ? [] : [hostname])];
      return [name, [...new Set([...own, ...aliases, ...(linked.get(name) ?? [])])].sort()];
    }),
  );
}

/** Services that a running pod was made for, with the digest of each one's names. */
export function podMembers(pod: ObservedPod | undefined): ReadonlyMap<string, string> | undefined {
  const text = pod?.labels[labels.members];
  if (text === undefined) return undefined;
  try {
    return new Map(Object.entries(JSON.parse(text) as Record<string, string>));
  } catch {
    return undefined;
  }
}

export interface PodChange {
  readonly text: string;
  /** Where the file says it. */
  readonly path?: readonly string[];
}

/** Why the running pod must be made anew; undefined: it will do. */
export function podChange(pod: ObservedPod, wanted: PodPlan, project: Project): PodChange | undefined {
  const before = podMembers(pod);
  const changed = changedAttributes(pod.labels[labels.podDigests], digestsIn(wanted, labels.podDigests));
  if (!before || !changed) return { text: 'it was made by another version' };
  if (before.size === 0 && wanted.members.length > 0) return { text: 'services now share its network' };
  if (before.size > 0 && wanted.members.length === 0)
    return { text: 'none of its services shares its network any more' };
  const [first] = changed;
  if (first !== undefined) return changeOf(first, wanted.members, project);
  for (const [name, digest] of Object.entries(digestsIn(wanted, labels.members))) {
    if (before.has(name) && before.get(name) !== digest)
      return { text: `the names that ${name} answers to changed`, path: ['services', name, 'networks'] };
  }
  return undefined;
}

function digestsIn({ spec }: PodPlan, label: string): Record<string, string> {
  return JSON.parse(spec.labels[label] ?? '{}') as Record<string, string>;
}

/** Podman's words for what the file calls otherwise. */
const written: Readonly<Record<string, keyof NetworkWishes>> = {
  dns_server: 'dns',
  dns_search: 'dns_search',
  dns_option: 'dns_opt',
  extra_hosts: 'extra_hosts',
  networks: 'networks',
  sysctl: 'sysctls',
};

function changeOf(key: string, members: readonly string[], { services }: Project): PodChange {
  const service = /^ports (.+)$/.exec(key)?.[1];
  if (service !== undefined)
    return { text: `the ports that ${service} publishes changed`, path: ['services', service, 'ports'] };
  const attribute = written[key];
  const [anyone] = members;
  if (attribute === undefined || anyone === undefined) return { text: `its ${key} changed` };
  // What a pod shares, its members agree on: each of them that asks for it says the same.
  const asking = members.filter(
    (name) => Object.keys(wishesOf(services[name] as Service)[attribute]).length > 0,
  );
  const [first, ...others] = asking;
  if (first === undefined)
    return { text: `no service asks for its ${attribute} any more`, path: ['services', anyone] };
  const who = others.length === 0 ? `${first} asks` : `${first} and ${moreThan(others)} ask`;
  return { text: `the ${attribute} that ${who} for changed`, path: ['services', first, attribute] };
}

function moreThan([second, ...rest]: readonly string[]): string {
  return rest.length === 0 ? (second ?? '') : `${rest.length + 1} others`;
}
