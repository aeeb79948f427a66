// Generated from compose.schema.json by scripts/generate-compose.mjs. Do not edit.

/**
 * Another compose model: a path, or a mapping.
 */
export type Include = (string | {
/**
 * The file, or several that are merged.
 */
path?: (string | ListOfStrings)
/**
 * Env files for the included model.
 */
env_file?: (string | ListOfStrings)
/**
 * Where relative paths of the included model start.
 */
project_directory?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
})
/**
 * A list in which each text occurs once.
 */
export type ListOfStrings = string[]
/**
 * Secrets that RUN --mount=type=secret can read.
 */
export type FileMount = (string | {
/**
 * Name of the top-level secret or config.
 */
source?: string
/**
 * Path inside the container, or a file name below /run/secrets.
 */
target?: string
/**
 * Owner of the file inside the container.
 */
uid?: string
/**
 * Group of the file inside the container.
 */
gid?: string
/**
 * Permissions of the file, as an octal number such as 0440.
 */
mode?: (number | string)
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
})[]
/**
 * Configs to mount.
 */
export type FileMount1 = (string | {
/**
 * Name of the top-level secret or config.
 */
source?: string
/**
 * Path inside the container, or a file name below /run/secrets.
 */
target?: string
/**
 * Owner of the file inside the container.
 */
uid?: string
/**
 * Group of the file inside the container.
 */
gid?: string
/**
 * Permissions of the file, as an octal number such as 0440.
 */
mode?: (number | string)
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
})[]
/**
 * Replicas, resources and restarts.
 */
export type Deploy = ({
/**
 * replicated or global; for clusters.
 */
mode?: string
/**
 * vip or dnsrr; for clusters.
 */
endpoint_mode?: string
/**
 * How many containers of the service.
 */
replicas?: (number | string)
/**
 * Labels of the service, not of its containers.
 */
labels?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
rollback_config?: UpdateConfig
update_config?: UpdateConfig1
/**
 * Limits and reservations.
 */
resources?: {
/**
 * What the container can have at most.
 */
limits?: {
/**
 * CPUs the container may use, such as 0.5.
 */
cpus?: (number | string)
/**
 * Memory the container may use, such as 512m.
 */
memory?: string
/**
 * Processes the container may have.
 */
pids?: (number | string)
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * What the container needs at least.
 */
reservations?: {
/**
 * CPUs that are kept for the container.
 */
cpus?: (number | string)
/**
 * Memory that is kept for the container.
 */
memory?: string
/**
 * Resources that the cluster's administrator defined.
 */
generic_resources?: {
/**
 * A resource that is counted.
 */
discrete_resource_spec?: {
/**
 * Name of the resource.
 */
kind?: string
/**
 * How many.
 */
value?: (number | string)
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}[]
devices?: DeviceRequests
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * When a container is started again; used where restart is absent.
 */
restart_policy?: {
/**
 * none, on-failure or any.
 */
condition?: string
/**
 * Pause before a restart.
 */
delay?: string
/**
 * How many restarts at most.
 */
max_attempts?: (number | string)
/**
 * How long a container must run to count as started.
 */
window?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * Which nodes may run the service; for clusters.
 */
placement?: {
/**
 * Conditions that a node must fulfil; for clusters.
 */
constraints?: string[]
/**
 * How containers are spread over nodes; for clusters.
 */
preferences?: {
/**
 * Label over whose values containers are spread.
 */
spread?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}[]
/**
 * How many containers of the service one node may have; for clusters.
 */
max_replicas_per_node?: (number | string)
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
} | null)
/**
 * A list in which each text occurs once.
 */
export type ListOfStrings1 = string[]
/**
 * A list in which each text occurs once.
 */
export type ListOfStrings2 = string[]
/**
 * Devices, such as GPUs.
 */
export type DeviceRequests = {
capabilities: ListOfStrings1
/**
 * How many devices, or "all". Not together with device_ids.
 */
count?: (number | string)
device_ids?: ListOfStrings2
/**
 * The driver, such as nvidia.
 */
driver?: string
/**
 * Options of the driver.
 */
options?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}[]
/**
 * What `watch` does when files change.
 */
export type Develop = ({
/**
 * Rules, tried in order.
 */
watch?: {
/**
 * File or folder to watch.
 */
path: string
/**
 * What to do when something below the path changes.
 */
action: ("rebuild" | "sync" | "restart" | "sync+restart" | "sync+exec")
/**
 * Where the files go inside the container.
 */
target?: string
/**
 * Patterns of paths to leave out.
 */
ignore?: (string | ListOfStrings)
/**
 * Patterns of paths to take.
 */
include?: (string | ListOfStrings)
exec?: ServiceHook
/**
 * Whether all files are copied when watching begins.
 */
initial_sync?: boolean
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}[]
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
} | null)
/**
 * A list in which each text occurs once.
 */
export type ListOfStrings3 = string[]
/**
 * A list in which each text occurs once.
 */
export type ListOfStrings4 = string[]
/**
 * A list in which each text occurs once.
 */
export type ListOfStrings5 = string[]
/**
 * A list in which each text occurs once.
 */
export type ListOfStrings6 = string[]
/**
 * A list in which each text occurs once.
 */
export type ListOfStrings7 = string[]
/**
 * A list in which each text occurs once.
 */
export type ListOfStrings8 = string[]
/**
 * Secrets to mount.
 */
export type FileMount2 = (string | {
/**
 * Name of the top-level secret or config.
 */
source?: string
/**
 * Path inside the container, or a file name below /run/secrets.
 */
target?: string
/**
 * Owner of the file inside the container.
 */
uid?: string
/**
 * Group of the file inside the container.
 */
gid?: string
/**
 * Permissions of the file, as an octal number such as 0440.
 */
mode?: (number | string)
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
})[]
/**
 * A network of the project.
 */
export type Network = ({
/**
 * Name of the network in the engine; default: PROJECT_KEY.
 */
name?: string
/**
 * bridge, macvlan, ipvlan, host or none.
 */
driver?: string
/**
 * Options of the driver.
 */
driver_opts?: {
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number
}
/**
 * Addresses of the network.
 */
ipam?: {
/**
 * Driver that gives out addresses.
 */
driver?: string
/**
 * Subnets.
 */
config?: {
/**
 * Subnet, such as 10.5.0.0/16.
 */
subnet?: string
/**
 * Range that addresses are taken from.
 */
ip_range?: string
/**
 * Address of the gateway.
 */
gateway?: string
/**
 * Addresses that are kept free, by name.
 */
aux_addresses?: {
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string
}
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}[]
/**
 * Options of the driver.
 */
options?: {
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string
}
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * true: the network exists already and is not made or removed.
 */
external?: (boolean | string | {
/**
 * Obsolete: use name beside external: true.
 */
name?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
})
/**
 * Whether the network has no way out.
 */
internal?: (boolean | string)
/**
 * Whether containers get IPv4 addresses.
 */
enable_ipv4?: (boolean | string)
/**
 * Whether containers get IPv6 addresses.
 */
enable_ipv6?: (boolean | string)
/**
 * Whether other containers may join; for clusters.
 */
attachable?: (boolean | string)
/**
 * Labels of the network.
 */
labels?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Settings of Podman's own: disable_dns, dns, routes.
 */
"x-podman"?: {
[k: string]: unknown
}
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
} | null)
/**
 * A named volume of the project.
 * 
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z0-9._-]+$".
 */
export type Volume = ({
/**
 * Name of the volume in the engine; default: PROJECT_KEY.
 */
name?: string
/**
 * Volume driver.
 */
driver?: string
/**
 * Options of the driver.
 */
driver_opts?: {
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number
}
/**
 * true: the volume exists already and is not made or removed.
 */
external?: (boolean | string | {
/**
 * Obsolete: use name beside external: true.
 */
name?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
})
/**
 * Labels of the volume.
 */
labels?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
} | null)

/**
 * A Compose file as tscompose reads it.
 */
export interface RawCompose {
/**
 * Obsolete and ignored.
 */
version?: string
/**
 * Name of the project.
 */
name?: string
/**
 * Other compose models that become part of this one.
 */
include?: Include[]
/**
 * The containers, by name.
 */
services?: {
[k: string]: Service
}
/**
 * AI models, by name.
 */
models?: {
[k: string]: Model
}
/**
 * Networks, by name.
 */
networks?: {
[k: string]: Network
}
/**
 * Volumes, by name.
 */
volumes?: {
[k: string]: Volume
}
/**
 * Secrets, by name.
 */
secrets?: {
[k: string]: Secret
}
/**
 * Configuration files, by name.
 */
configs?: {
[k: string]: Config
}
/**
 * Settings of Podman's own: in_pod, pod_args, name_separator_compat and others.
 */
"x-podman"?: {
[k: string]: unknown
}
/**
 * This interface was referenced by `RawCompose`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * One kind of container.
 * 
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z0-9._-]+$".
 */
export interface Service {
/**
 * OCI annotations of the container.
 */
annotations?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * false keeps this service's logs out of an attached `up`.
 */
attach?: (boolean | string)
/**
 * How the image is built: the context's path, or a mapping.
 */
build?: (string | Build)
/**
 * Limits of block I/O.
 */
blkio_config?: {
/**
 * Bytes read a second, by device.
 */
device_read_bps?: BlkioLimit[]
/**
 * Reads a second, by device.
 */
device_read_iops?: BlkioLimit[]
/**
 * Bytes written a second, by device.
 */
device_write_bps?: BlkioLimit[]
/**
 * Writes a second, by device.
 */
device_write_iops?: BlkioLimit[]
/**
 * Share of block I/O, 10 to 1000.
 */
weight?: (number | string)
/**
 * Share of block I/O, by device.
 */
weight_device?: BlkioWeight[]
}
/**
 * Capabilities to add.
 */
cap_add?: string[]
/**
 * Capabilities to drop.
 */
cap_drop?: string[]
/**
 * Cgroup namespace.
 */
cgroup?: ("host" | "private")
/**
 * Cgroup to put the container below.
 */
cgroup_parent?: string
/**
 * Replaces the image's command.
 */
command?: (null | string | string[])
configs?: FileMount1
/**
 * Fixed name of the container; rules out more than one replica.
 */
container_name?: string
/**
 * Number of CPUs; Windows.
 */
cpu_count?: (string | number)
/**
 * Share of the CPUs; Windows.
 */
cpu_percent?: (string | number)
/**
 * Relative weight among containers that compete for CPU time.
 */
cpu_shares?: (number | string)
/**
 * Microseconds of CPU time in each period.
 */
cpu_quota?: (number | string)
/**
 * Length of a period in microseconds.
 */
cpu_period?: (number | string)
/**
 * Length of a real-time period in microseconds.
 */
cpu_rt_period?: (number | string)
/**
 * Microseconds of real-time CPU in each period.
 */
cpu_rt_runtime?: (number | string)
/**
 * CPUs the container may use, such as 0.5.
 */
cpus?: (number | string)
/**
 * CPUs the container may run on, such as 0-3.
 */
cpuset?: string
/**
 * Credentials of a managed service account; Windows.
 */
credential_spec?: {
/**
 * Config that holds the specification.
 */
config?: string
/**
 * File that holds the specification.
 */
file?: string
/**
 * Registry value that holds the specification.
 */
registry?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * Services that must have started, become healthy or completed before this one starts.
 */
depends_on?: (ListOfStrings | {
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z0-9._-]+$".
 */
[k: string]: {
/**
 * Whether this service restarts when the other is made anew.
 */
restart?: (boolean | string)
/**
 * false: a missing or failed dependency is only a warning.
 */
required?: boolean
/**
 * What the other service must have reached.
 */
condition: ("service_started" | "service_healthy" | "service_completed_successfully")
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
})
deploy?: Deploy
develop?: Develop
device_cgroup_rules?: ListOfStrings3
/**
 * Devices of the host, as SOURCE[:TARGET[:rwm]] or a mapping; or names of the Container Device Interface.
 */
devices?: (string | {
/**
 * Path on the host.
 */
source: string
/**
 * Path inside the container.
 */
target?: string
/**
 * Any of r, w and m.
 */
permissions?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
})[]
/**
 * DNS servers.
 */
dns?: (string | ListOfStrings)
/**
 * Options of the resolver.
 */
dns_opt?: string[]
/**
 * DNS search domains.
 */
dns_search?: (string | ListOfStrings)
/**
 * Domain of the host name.
 */
domainname?: string
/**
 * Replaces the image's entry point and clears its command.
 */
entrypoint?: (null | string | string[])
/**
 * Files whose variables are added to the environment.
 */
env_file?: (string | (string | {
/**
 * Path of the file.
 */
path: string
/**
 * false: the file may be missing.
 */
required?: (boolean | string)
/**
 * "raw" takes lines as they are: no quotes, no variables.
 */
format?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
})[])
/**
 * Files whose entries are added to the labels.
 */
label_file?: (string | string[])
/**
 * Environment variables; null takes the value from where tscompose runs.
 */
environment?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Ports that the service listens on, for other services and for people.
 */
expose?: (string | number)[]
/**
 * Takes over the attributes of another service.
 */
extends?: (string | {
/**
 * Name of the service to take over.
 */
service: string
/**
 * File that has it; default: this one.
 */
file?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
})
/**
 * A program outside that manages the service.
 */
provider?: {
/**
 * Name of the program that manages the service.
 */
type: string
/**
 * Options for the program.
 */
options?: {
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^.+$".
 */
[k: string]: string | number | boolean | (string | number | boolean)[]
}
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * Links to containers outside the project.
 */
external_links?: string[]
/**
 * Entries for /etc/hosts.
 */
extra_hosts?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | string[]
} | string[])
/**
 * GPUs: "all" or a list of requests.
 */
gpus?: ("all" | {
capabilities?: ListOfStrings4
/**
 * How many devices, or "all". Not together with device_ids.
 */
count?: (number | string)
device_ids?: ListOfStrings5
/**
 * The driver, such as nvidia.
 */
driver?: string
/**
 * Options of the driver.
 */
options?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
}[])
/**
 * Further groups of the user.
 */
group_add?: (string | number)[]
healthcheck?: Healthcheck
/**
 * Host name inside the container.
 */
hostname?: string
/**
 * The image; with build, the name of what is built.
 */
image?: string
/**
 * Whether a small init process runs as PID 1.
 */
init?: (boolean | string)
/**
 * IPC namespace: private, shareable, host, none, service:NAME or container:NAME.
 */
ipc?: string
/**
 * Isolation technology; Windows.
 */
isolation?: string
/**
 * Labels of the container.
 */
labels?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Other services, each with an optional alias.
 */
links?: string[]
/**
 * Where the output of the container goes.
 */
logging?: {
/**
 * Log driver, such as k8s-file, journald or none.
 */
driver?: string
/**
 * Options of the driver.
 */
options?: {
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^.+$".
 */
[k: string]: string | number | null
}
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * MAC address of the container.
 */
mac_address?: string
/**
 * Memory the container may use, such as 512m.
 */
mem_limit?: (number | string)
/**
 * Memory that is kept for the container.
 */
mem_reservation?: (number | string)
/**
 * How readily memory is swapped out, 0 to 100.
 */
mem_swappiness?: (number | string)
/**
 * Memory and swap together; -1: no limit.
 */
memswap_limit?: (number | string)
/**
 * AI models that the service uses.
 */
models?: (ListOfStrings | {
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z0-9._-]+$".
 */
[k: string]: {
/**
 * Variable that receives the endpoint.
 */
endpoint_var?: string
/**
 * Variable that receives the model's name.
 */
model_var?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
} | null
})
/**
 * none, host, bridge, service:NAME or container:NAME. Not together with networks.
 */
network_mode?: string
/**
 * Networks of the service; default: the network "default".
 */
networks?: (ListOfStrings | {
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z0-9._-]+$".
 */
[k: string]: ServiceNetwork | null
})
/**
 * Whether the kernel may not kill the container when memory runs out.
 */
oom_kill_disable?: (boolean | string)
/**
 * How readily the kernel kills the container when memory runs out.
 */
oom_score_adj?: (string | number)
/**
 * PID namespace: host, service:NAME or container:NAME.
 */
pid?: (string | null)
/**
 * How many processes the container may have; -1: no limit.
 */
pids_limit?: (number | string)
/**
 * Platform of the image, such as linux/arm64.
 */
platform?: string
/**
 * Ports to publish, as [IP:][PUBLISHED:]TARGET[/PROTOCOL] or a mapping.
 */
ports?: (number | string | Port)[]
/**
 * Commands to run in the container after its start.
 */
post_start?: ServiceHook1[]
/**
 * Commands to run to their end before the container starts.
 */
pre_start?: PreStartHook[]
/**
 * Commands to run in the container before it is stopped.
 */
pre_stop?: ServiceHook1[]
/**
 * Whether the container has all capabilities and devices.
 */
privileged?: (boolean | string)
profiles?: ListOfStrings8
/**
 * When the image is pulled: always, never, missing, build, daily, weekly, every_DURATION.
 */
pull_policy?: string
/**
 * Age after which the image is pulled again.
 */
pull_refresh_after?: string
/**
 * Whether the root file system is read-only.
 */
read_only?: (boolean | string)
/**
 * no, always, unless-stopped, on-failure or on-failure:N.
 */
restart?: string
/**
 * OCI runtime, such as crun or runc.
 */
runtime?: string
/**
 * How many containers of the service.
 */
scale?: (number | string)
/**
 * Security options, such as label=disable or seccomp=FILE.
 */
security_opt?: string[]
/**
 * Size of /dev/shm, such as 64m.
 */
shm_size?: (number | string)
secrets?: FileMount2
/**
 * Kernel parameters of the container.
 */
sysctls?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Whether standard input stays open.
 */
stdin_open?: (boolean | string)
/**
 * How long the container has to stop before it is killed, such as 10s.
 */
stop_grace_period?: string
/**
 * Signal that asks the container to stop.
 */
stop_signal?: string
/**
 * Options of the storage driver.
 */
storage_opt?: {

}
/**
 * Folders in memory, as PATH[:OPTIONS].
 */
tmpfs?: (string | ListOfStrings)
/**
 * Whether the container has a terminal.
 */
tty?: (boolean | string)
ulimits?: Ulimits1
/**
 * Whether the container gets the engine's socket.
 */
use_api_socket?: boolean
/**
 * User (and group) that runs the command.
 */
user?: string
/**
 * UTS namespace: host.
 */
uts?: string
/**
 * User namespace: host, keep-id and others of Podman.
 */
userns_mode?: string
/**
 * Mounts, as [SOURCE:]TARGET[:MODE] or a mapping.
 */
volumes?: (string | VolumeMount)[]
/**
 * Services or containers whose volumes are mounted, as NAME[:ro].
 */
volumes_from?: string[]
/**
 * Directory the command runs in.
 */
working_dir?: string
/**
 * Settings of Podman's own: uidmaps, gidmaps, rootfs, no_hosts, share_network.
 */
"x-podman"?: {
[k: string]: unknown
}
/**
 * This interface was referenced by `Service`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * How the image is built.
 */
export interface Build {
/**
 * Folder with the sources, or the URL of a Git repository or archive.
 */
context?: string
/**
 * Path of the Containerfile within the context.
 */
dockerfile?: string
/**
 * Text of the Containerfile. Not together with dockerfile.
 */
dockerfile_inline?: string
/**
 * Extra privileges of the build.
 */
entitlements?: string[]
/**
 * SSH agents or keys that RUN --mount=type=ssh can use.
 */
ssh?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Labels of the image.
 */
labels?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Values for ARG; null takes the value from the environment.
 */
args?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Images to take cached layers from.
 */
cache_from?: string[]
/**
 * Where to keep layers for later builds.
 */
cache_to?: string[]
/**
 * Whether to build every step anew.
 */
no_cache?: (boolean | string)
/**
 * Stages to build anew.
 */
no_cache_filter?: (string | ListOfStrings)
/**
 * Further contexts by name: a path, a URL, docker-image://IMAGE or service:NAME.
 */
additional_contexts?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Network of RUN steps: none, host, default or a name.
 */
network?: string
/**
 * Whether to attach a provenance attestation.
 */
provenance?: (boolean | string)
/**
 * Whether to attach a bill of materials.
 */
sbom?: (boolean | string)
/**
 * Whether to look for newer base images.
 */
pull?: (boolean | string)
/**
 * Stage to build.
 */
target?: string
/**
 * Size of /dev/shm in RUN steps, such as 64m.
 */
shm_size?: (number | string)
/**
 * Entries for /etc/hosts in RUN steps.
 */
extra_hosts?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | string[]
} | string[])
/**
 * Isolation of RUN steps.
 */
isolation?: string
/**
 * Whether RUN steps have all capabilities.
 */
privileged?: (boolean | string)
secrets?: FileMount
/**
 * Further names of the image.
 */
tags?: string[]
ulimits?: Ulimits
/**
 * Platforms to build for, such as linux/arm64.
 */
platforms?: string[]
/**
 * This interface was referenced by `Build`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * Resource limits of RUN steps.
 */
export interface Ulimits {
/**
 * This interface was referenced by `Ulimits`'s JSON-Schema definition
 * via the `patternProperty` "^(?!x-)".
 * 
 * This interface was referenced by `Ulimits1`'s JSON-Schema definition
 * via the `patternProperty` "^(?!x-)".
 */
[k: string]: number | string | {
/**
 * The limit that only a privileged process may raise.
 */
hard: (number | string)
/**
 * The limit in force.
 */
soft: (number | string)
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
}
/**
 * How fast a block device may be read or written.
 */
export interface BlkioLimit {
/**
 * Path of the device, such as /dev/sda.
 */
path?: string
/**
 * Bytes a second (units allowed) or operations a second.
 */
rate?: (number | string)
}
/**
 * The share of a block device's time.
 */
export interface BlkioWeight {
/**
 * Path of the device, such as /dev/sda.
 */
path?: string
/**
 * 10 to 1000.
 */
weight?: (number | string)
}
/**
 * How a failed update is taken back; for clusters.
 */
export interface UpdateConfig {
/**
 * How many containers at once; 0: all.
 */
parallelism?: (number | string)
/**
 * Pause between containers.
 */
delay?: string
/**
 * What to do when an update fails: continue, rollback or pause.
 */
failure_action?: string
/**
 * How long a container is watched after its update.
 */
monitor?: string
/**
 * Share of failures that is still a success.
 */
max_failure_ratio?: (number | string)
/**
 * Whether the new container starts before or after the old one stops.
 */
order?: ("start-first" | "stop-first")
/**
 * This interface was referenced by `UpdateConfig`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 * 
 * This interface was referenced by `UpdateConfig1`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * How containers are replaced by new ones.
 */
export interface UpdateConfig1 {
/**
 * How many containers at once; 0: all.
 */
parallelism?: (number | string)
/**
 * Pause between containers.
 */
delay?: string
/**
 * What to do when an update fails: continue, rollback or pause.
 */
failure_action?: string
/**
 * How long a container is watched after its update.
 */
monitor?: string
/**
 * Share of failures that is still a success.
 */
max_failure_ratio?: (number | string)
/**
 * Whether the new container starts before or after the old one stops.
 */
order?: ("start-first" | "stop-first")
/**
 * This interface was referenced by `UpdateConfig`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 * 
 * This interface was referenced by `UpdateConfig1`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * Command to run after a sync.
 */
export interface ServiceHook {
/**
 * The command to run.
 */
command: (null | string | string[])
/**
 * User that runs the command.
 */
user?: string
/**
 * Whether the command runs with all capabilities.
 */
privileged?: (boolean | string)
/**
 * Directory the command runs in.
 */
working_dir?: string
/**
 * Further environment variables of the command.
 */
environment?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * This interface was referenced by `ServiceHook`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 * 
 * This interface was referenced by `ServiceHook1`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * How the engine finds out whether the container works.
 */
export interface Healthcheck {
/**
 * true turns the image's own health check off.
 */
disable?: (boolean | string)
/**
 * Time between checks, such as 30s.
 */
interval?: string
/**
 * How many failures in a row make the container unhealthy.
 */
retries?: (number | string)
/**
 * ["CMD", ...], ["CMD-SHELL", text], ["NONE"], or one text for the shell.
 */
test?: (string | string[])
/**
 * How long one check may take.
 */
timeout?: string
/**
 * Failures within this time after the start do not count.
 */
start_period?: string
/**
 * Time between checks within the start period.
 */
start_interval?: string
/**
 * This interface was referenced by `Healthcheck`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * How the service is attached to a network.
 */
export interface ServiceNetwork {
aliases?: ListOfStrings6
/**
 * Name of the interface inside the container.
 */
interface_name?: string
/**
 * Fixed IPv4 address.
 */
ipv4_address?: string
/**
 * Fixed IPv6 address.
 */
ipv6_address?: string
link_local_ips?: ListOfStrings7
/**
 * MAC address on this network.
 */
mac_address?: string
/**
 * Options for the network driver.
 */
driver_opts?: {
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number
}
/**
 * Order in which networks are attached: higher first.
 */
priority?: number
/**
 * The network with the highest number gives the default route.
 */
gw_priority?: number
/**
 * This interface was referenced by `ServiceNetwork`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * A published port in the long form.
 */
export interface Port {
/**
 * A name for people.
 */
name?: string
/**
 * ingress or host; for clusters.
 */
mode?: string
/**
 * Address of the host to listen on.
 */
host_ip?: string
/**
 * Port inside the container.
 */
target?: (number | string)
/**
 * Port of the host, a range such as 8000-8010, or absent for any free one.
 */
published?: (number | string)
/**
 * tcp, udp or sctp.
 */
protocol?: string
/**
 * Protocol spoken on the port, such as http; for people.
 */
app_protocol?: string
/**
 * This interface was referenced by `Port`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * A command that runs in the container at a point of its life.
 */
export interface ServiceHook1 {
/**
 * The command to run.
 */
command: (null | string | string[])
/**
 * User that runs the command.
 */
user?: string
/**
 * Whether the command runs with all capabilities.
 */
privileged?: (boolean | string)
/**
 * Directory the command runs in.
 */
working_dir?: string
/**
 * Further environment variables of the command.
 */
environment?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * This interface was referenced by `ServiceHook`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 * 
 * This interface was referenced by `ServiceHook1`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * A command that runs to its end in a container of its own before the service starts.
 */
export interface PreStartHook {
/**
 * The command to run.
 */
command?: (null | string | string[])
/**
 * User that runs the command.
 */
user?: string
/**
 * Whether the command runs with all capabilities.
 */
privileged?: (boolean | string)
/**
 * Directory the command runs in.
 */
working_dir?: string
/**
 * Further environment variables of the command.
 */
environment?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Image that the command runs in; default: the service's own.
 */
image?: string
/**
 * Whether it runs once for each replica or once for the service.
 */
per_replica?: (boolean | string)
/**
 * This interface was referenced by `PreStartHook`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * Resource limits of the processes.
 */
export interface Ulimits1 {
/**
 * This interface was referenced by `Ulimits`'s JSON-Schema definition
 * via the `patternProperty` "^(?!x-)".
 * 
 * This interface was referenced by `Ulimits1`'s JSON-Schema definition
 * via the `patternProperty` "^(?!x-)".
 */
[k: string]: number | string | {
/**
 * The limit that only a privileged process may raise.
 */
hard: (number | string)
/**
 * The limit in force.
 */
soft: (number | string)
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
}
/**
 * A mount in the long form.
 */
export interface VolumeMount {
/**
 * Kind of mount.
 */
type: ("bind" | "volume" | "tmpfs" | "cluster" | "npipe" | "image")
/**
 * Path on the host, name of a volume, or an image.
 */
source?: string
/**
 * Path inside the container.
 */
target?: string
/**
 * Whether the container may only read.
 */
read_only?: (boolean | string)
/**
 * Has no effect on Linux.
 */
consistency?: string
/**
 * Settings of a bind mount.
 */
bind?: {
/**
 * How mounts below are shared: rprivate, shared and others.
 */
propagation?: string
/**
 * Whether a missing path on the host is made.
 */
create_host_path?: (boolean | string)
/**
 * Whether mounts below the source come along.
 */
recursive?: ("enabled" | "disabled" | "writable" | "readonly")
/**
 * SELinux label: z shared, Z private.
 */
selinux?: ("z" | "Z")
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * Settings of a volume.
 */
volume?: {
/**
 * Labels of an anonymous volume.
 */
labels?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Whether the image's files are kept out of a new volume.
 */
nocopy?: (boolean | string)
/**
 * Folder of the volume to mount.
 */
subpath?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * Settings of a tmpfs.
 */
tmpfs?: {
/**
 * Size, such as 64m.
 */
size?: (number | string)
/**
 * Permissions, as an octal number.
 */
mode?: (number | string)
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * Settings of an image mount.
 */
image?: {
/**
 * Folder of the image to mount.
 */
subpath?: string
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * This interface was referenced by `VolumeMount`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * An AI model.
 */
export interface Model {
/**
 * Name of the model.
 */
name?: string
/**
 * Reference of the model.
 */
model: string
/**
 * Size of the context in tokens.
 */
context_size?: number
/**
 * Flags for the program that runs the model.
 */
runtime_flags?: string[]
/**
 * This interface was referenced by `Model`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * A secret of the project.
 * 
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z0-9._-]+$".
 */
export interface Secret {
/**
 * Name of the secret in the engine.
 */
name?: string
/**
 * Environment variable that holds the value.
 */
environment?: string
/**
 * File that holds the value.
 */
file?: string
/**
 * true: the secret exists already and is not made or removed.
 */
external?: (boolean | string | {
/**
 * Obsolete: use name beside external: true.
 */
name?: string
})
/**
 * Labels of the secret.
 */
labels?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Secret driver.
 */
driver?: string
/**
 * Options of the driver.
 */
driver_opts?: {
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number
}
/**
 * Template driver; for clusters.
 */
template_driver?: string
/**
 * This interface was referenced by `Secret`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
/**
 * A configuration file of the project.
 * 
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z0-9._-]+$".
 */
export interface Config {
/**
 * Name of the config in the engine.
 */
name?: string
/**
 * The text itself.
 */
content?: string
/**
 * Environment variable that holds the text.
 */
environment?: string
/**
 * File that holds the text.
 */
file?: string
/**
 * true: the config exists already and is not made or removed.
 */
external?: (boolean | string | {
/**
 * Obsolete: use name beside external: true.
 */
name?: string
})
/**
 * Labels of the config.
 */
labels?: ({
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` ".+".
 */
[k: string]: string | number | boolean | null
} | string[])
/**
 * Template driver; for clusters.
 */
template_driver?: string
/**
 * This interface was referenced by `Config`'s JSON-Schema definition
 * via the `patternProperty` "^x-".
 */
[k: string]: unknown
}
