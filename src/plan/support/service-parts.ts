/** What becomes of the attributes inside a service's attributes. */
import type {
  BlkioConfig,
  Dependency,
  Deploy,
  DeviceRequest,
  FileMount,
  Healthcheck,
  Hook,
  Port,
  Service,
  ServiceNetwork,
  VolumeMount,
} from '../../compose/types.ts';
import { type Dispositions, isFilled, isNot, leaveOut } from './disposition.ts';

const cluster = 'is for clusters and has no effect';

export const deployFields = {
  mode: {
    by: 'planner',
    as: 'replicated, the only mode',
    except: {
      unsupported: 'warning',
      values: 'other than replicated',
      why: `deploy.mode ${cluster}`,
      hint: 'leave it out; scale: N or deploy.replicas: N says how many',
      when: isNot('replicated'),
    },
  },
  endpoint_mode: { unsupported: 'warning', why: `deploy.endpoint_mode ${cluster}`, hint: leaveOut },
  replicas: { by: 'planner', as: 'the number of containers' },
  labels: {
    unsupported: 'warning',
    why: 'labels of a service belong to clusters: deploy.labels are not set on containers',
    hint: 'put them under labels:',
    when: isFilled,
  },
  resources: { by: 'container', as: 'resource_limits, devices' },
  restart_policy: {
    by: 'container',
    as: 'restart_policy, restart_tries',
    note: 'restart: wins; delay and window warn',
  },
  update_config: {
    unsupported: 'warning',
    why: `deploy.update_config ${cluster}`,
    hint: leaveOut,
    when: isFilled,
  },
  rollback_config: {
    unsupported: 'warning',
    why: `deploy.rollback_config ${cluster}`,
    hint: leaveOut,
    when: isFilled,
  },
  placement: { unsupported: 'warning', why: `deploy.placement ${cluster}`, hint: leaveOut, when: isFilled },
} as const satisfies Dispositions<Deploy>;

type Resources = NonNullable<Deploy['resources']>;

export const limitFields = {
  cpus: { by: 'container', as: 'resource_limits.cpu.quota' },
  memory: { by: 'container', as: 'resource_limits.memory.limit' },
  pids: { by: 'container', as: 'resource_limits.pids.limit' },
} as const satisfies Dispositions<NonNullable<Resources['limits']>>;

export const reservationFields = {
  cpus: {
    unsupported: 'warning',
    why: 'Podman reserves no CPUs',
    hint: 'cpu_shares: N gives a service more weight',
  },
  memory: { by: 'container', as: 'resource_limits.memory.reservation' },
  devices: { by: 'container', as: 'devices', note: 'by CDI names' },
  generic_resources: {
    unsupported: 'warning',
    why: 'generic resources have no effect',
    hint: 'name CDI devices under devices: or gpus:',
    when: isFilled,
  },
} as const satisfies Dispositions<NonNullable<Resources['reservations']>>;

export const deviceFields = {
  capabilities: { by: 'planner', as: 'nothing: the device’s CDI definition says what it can do' },
  driver: { by: 'planner', as: 'the CDI vendor: nvidia, amd, or cdi for full names; others are refused' },
  count: { by: 'container', as: 'devices' },
  device_ids: { by: 'container', as: 'devices' },
  options: {
    unsupported: 'warning',
    why: 'options of a device request have no effect',
    hint: leaveOut,
    when: isFilled,
  },
} as const satisfies Dispositions<DeviceRequest>;

export const blkioFields = {
  weight: { by: 'container', as: 'resource_limits.blockIO.weight' },
  weight_device: { by: 'container', as: 'weightDevice' },
  device_read_bps: { by: 'container', as: 'throttleReadBpsDevice' },
  device_read_iops: { by: 'container', as: 'throttleReadIOPSDevice' },
  device_write_bps: { by: 'container', as: 'throttleWriteBpsDevice' },
  device_write_iops: { by: 'container', as: 'throttleWriteIOPSDevice' },
} as const satisfies Dispositions<BlkioConfig>;

export const dependencyFields = {
  condition: { by: 'planner', as: 'a wait before the start' },
  required: { by: 'planner', as: 'whether the dependency must be there' },
  restart: { by: 'planner', as: 'a restart of the service when the dependency is made anew or restarted' },
} as const satisfies Dispositions<Dependency>;

export const healthFields = {
  test: { by: 'container', as: 'healthconfig.Test' },
  interval: { by: 'container', as: 'healthconfig.Interval' },
  timeout: { by: 'container', as: 'healthconfig.Timeout' },
  retries: { by: 'container', as: 'healthconfig.Retries' },
  start_period: { by: 'container', as: 'healthconfig.StartPeriod' },
  start_interval: { by: 'health checks', as: 'the pace of tscompose’s own checks while it waits' },
  disable: { by: 'container', as: 'healthconfig.Test: NONE' },
} as const satisfies Dispositions<Healthcheck>;

export const loggingFields = {
  driver: { by: 'container', as: 'log_configuration.driver', note: 'drivers that Podman does not have warn' },
  options: {
    by: 'container',
    as: 'log_configuration',
    note: 'max-size, path, and tag for journald; others warn',
  },
} as const satisfies Dispositions<NonNullable<Service['logging']>>;

export const portFields = {
  mode: {
    by: 'pod',
    as: 'host and ingress are the same on one machine',
  },
  host_ip: { by: 'pod', as: 'portmappings.host_ip' },
  target: { by: 'pod', as: 'portmappings.container_port' },
  published: { by: 'pod', as: 'portmappings.host_port', note: 'a range means any free port of it' },
  protocol: { by: 'pod', as: 'portmappings.protocol', note: 'sctp is refused by rootless Podman' },
  app_protocol: { by: 'loader', as: 'a note for readers of the file' },
  name: { by: 'loader', as: 'a note for readers of the file' },
} as const satisfies Dispositions<Port>;

export const serviceNetworkFields = {
  aliases: { by: 'pod', as: 'Networks.NAME.aliases' },
  ipv4_address: { by: 'container', as: 'Networks.NAME.static_ips' },
  ipv6_address: { by: 'container', as: 'Networks.NAME.static_ips' },
  link_local_ips: {
    unsupported: 'error',
    why: 'Podman gives no link-local addresses of choice',
    hint: 'use ipv4_address or ipv6_address of a subnet of the network',
    when: isFilled,
  },
  mac_address: { by: 'container', as: 'Networks.NAME.static_mac' },
  priority: { by: 'container', as: 'the order of interfaces' },
  gw_priority: { by: 'container', as: 'the order of interfaces' },
  interface_name: { by: 'container', as: 'Networks.NAME.interface_name' },
  driver_opts: { by: 'container', as: 'Networks.NAME.options', note: 'refused before Podman 5' },
} as const satisfies Dispositions<ServiceNetwork>;

export const fileMountFields = {
  source: { by: 'container', as: 'secrets.Source' },
  target: { by: 'container', as: 'secrets.Target' },
  uid: { by: 'container', as: 'secrets.UID' },
  gid: { by: 'container', as: 'secrets.GID' },
  mode: { by: 'container', as: 'secrets.Mode' },
} as const satisfies Dispositions<FileMount>;

export const volumeMountFields = {
  type: {
    by: 'container',
    as: 'mounts for bind and tmpfs, volumes, image_volumes',
    note: 'npipe and cluster are refused',
  },
  source: { by: 'container', as: 'the source' },
  target: { by: 'container', as: 'the destination' },
  read_only: { by: 'container', as: 'the option ro' },
  consistency: {
    unsupported: 'warning',
    values: 'other than consistent',
    why: 'mounts are always consistent: consistency has no effect',
    hint: leaveOut,
    when: isNot('consistent', 'default', ''),
  },
  bind: { by: 'container', as: 'propagation, SELinux labels, missing host directories are made' },
  volume: {
    by: 'container',
    as: 'nocopy, subpath (from Podman 5.4 on, else refused)',
    except: {
      unsupported: 'warning',
      values: 'labels',
      why: 'labels of an anonymous volume are not set',
      hint: 'name the volume, and give it labels under the top-level volumes:',
      when: (value) => isFilled((value as VolumeMount['volume'])?.labels ?? {}),
    },
  },
  tmpfs: { by: 'container', as: 'the options size and mode' },
  image: { by: 'container', as: 'subpath, from Podman 5.5 on, else refused' },
} as const satisfies Dispositions<VolumeMount>;

export const hookFields = {
  command: { by: 'planner', as: 'the exec’s command' },
  user: { by: 'planner', as: 'the exec’s user' },
  privileged: { by: 'planner', as: 'the exec’s privileges' },
  working_dir: { by: 'planner', as: 'the exec’s directory' },
  environment: { by: 'planner', as: 'the exec’s variables' },
} as const satisfies Dispositions<Hook>;
