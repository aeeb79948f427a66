/**
 * Bodies of libpod's create calls, as the planner writes them and the client sends them. Field names and units are libpod's
 * (SpecGenerator, PodSpecGenerator), the capitals included. Verified on Podman 4.3.1 and 5.8.6.
 */
import type { HealthConfig } from './types.ts';

export interface Namespace {
  /** host, private, container, pod, bridge, none, slirp4netns, pasta, path, keep-id, auto, nomap, shareable */
  readonly nsmode: string;
  readonly value?: string;
}

export interface PortMapping {
  readonly host_ip?: string;
  readonly container_port: number;
  /** 0 or absent: any free port. */
  readonly host_port?: number;
  /** How many ports from there on; absent: 1. */
  readonly range?: number;
  /** tcp, udp, sctp */
  readonly protocol: string;
}

export interface NetworkAttachment {
  readonly aliases?: readonly string[];
  readonly static_ips?: readonly string[];
  readonly static_mac?: string;
  readonly interface_name?: string;
  readonly options?: Readonly<Record<string, string>>;
}

export interface SpecMount {
  readonly type: string;
  readonly source?: string;
  readonly destination: string;
  readonly options?: readonly string[];
}

export interface SpecVolume {
  readonly Name?: string;
  readonly Dest: string;
  readonly Options?: readonly string[];
  readonly SubPath?: string;
  readonly IsAnonymous?: boolean;
}

export interface SpecImageVolume {
  readonly Source: string;
  readonly Destination: string;
  readonly ReadWrite?: boolean;
  readonly subPath?: string;
}

export interface SpecSecret {
  readonly Source: string;
  readonly Target: string;
  readonly UID: number;
  readonly GID: number;
  readonly Mode: number;
}

export interface SpecLog {
  readonly driver?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly size?: number;
  readonly path?: string;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  /** Pod name or id. */
  readonly pod?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** No variables but those of `env`. */
  readonly unsetenvall?: boolean;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly work_dir?: string;
  readonly create_working_dir?: boolean;
  readonly hostname?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly portmappings?: readonly PortMapping[];
  readonly expose?: Readonly<Record<string, string>>;
  readonly netns?: Namespace;
  readonly Networks?: Readonly<Record<string, NetworkAttachment>>;
  readonly network_options?: Readonly<Record<string, readonly string[]>>;
  readonly pidns?: Namespace;
  readonly ipcns?: Namespace;
  readonly utsns?: Namespace;
  readonly userns?: Namespace;
  readonly cgroupns?: Namespace;
  readonly idmappings?: unknown;
  readonly cgroup_parent?: string;
  readonly hostadd?: readonly string[];
  readonly dns_server?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly dns_option?: readonly string[];
  readonly mounts?: readonly SpecMount[];
  readonly volumes?: readonly SpecVolume[];
  /** What becomes of volumes that the image declares; absent: anonymous. */
  readonly image_volume_mode?: 'anonymous' | 'ignore' | 'tmpfs';
  readonly image_volumes?: readonly SpecImageVolume[];
  readonly volumes_from?: readonly string[];
  readonly devices?: readonly { readonly path: string }[];
  readonly device_cgroup_rule?: readonly unknown[];
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly privileged?: boolean;
  readonly read_only_filesystem?: boolean;
  readonly read_write_tmpfs?: boolean;
  readonly no_new_privileges?: boolean;
  readonly selinux_opts?: readonly string[];
  readonly label_nested?: boolean;
  readonly seccomp_profile_path?: string;
  readonly apparmor_profile?: string;
  readonly mask?: readonly string[];
  readonly unmask?: readonly string[];
  readonly procfs_opts?: readonly string[];
  /** Lower case names; -1 (unlimited) is written as the largest uint64 where the engine needs it: the client's encoder does that. */
  readonly r_limits?: readonly { readonly type: string; readonly soft: number; readonly hard: number }[];
  readonly sysctl?: Readonly<Record<string, string>>;
  readonly shm_size?: number;
  readonly resource_limits?: unknown;
  readonly oom_score_adj?: number;
  readonly weightDevice?: unknown;
  readonly throttleReadBpsDevice?: unknown;
  readonly throttleWriteBpsDevice?: unknown;
  readonly throttleReadIOPSDevice?: unknown;
  readonly throttleWriteIOPSDevice?: unknown;
  readonly storage_opts?: Readonly<Record<string, string>>;
  readonly restart_policy?: string;
  readonly restart_tries?: number;
  /** A signal number. */
  readonly stop_signal?: number;
  /** Seconds. */
  readonly stop_timeout?: number;
  readonly init?: boolean;
  readonly terminal?: boolean;
  readonly stdin?: boolean;
  readonly healthconfig?: HealthConfig;
  readonly health_check_on_failure_action?: number;
  readonly log_configuration?: SpecLog;
  readonly secrets?: readonly SpecSecret[];
  readonly secret_env?: Readonly<Record<string, string>>;
  readonly image_os?: string;
  readonly image_arch?: string;
  readonly image_variant?: string;
  readonly timezone?: string;
  readonly httpproxy?: boolean;
  readonly rootfs?: string;
  /** Leaves /etc/hosts as the image has it. */
  readonly use_image_hosts?: boolean;
  /** false: no entries are added to /etc/passwd and /etc/group for a user that has none. */
  readonly manage_password?: boolean;
  /** The overlay file system is not synced: for what is read at once and thrown away. */
  readonly volatile?: boolean;
}

export interface PodSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly no_infra?: boolean;
  readonly shared_namespaces?: readonly string[];
  readonly portmappings?: readonly PortMapping[];
  readonly netns?: Namespace;
  readonly Networks?: Readonly<Record<string, NetworkAttachment>>;
  readonly hostadd?: readonly string[];
  readonly dns_server?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly dns_option?: readonly string[];
  readonly sysctl?: Readonly<Record<string, string>>;
  readonly userns?: Namespace;
  readonly idmappings?: unknown;
  readonly shm_size?: number;
  readonly hostname?: string;
  readonly exit_policy?: string;
  readonly infra_name?: string;
  readonly no_manage_hosts?: boolean;
}

export interface NetworkSubnet {
  readonly subnet: string;
  readonly gateway?: string;
  readonly lease_range?: { readonly start_ip?: string; readonly end_ip?: string };
}

export interface NetworkSpec {
  readonly name: string;
  readonly driver?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
  readonly subnets?: readonly NetworkSubnet[];
  readonly internal?: boolean;
  readonly ipv6_enabled?: boolean;
  readonly dns_enabled?: boolean;
  readonly ipam_options?: Readonly<Record<string, string>>;
  readonly network_dns_servers?: readonly string[];
  readonly routes?: readonly unknown[];
}

export interface VolumeSpec {
  readonly name: string;
  readonly driver?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SecretSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What holds for every container of an image's build. */
export interface SegmentSpec {
  /** Proxies from build arguments: in the environment of what runs, and not in the image's history. */
  readonly proxies?: Readonly<Record<string, string>>;
  readonly network?: string;
  readonly extraHosts: readonly string[];
  readonly privileged: boolean;
  /** Bytes. */
  readonly shmSize?: number;
  readonly memory?: number;
  readonly ulimits: readonly string[];
  readonly ssh: readonly string[];
  readonly secrets: BuildSpec['secrets'];
}

/** One image to build: the Compose build section, resolved, and the flags of the command. */
export interface BuildSpec {
  readonly context: string;
  readonly dockerfile?: string;
  readonly dockerfileInline?: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly additionalContexts: Readonly<Record<string, string>>;
  /** Repositories: `HOST/NAME`. */
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly extraHosts: readonly string[];
  readonly network?: string;
  readonly noCache: boolean;
  /** Names of stages that are built anew. */
  readonly noCacheFilter: readonly string[];
  readonly pull: boolean;
  readonly platforms: readonly string[];
  readonly privileged: boolean;
  /** Bytes. */
  readonly shmSize?: number;
  readonly ssh: readonly string[];
  /** By id; the value says where the bytes come from, never the bytes. */
  readonly secrets: readonly { readonly id: string; readonly file?: string; readonly environment?: string }[];
  readonly ulimits: readonly string[];
  /** Bytes; `--memory`. */
  readonly memory?: number;
}

/** A range of user or group ids. */
export interface IdRange {
  readonly inImage: number;
  readonly onHost: number;
  readonly size: number;
}

/** Whose files on this machine are whose in images. */
export interface IdMappings {
  readonly uid: readonly IdRange[];
  readonly gid: readonly IdRange[];
}
