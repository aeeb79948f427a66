/** A container's network namespace, names and published ports, by where it is placed. */
import type { Port, ServiceNetwork } from '../../compose/types.ts';
import type { ContainerSpec, NetworkAttachment, PortMapping } from '../../podman/spec.ts';
import { refuse, type SpecContext, warn } from './context.ts';

/** @param container - the container's own name, e.g. "shop-web-1" */
export function networkSpec(context: SpecContext, container: string): Partial<ContainerSpec> {
  const { placement, service } = context;
  refusePorts(context);
  if (placement.kind === 'pod') return memberSpec(context);
  const mode = networkMode(context);
  if (mode) return { netns: mode, ...modeSpec(context, mode.nsmode), ...namespaces(context) };
  return {
    netns: { nsmode: 'bridge' },
    Networks: attachments(context, container),
    portmappings: (service.ports ?? []).map(portMapping),
    ...hostnameSpec(context),
    hostadd: hosts(context),
    dns_server: service.dns ?? [],
    dns_search: service.dns_search ?? [],
    dns_option: service.dns_opt ?? [],
    sysctl: service.sysctls ?? {},
    expose: exposed(context),
    ...namespaces(context),
  };
}

/** The pod has the network and its settings; what is not of the network stays with the container. */
function memberSpec(context: SpecContext): Partial<ContainerSpec> {
  const { service, capabilities } = context;
  (service.extra_hosts ?? []).forEach((entry, index) => {
    if (!capabilities.has.hostGateway && entry.endsWith('=host-gateway'))
      warn(
        context,
        ['extra_hosts', index],
        `host-gateway needs Podman 4.7; this is ${capabilities.version}: the name is left out`,
        'use the name host.containers.internal, which Podman provides',
      );
  });
  const sysctl = Object.entries(service.sysctls ?? {}).filter(([key]) => !key.startsWith('net.'));
  return { ...hostnameSpec(context), sysctl: Object.fromEntries(sysctl), ...namespaces(context) };
}

/** Names and name servers of a container with the host's network or none; with another container's they are that one's. */
function modeSpec(context: SpecContext, mode: string): Partial<ContainerSpec> {
  const { service } = context;
  const sysctl = service.sysctls ?? {};
  if (mode === 'container') return { sysctl };
  if (mode === 'none') return { ...hostnameSpec(context), hostadd: hosts(context), sysctl };
  return {
    ...hostnameSpec(context),
    hostadd: hosts(context),
    dns_server: service.dns ?? [],
    dns_search: service.dns_search ?? [],
    dns_option: service.dns_opt ?? [],
    sysctl,
  };
}

function networkMode(context: SpecContext): ContainerSpec['netns'] | undefined {
  const { service, project } = context;
  const mode = service.network_mode;
  if (mode === undefined || mode === 'bridge') return undefined;
  const [kind = '', value = ''] = mode.split(/:(.*)/s);
  if (kind === 'service') return { nsmode: 'container', value: containerOf(context, value) };
  if (kind === 'container') return { nsmode: 'container', value };
  if (['host', 'none', 'slirp4netns', 'pasta', 'private'].includes(kind)) {
    if ((service.ports?.length ?? 0) > 0 && (kind === 'host' || kind === 'none'))
      warn(context, ['ports'], `ports are not published with network_mode ${kind}`, 'leave ports out');
    return { nsmode: kind };
  }
  refuse(
    context,
    ['network_mode'],
    `network_mode "${mode}" is not known`,
    `use host, none, bridge, service:NAME or container:NAME, or networks: [${project.networks ? Object.keys(project.networks)[0] : 'NAME'}]`,
  );
  return undefined;
}

function containerOf(context: SpecContext, service: string): string {
  return context.project.services[service]?.container_name ?? `${context.project.name}-${service}-1`;
}

/** Networks in the order of their priority: interface names fix that order, which Podman would leave to chance. */
function attachments(context: SpecContext, container: string): Record<string, NetworkAttachment> {
  const { service, project, name } = context;
  const wanted = Object.entries(service.networks ?? {});
  const sorted = [...wanted].sort(
    ([a, left], [b, right]) => priority(right) - priority(left) || (a < b ? -1 : 1),
  );
  const result: Record<string, NetworkAttachment> = {};
  sorted.forEach(([key, attachment], index) => {
    const mac = attachment?.mac_address ?? (index === 0 ? service.mac_address : undefined);
    const addresses = [attachment?.ipv4_address, attachment?.ipv6_address].filter(
      (address) => address !== undefined,
    );
    if (attachment?.driver_opts && !context.capabilities.has.networkDriverOpts) {
      refuse(
        context,
        ['networks', key, 'driver_opts'],
        'options of one attachment need Podman 5',
        'set them under driver_opts of the network',
      );
    }
    result[project.networks?.[key]?.name ?? key] = {
      aliases: [...new Set([name, container, ...(attachment?.aliases ?? [])])],
      ...(addresses.length > 0 ? { static_ips: addresses } : {}),
      ...(mac ? { static_mac: mac } : {}),
      interface_name: attachment?.interface_name ?? `eth${index}`,
      ...(attachment?.driver_opts ? { options: attachment.driver_opts } : {}),
    };
  });
  return result;
}

function priority(attachment: ServiceNetwork | null): number {
  return (attachment?.gw_priority ?? 0) * 1_000_000 + (attachment?.priority ?? 0);
}

/** A published range over one target means any free port of it; the planner has chosen by then (see `port-choice.ts`). */
export function portMapping(port: Port): PortMapping {
  const [from = '', to] = (port.published ?? '').split('-');
  return {
    ...(port.host_ip ? { host_ip: port.host_ip } : {}),
    container_port: port.target,
    ...(from === '' ? {} : { host_port: Number(from) }),
    ...(to === undefined ? {} : {}),
    protocol: port.protocol ?? 'tcp',
  };
}

/** The container keeps its own hostname in the pod: its UTS namespace is private. */
function hostnameSpec({ service }: SpecContext): Partial<ContainerSpec> {
  const { hostname, domainname } = service;
  if (service.uts === 'host') return { utsns: { nsmode: 'host' } };
  const full = domainname && hostname ? `${hostname}.${domainname}` : hostname;
  return { utsns: { nsmode: 'private' }, ...(full ? { hostname: full } : {}) };
}

function namespaces(context: SpecContext): Partial<ContainerSpec> {
  const { service } = context;
  return {
    ...namespace(context, 'pid', 'pidns'),
    ...namespace(context, 'ipc', 'ipcns'),
    ...(service.cgroup ? { cgroupns: { nsmode: service.cgroup } } : {}),
    ...(service.cgroup_parent ? { cgroup_parent: service.cgroup_parent } : {}),
    ...userNamespace(context),
  };
}

function namespace(
  context: SpecContext,
  key: 'pid' | 'ipc',
  field: 'pidns' | 'ipcns',
): Partial<ContainerSpec> {
  const value = context.service[key];
  if (!value) return {};
  const [kind = '', name = ''] = value.split(/:(.*)/s);
  if (kind === 'service') return { [field]: { nsmode: 'container', value: containerOf(context, name) } };
  if (kind === 'container') return { [field]: { nsmode: 'container', value: name } };
  return { [field]: { nsmode: kind } };
}

function userNamespace(context: SpecContext): Partial<ContainerSpec> {
  const mode = context.service.userns_mode;
  if (!mode) return {};
  const [kind = '', value = ''] = mode.split(/:(.*)/s);
  if (kind === 'auto')
    return { userns: { nsmode: 'auto' }, idmappings: { AutoUserNs: true, AutoUserNsOpts: {} } };
  return { userns: { nsmode: kind, ...(value ? { value } : {}) } };
}

/** Entries for /etc/hosts, `name:ip`. Old engines write the word host-gateway itself. */
export function hostEntries(entries: readonly string[]): string[] {
  return entries.map((entry) => entry.replace('=', ':').replace(/:\[(.*)\]$/, ':$1'));
}

function hosts(context: SpecContext): string[] {
  const { service } = context;
  (service.extra_hosts ?? []).forEach((entry, index) => {
    if (!context.capabilities.has.hostGateway && entry.endsWith('=host-gateway')) {
      refuse(
        context,
        ['extra_hosts', index],
        `host-gateway needs Podman 4.7; this is ${context.capabilities.version}`,
        'use the name host.containers.internal, which Podman provides',
      );
    }
  });
  return hostEntries(service.extra_hosts ?? []);
}

function exposed({ service }: SpecContext): Record<string, string> {
  const result: Record<string, string> = {};
  for (const port of service.expose ?? []) {
    const [number = '', protocol = 'tcp'] = String(port).split('/');
    if (/^\d+$/.test(number)) result[number] = protocol;
  }
  return result;
}

function refusePorts(context: SpecContext): void {
  (context.service.ports ?? []).forEach((port, index) => {
    if (port.protocol === 'sctp' && context.capabilities.rootless)
      refuse(
        context,
        ['ports', index],
        'rootless Podman publishes no sctp ports',
        'run Podman as root, or leave the port out',
      );
  });
}
