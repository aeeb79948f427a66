/** The project's pod: what it shares, publishes and answers to, and whether the one that runs will do. */
import { digestOf } from '../base/digest.ts';
import type { Loaded, Service } from '../compose/types.ts';
import type { NetworkAttachment, PodSpec } from '../podman/spec.ts';
import type { Capabilities, ObservedPod } from '../podman/types.ts';
import { containerName, labels, podName } from './names.ts';
import type { Placements } from './placement.ts';
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
  const base = {
    name: podName(project.name),
    labels: { [labels.own]: project.name, [labels.podWorkingDir]: workingDir },
  };
  const shared: Omit<PodSpec, 'name' | 'labels'> =
    members.length === 0
      ? { no_infra: true, shared_namespaces: [] }
      : sharedSpec(loaded, placements, members, capabilities);
  const names = Object.fromEntries(members.map((name) => [name, shortDigest(namesOf(loaded, name))]));
  const hashed = {
    ...shared,
    Networks: Object.keys(shared.Networks ?? {}),
    hostadd: hostEntries(placements.pod.extra_hosts),
  };
  const spec: PodSpec = {
    ...base,
    ...shared,
    labels: { ...base.labels, [labels.podHash]: digestOf(hashed), [labels.members]: JSON.stringify(names) },
  };
  return { spec, members };
}

function sharedSpec(
  loaded: Pick<Loaded, 'project'>,
  placements: Placements,
  members: readonly string[],
  capabilities: Capabilities,
): Omit<PodSpec, 'name' | 'labels'> {
  const { project } = loaded;
  const answers = [...new Set(members.flatMap((name) => namesOf(loaded, name)))].sort();
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

/** What a member answers to: its name, its container's, its aliases, its hostname, and what others link to it as. */
function namesOf({ project }: Pick<Loaded, 'project'>, name: string): string[] {
  const service = project.services[name] as Service;
  const aliases = Object.values(service.networks ?? {}).flatMap((network) => network?.aliases ?? []);
  const linked = Object.values(project.services).flatMap((other) =>
    (other.links ?? []).flatMap((link) => {
      const [target, alias] = link.split(':');
      return target === name && alias !== undefined ? [alias] : [];
    }),
  );
  const hostname = service.hostname === undefined ? [] : [service.hostname];
  return [...new Set([name, containerName(project, name, 1), ...aliases, ...hostname, ...linked])].sort();
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

/** Why the running pod must be made anew; undefined: it will do. */
export function podChange(pod: ObservedPod, wanted: PodPlan): string | undefined {
  const before = podMembers(pod);
  if (!before) return 'it was made by another version';
  if (before.size === 0 && wanted.members.length > 0) return 'services now share its network';
  const hash = wanted.spec.labels[labels.podHash];
  if (pod.labels[labels.podHash] !== hash) return 'its published ports, networks or name servers changed';
  const names = JSON.parse(wanted.spec.labels[labels.members] ?? '{}') as Record<string, string>;
  for (const [name, digest] of Object.entries(names)) {
    if (before.has(name) && before.get(name) !== digest) return `the names that ${name} answers to changed`;
  }
  return undefined;
}
