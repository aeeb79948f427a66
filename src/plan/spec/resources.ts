/** Limits, devices and what the kernel allows the container. */
import { parseBytes } from '../../base/units.ts';
import type { DeviceRequest } from '../../compose/types.ts';
import type { ContainerSpec } from '../../podman/spec.ts';
import { compact, refuse, type SpecContext, warn } from './context.ts';

export function resourceSpec(context: SpecContext): Partial<ContainerSpec> {
  const { service } = context;
  return {
    ...limits(context),
    ...(service.oom_score_adj ? { oom_score_adj: service.oom_score_adj } : {}),
    r_limits: ulimits(context),
    devices: devices(context),
    device_cgroup_rule: (service.device_cgroup_rules ?? []).flatMap((rule, index) =>
      deviceRule(context, rule, index),
    ),
    ...blockDevices(context),
    ...(service.storage_opt ? { storage_opts: service.storage_opt } : {}),
    ...security(context),
  };
}

/** The limits that Podman itself asks for when a container names some and not these. */
const podmanDefault = 1_048_576;

/** Old engines forget their defaults when one limit is given, and then ask for more than a constrained machine allows. */
function ulimits({ service, capabilities }: SpecContext): NonNullable<ContainerSpec['r_limits']> {
  const given = Object.entries(service.ulimits ?? {}).map(([type, limit]) => {
    const pair = typeof limit === 'number' ? { soft: limit, hard: limit } : limit;
    return { type: type.toLowerCase().replace(/^rlimit_/, ''), soft: pair.soft, hard: pair.hard };
  });
  const { hardLimits, has } = capabilities;
  if (given.length === 0 || has.keepsUlimits || !hardLimits) return given;
  const added = (['nofile', 'nproc'] as const).flatMap((type) => {
    const limit = Math.min(podmanDefault, hardLimits[type]);
    return given.some((one) => one.type === type) ? [] : [{ type, soft: limit, hard: limit }];
  });
  return [...given, ...added];
}

function bytes(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseBytes(text);
}

function limits(context: SpecContext): Partial<ContainerSpec> {
  const { service } = context;
  const pids = service.pids_limit ?? service.deploy?.resources?.limits?.pids;
  const weight = service.blkio_config?.weight;
  const all = compact({
    memory: memoryLimits(context),
    cpu: cpuLimits(context),
    pids: pids === undefined ? undefined : { limit: pids },
    blockIO: weight === undefined ? undefined : { weight },
  });
  if (Object.keys(all).length === 0) return {};
  if (!context.capabilities.has.resourceLimits)
    warn(
      context,
      [],
      'resource limits are ignored by rootless Podman on cgroups v1',
      'boot with cgroups v2, or run Podman as root',
    );
  return { resource_limits: all };
}

function memoryLimits({ service }: SpecContext): object {
  const resources = service.deploy?.resources;
  const swap = bytes(service.memswap_limit);
  return compact({
    limit: bytes(service.mem_limit ?? resources?.limits?.memory),
    reservation: bytes(service.mem_reservation ?? resources?.reservations?.memory),
    swap: swap !== undefined && swap > 0 ? swap : undefined,
    swappiness: number(service.mem_swappiness),
    disableOOMKiller: service.oom_kill_disable,
  });
}

/** `cpus` is a quota of a period of 100 ms, unless the period is given. */
function cpuLimits({ service }: SpecContext): object {
  const cpus = service.cpus ?? number(service.deploy?.resources?.limits?.cpus);
  const period = number(service.cpu_period) ?? (cpus === undefined ? undefined : 100_000);
  const share = cpus === undefined || period === undefined ? undefined : Math.round(cpus * period);
  return compact({
    quota: number(service.cpu_quota) ?? share,
    period,
    shares: service.cpu_shares,
    cpus: service.cpuset,
    realtimeRuntime: number(service.cpu_rt_runtime),
    realtimePeriod: number(service.cpu_rt_period),
  });
}

function number(value: number | string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function devices(context: SpecContext): { path: string }[] {
  const { service } = context;
  const plain = (service.devices ?? []).map((device) => {
    const target = device.target ?? device.source;
    return {
      path: isCdi(device.source)
        ? device.source
        : `${device.source}:${target}:${device.permissions ?? 'rwm'}`,
    };
  });
  const requests: readonly (readonly [DeviceRequest, readonly (string | number)[]])[] = [
    ...(service.gpus ?? []).map((request, index) => [request, ['gpus', index]] as const),
    ...(service.deploy?.resources?.reservations?.devices ?? []).map(
      (request, index) => [request, ['deploy', 'resources', 'reservations', 'devices', index]] as const,
    ),
  ];
  return [...plain, ...requests.flatMap(([request, path]) => cdiDevices(context, request, path))];
}

/** `vendor/class=name`: a name of the Container Device Interface. */
function isCdi(source: string): boolean {
  return /^[\w.-]+\/[\w.-]+=[\w.:-]+$/.test(source);
}

function cdiDevices(
  context: SpecContext,
  request: DeviceRequest,
  path: readonly (string | number)[],
): { path: string }[] {
  const driver = request.driver ?? 'nvidia';
  if (driver !== 'nvidia' && driver !== 'amd' && driver !== 'cdi') {
    refuse(
      context,
      path,
      `device requests for the driver "${driver}" cannot be had`,
      'name a CDI device under devices:, e.g. vendor.com/class=name',
    );
    return [];
  }
  if (request.device_ids)
    return request.device_ids.map((id) => ({ path: driver === 'cdi' ? id : `${driver}.com/gpu=${id}` }));
  const count = Number(request.count ?? -1);
  if (count < 0) return [{ path: `${driver}.com/gpu=all` }];
  return Array.from({ length: count }, (_, index) => ({ path: `${driver}.com/gpu=${index}` }));
}

/** "c 1:3 rwm" */
function deviceRule(context: SpecContext, rule: string, index: number): unknown[] {
  const match = /^([abc])\s+(\d+|\*):(\d+|\*)\s+([rwm]+)$/.exec(rule.trim());
  if (!match) {
    refuse(
      context,
      ['device_cgroup_rules', index],
      `"${rule}" is not a device rule`,
      'the form is: c 1:3 rwm',
    );
    return [];
  }
  const major = match[2] === '*' ? -1 : Number(match[2]);
  const minor = match[3] === '*' ? -1 : Number(match[3]);
  return [{ allow: true, type: match[1], major, minor, access: match[4] }];
}

function blockDevices({ service }: SpecContext): Partial<ContainerSpec> {
  const config = service.blkio_config;
  if (!config) return {};
  const rates = (list: readonly { path: string; rate: string }[] | undefined): unknown =>
    list ? Object.fromEntries(list.map(({ path, rate }) => [path, { rate: Number(rate) }])) : undefined;
  return compact({
    weightDevice: config.weight_device
      ? Object.fromEntries(config.weight_device.map(({ path, weight }) => [path, { weight }]))
      : undefined,
    throttleReadBpsDevice: rates(config.device_read_bps),
    throttleWriteBpsDevice: rates(config.device_write_bps),
    throttleReadIOPSDevice: rates(config.device_read_iops),
    throttleWriteIOPSDevice: rates(config.device_write_iops),
  });
}

function security(context: SpecContext): Partial<ContainerSpec> {
  const { service } = context;
  const spec: Record<string, unknown> = {
    cap_add: service.cap_add ?? [],
    cap_drop: service.cap_drop ?? [],
    ...(service.privileged ? { privileged: true } : {}),
    ...(service.read_only ? { read_only_filesystem: true } : {}),
  };
  const selinux: string[] = [];
  (service.security_opt ?? []).forEach((option, index) => {
    if (!securityOption(option, spec, selinux))
      refuse(
        context,
        ['security_opt', index],
        `security option "${option}" is not known to Podman`,
        'known are label, seccomp, apparmor, no-new-privileges, mask, unmask and proc-opts',
      );
  });
  if (selinux.length > 0) spec['selinux_opts'] = selinux;
  return spec as Partial<ContainerSpec>;
}

function securityOption(option: string, spec: Record<string, unknown>, selinux: string[]): boolean {
  const [key = '', value = ''] = option.split(/[=:](.*)/s);
  if (key === 'no-new-privileges') spec['no_new_privileges'] = value !== 'false';
  else if (key === 'label' && value === 'nested') spec['label_nested'] = true;
  else if (key === 'label') selinux.push(value);
  else if (key === 'seccomp') spec['seccomp_profile_path'] = value;
  else if (key === 'apparmor') spec['apparmor_profile'] = value;
  else if (key === 'mask') spec['mask'] = value.split(':');
  else if (key === 'unmask') spec['unmask'] = value.split(':');
  else if (key === 'systempaths' && value === 'unconfined') spec['unmask'] = ['ALL'];
  else if (key === 'proc-opts') spec['procfs_opts'] = value.split(',');
  else return false;
  return true;
}
