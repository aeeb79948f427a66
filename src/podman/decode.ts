/** libpod's JSON -> our types. Accepts the shapes of 4.3 and 5.x. */
import type {
  ContainerInspect,
  ContainerState,
  HealthConfig,
  HealthState,
  ObservedContainer,
  ObservedImage,
  ObservedNetwork,
  ObservedPod,
  ObservedPort,
  ObservedSecret,
  ObservedVolume,
} from './types.ts';

const states: readonly ContainerState[] = [
  'created',
  'initialized',
  'running',
  'paused',
  'stopping',
  'stopped',
  'exited',
  'removing',
];

function stateOf(text: string): ContainerState {
  const word = text === 'configured' ? 'created' : text;
  return states.find((state) => state === word) ?? 'unknown';
}

export interface RawListedPort {
  host_ip?: string;
  container_port: number;
  host_port: number;
  range?: number;
  protocol: string;
}

export interface RawListed {
  Id: string;
  Names: string[];
  Labels: Record<string, string> | null;
  State: string;
  /** The health's status, when the container has a check. */
  Status?: string;
  ExitCode: number;
  Image: string;
  ImageID: string;
  IsInfra: boolean;
  Pod: string;
  PodName: string;
  Created: string;
  StartedAt: number;
  ExitedAt: number;
  Pid?: number;
  Command: string[] | null;
  Mounts: string[] | null;
  Networks: string[] | null;
  Ports: RawListedPort[] | null;
}

export function listedContainer(raw: RawListed): ObservedContainer {
  const health = raw.Status ?? '';
  return {
    id: raw.Id,
    name: raw.Names[0] ?? '',
    labels: raw.Labels ?? {},
    state: stateOf(raw.State),
    exitCode: raw.ExitCode,
    image: raw.Image,
    imageId: raw.ImageID,
    podId: raw.Pod || undefined,
    isInfra: raw.IsInfra,
    createdAt: raw.Created,
    startedAt: Math.max(0, raw.StartedAt),
    exitedAt: Math.max(0, raw.ExitedAt),
    pid: raw.Pid ?? 0,
    command: raw.Command ?? [],
    mounts: raw.Mounts ?? [],
    networks: raw.Networks ?? [],
    ports: (raw.Ports ?? []).flatMap(listedPorts),
    ...(['starting', 'healthy', 'unhealthy'].includes(health) ? { health } : {}),
  };
}

/** Ports come as ranges. */
function listedPorts(raw: RawListedPort): ObservedPort[] {
  return Array.from({ length: raw.range ?? 1 }, (_, i) => ({
    hostIp: raw.host_ip ?? '',
    hostPort: raw.host_port + i,
    containerPort: raw.container_port + i,
    protocol: raw.protocol,
  }));
}

export interface RawPod {
  Id: string;
  Name: string;
  Labels: Record<string, string> | null;
  InfraId: string;
  Containers: { Id: string; Status: string }[] | null;
}

export function listedPod(raw: RawPod): ObservedPod {
  const infra = (raw.Containers ?? []).find((container) => container.Id === raw.InfraId);
  return {
    id: raw.Id,
    name: raw.Name,
    labels: raw.Labels ?? {},
    infraId: raw.InfraId || undefined,
    infraState: infra ? stateOf(infra.Status) : undefined,
  };
}

/** What an infra container tells of its pod: it has the pod's labels and those of its own image. */
export function podOfInfra(raw: RawListed): ObservedPod {
  return {
    id: raw.Pod,
    name: raw.PodName,
    labels: raw.Labels ?? {},
    infraId: raw.Id,
    infraState: stateOf(raw.State),
  };
}

export interface RawNetwork {
  name: string;
  id: string;
  driver: string;
  labels?: Record<string, string> | null;
}

export function listedNetwork(raw: RawNetwork): ObservedNetwork {
  return { name: raw.name, id: raw.id, driver: raw.driver, labels: raw.labels ?? {} };
}

export interface RawVolume {
  Name: string;
  Driver: string;
  Options?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
}

export function listedVolume(raw: RawVolume): ObservedVolume {
  return { name: raw.Name, driver: raw.Driver, options: raw.Options ?? {}, labels: raw.Labels ?? {} };
}

export interface RawSecret {
  Spec: {
    Name: string;
    Labels?: Record<string, string> | null;
    Driver?: { Options?: Record<string, string> };
  };
}

/** Engines without labels on secrets keep ours among the options of the driver. */
export function listedSecret(raw: RawSecret): ObservedSecret {
  const options = Object.entries(raw.Spec.Driver?.Options ?? {}).filter(([key]) => key !== 'path');
  return { name: raw.Spec.Name, labels: { ...Object.fromEntries(options), ...raw.Spec.Labels } };
}

export interface RawImage {
  Id: string;
  Digest?: string;
  Created?: string;
  Os?: string;
  Architecture?: string;
  User?: string;
  Labels?: Record<string, string> | null;
  Config?: {
    ExposedPorts?: Record<string, unknown> | null;
    Volumes?: Record<string, unknown> | null;
    Entrypoint?: string[] | null;
    Cmd?: string[] | null;
    User?: string;
  } | null;
  HealthCheck?: HealthConfig | null;
  Healthcheck?: HealthConfig | null;
}

export function inspectedImage(raw: RawImage): ObservedImage {
  const config = raw.Config ?? {};
  return {
    id: raw.Id,
    digest: raw.Digest,
    exposedPorts: Object.keys(config.ExposedPorts ?? {}).sort(),
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    healthcheck: raw.HealthCheck ?? raw.Healthcheck ?? undefined,
    entrypoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
    user: raw.User ?? config.User ?? '',
    labels: raw.Labels ?? {},
    os: raw.Os ?? '',
    architecture: raw.Architecture ?? '',
    createdAt: raw.Created ?? '',
  };
}

export interface RawHealth {
  Status?: string;
  FailingStreak?: number;
  Log?: { Start: string; End: string; ExitCode: number; Output: string }[] | null;
}

export interface RawInspect {
  Id: string;
  Name: string;
  RestartCount?: number;
  State: {
    Status: string;
    ExitCode: number;
    Error?: string;
    OOMKilled?: boolean;
    StartedAt: string;
    FinishedAt: string;
    Health?: RawHealth | null;
    Healthcheck?: RawHealth | null;
  };
  Config: {
    Tty?: boolean;
    Labels?: Record<string, string> | null;
    Healthcheck?: HealthConfig | null;
    StopSignal?: number | string;
  };
  HostConfig?: { RestartPolicy?: { Name?: string; MaximumRetryCount?: number } };
  OCIConfigPath?: string;
  GraphDriver?: { Data?: { UpperDir?: string } | null } | null;
  Mounts?: { Type: string; Name?: string; Source: string; Destination: string }[] | null;
  NetworkSettings?: {
    Ports?: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
    Networks?: Record<string, { IPAddress?: string }> | null;
  } | null;
}

export function healthOf(raw: RawHealth | null | undefined): HealthState {
  const status = raw?.Status ?? '';
  return {
    status:
      status === 'healthy' || status === 'unhealthy'
        ? status
        : status === 'starting' || status === 'reset'
          ? 'starting'
          : 'none',
    failingStreak: raw?.FailingStreak ?? 0,
    log: (raw?.Log ?? []).map((run) => ({
      start: run.Start,
      end: run.End,
      exitCode: run.ExitCode,
      output: run.Output,
    })),
  };
}

export function inspectedContainer(raw: RawInspect): ContainerInspect {
  const policy = raw.HostConfig?.RestartPolicy;
  const signal = raw.Config.StopSignal;
  return {
    id: raw.Id,
    name: raw.Name,
    state: stateOf(raw.State.Status),
    exitCode: raw.State.ExitCode,
    error: raw.State.Error ?? '',
    oomKilled: raw.State.OOMKilled ?? false,
    startedAt: raw.State.StartedAt,
    finishedAt: raw.State.FinishedAt,
    restartCount: raw.RestartCount ?? 0,
    health: healthOf(raw.State.Health ?? raw.State.Healthcheck),
    healthcheck: raw.Config.Healthcheck ?? undefined,
    labels: raw.Config.Labels ?? {},
    tty: raw.Config.Tty ?? false,
    ports: inspectedPorts(raw),
    addresses: inspectedAddresses(raw),
    mounts: (raw.Mounts ?? []).map((mount) => ({
      type: mount.Type,
      name: mount.Name ?? '',
      source: mount.Source,
      target: mount.Destination,
    })),
    ...(signal === undefined || signal === 0 ? {} : { stopSignal: String(signal) }),
    ...(policy?.Name ? { restart: { policy: policy.Name, tries: policy.MaximumRetryCount ?? 0 } } : {}),
    ...(raw.GraphDriver?.Data?.UpperDir ? { upperFolder: raw.GraphDriver.Data.UpperDir } : {}),
    ...(raw.OCIConfigPath ? { runtimeConfig: raw.OCIConfigPath } : {}),
  };
}

function inspectedPorts(raw: RawInspect): ObservedPort[] {
  return Object.entries(raw.NetworkSettings?.Ports ?? {}).flatMap(([key, bindings]) => {
    const [port = '', protocol = 'tcp'] = key.split('/');
    return (bindings ?? []).map((binding) => ({
      hostIp: binding.HostIp,
      hostPort: Number(binding.HostPort),
      containerPort: Number(port),
      protocol,
    }));
  });
}

function inspectedAddresses(raw: RawInspect): Record<string, string> {
  const addresses: Record<string, string> = {};
  for (const [name, network] of Object.entries(raw.NetworkSettings?.Networks ?? {})) {
    if (network.IPAddress) addresses[name] = network.IPAddress;
  }
  return addresses;
}

/** Volumes that Podman named itself. */
export function anonymousVolumes(inspect: ContainerInspect): Record<string, string> {
  const found: Record<string, string> = {};
  for (const mount of inspect.mounts) {
    if (mount.type === 'volume' && /^[0-9a-f]{64}$/.test(mount.name)) found[mount.target] = mount.name;
  }
  return found;
}
