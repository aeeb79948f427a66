// Generated from compose.schema.json by scripts/generate-compose.mjs. Do not edit.
export const knownKeys: Readonly<Record<string, readonly string[]>> = {
  "#": [
    "version",
    "name",
    "include",
    "services",
    "models",
    "networks",
    "volumes",
    "secrets",
    "configs",
    "x-podman"
  ],
  "#/$defs/blkio_limit": [
    "path",
    "rate"
  ],
  "#/$defs/blkio_weight": [
    "path",
    "weight"
  ],
  "#/$defs/build": [
    "context",
    "dockerfile",
    "dockerfile_inline",
    "entitlements",
    "ssh",
    "labels",
    "args",
    "cache_from",
    "cache_to",
    "no_cache",
    "no_cache_filter",
    "additional_contexts",
    "network",
    "provenance",
    "sbom",
    "pull",
    "target",
    "shm_size",
    "extra_hosts",
    "isolation",
    "privileged",
    "secrets",
    "tags",
    "ulimits",
    "platforms"
  ],
  "#/$defs/config": [
    "name",
    "content",
    "environment",
    "file",
    "external",
    "labels",
    "template_driver"
  ],
  "#/$defs/config/properties/external": [
    "name"
  ],
  "#/$defs/deploy": [
    "mode",
    "endpoint_mode",
    "replicas",
    "labels",
    "rollback_config",
    "update_config",
    "resources",
    "restart_policy",
    "placement"
  ],
  "#/$defs/deploy/properties/resources": [
    "limits",
    "reservations"
  ],
  "#/$defs/deploy/properties/resources/properties/limits": [
    "cpus",
    "memory",
    "pids"
  ],
  "#/$defs/deploy/properties/resources/properties/reservations": [
    "cpus",
    "memory",
    "generic_resources",
    "devices"
  ],
  "#/$defs/deploy/properties/resources/properties/reservations/properties/generic_resources/items": [
    "discrete_resource_spec"
  ],
  "#/$defs/deploy/properties/resources/properties/reservations/properties/generic_resources/items/properties/discrete_resource_spec": [
    "kind",
    "value"
  ],
  "#/$defs/deploy/properties/restart_policy": [
    "condition",
    "delay",
    "max_attempts",
    "window"
  ],
  "#/$defs/deploy/properties/placement": [
    "constraints",
    "preferences",
    "max_replicas_per_node"
  ],
  "#/$defs/deploy/properties/placement/properties/preferences/items": [
    "spread"
  ],
  "#/$defs/develop": [
    "watch"
  ],
  "#/$defs/develop/properties/watch/items": [
    "path",
    "action",
    "target",
    "ignore",
    "include",
    "exec",
    "initial_sync"
  ],
  "#/$defs/device_requests/items": [
    "capabilities",
    "count",
    "device_ids",
    "driver",
    "options"
  ],
  "#/$defs/env_file/oneOf/1/items/oneOf/1": [
    "path",
    "required",
    "format"
  ],
  "#/$defs/file_mount/items/oneOf/1": [
    "source",
    "target",
    "uid",
    "gid",
    "mode"
  ],
  "#/$defs/gpus/oneOf/1/items": [
    "capabilities",
    "count",
    "device_ids",
    "driver",
    "options"
  ],
  "#/$defs/healthcheck": [
    "disable",
    "interval",
    "retries",
    "test",
    "timeout",
    "start_period",
    "start_interval"
  ],
  "#/$defs/include/oneOf/1": [
    "path",
    "env_file",
    "project_directory"
  ],
  "#/$defs/model": [
    "name",
    "model",
    "context_size",
    "runtime_flags"
  ],
  "#/$defs/network": [
    "name",
    "driver",
    "driver_opts",
    "ipam",
    "external",
    "internal",
    "enable_ipv4",
    "enable_ipv6",
    "attachable",
    "labels",
    "x-podman"
  ],
  "#/$defs/network/properties/ipam": [
    "driver",
    "config",
    "options"
  ],
  "#/$defs/network/properties/ipam/properties/config/items": [
    "subnet",
    "ip_range",
    "gateway",
    "aux_addresses"
  ],
  "#/$defs/network/properties/external": [
    "name"
  ],
  "#/$defs/port": [
    "name",
    "mode",
    "host_ip",
    "target",
    "published",
    "protocol",
    "app_protocol"
  ],
  "#/$defs/pre_start_hook": [
    "command",
    "user",
    "privileged",
    "working_dir",
    "environment",
    "image",
    "per_replica"
  ],
  "#/$defs/secret": [
    "name",
    "environment",
    "file",
    "external",
    "labels",
    "driver",
    "driver_opts",
    "template_driver"
  ],
  "#/$defs/secret/properties/external": [
    "name"
  ],
  "#/$defs/service": [
    "annotations",
    "attach",
    "build",
    "blkio_config",
    "cap_add",
    "cap_drop",
    "cgroup",
    "cgroup_parent",
    "command",
    "configs",
    "container_name",
    "cpu_count",
    "cpu_percent",
    "cpu_shares",
    "cpu_quota",
    "cpu_period",
    "cpu_rt_period",
    "cpu_rt_runtime",
    "cpus",
    "cpuset",
    "credential_spec",
    "depends_on",
    "deploy",
    "develop",
    "device_cgroup_rules",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "env_file",
    "label_file",
    "environment",
    "expose",
    "extends",
    "provider",
    "external_links",
    "extra_hosts",
    "gpus",
    "group_add",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "ipc",
    "isolation",
    "labels",
    "links",
    "logging",
    "mac_address",
    "mem_limit",
    "mem_reservation",
    "mem_swappiness",
    "memswap_limit",
    "models",
    "network_mode",
    "networks",
    "oom_kill_disable",
    "oom_score_adj",
    "pid",
    "pids_limit",
    "platform",
    "ports",
    "post_start",
    "pre_start",
    "pre_stop",
    "privileged",
    "profiles",
    "pull_policy",
    "pull_refresh_after",
    "read_only",
    "restart",
    "runtime",
    "scale",
    "security_opt",
    "shm_size",
    "secrets",
    "sysctls",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "storage_opt",
    "tmpfs",
    "tty",
    "ulimits",
    "use_api_socket",
    "user",
    "uts",
    "userns_mode",
    "volumes",
    "volumes_from",
    "working_dir",
    "x-podman"
  ],
  "#/$defs/service/properties/blkio_config": [
    "device_read_bps",
    "device_read_iops",
    "device_write_bps",
    "device_write_iops",
    "weight",
    "weight_device"
  ],
  "#/$defs/service/properties/credential_spec": [
    "config",
    "file",
    "registry"
  ],
  "#/$defs/service/properties/depends_on/oneOf/1/patternProperties/^[a-zA-Z0-9._-]+$": [
    "restart",
    "required",
    "condition"
  ],
  "#/$defs/service/properties/devices/items/oneOf/1": [
    "source",
    "target",
    "permissions"
  ],
  "#/$defs/service/properties/extends/oneOf/1": [
    "service",
    "file"
  ],
  "#/$defs/service/properties/provider": [
    "type",
    "options"
  ],
  "#/$defs/service/properties/logging": [
    "driver",
    "options"
  ],
  "#/$defs/service/properties/models/oneOf/1/patternProperties/^[a-zA-Z0-9._-]+$/oneOf/0": [
    "endpoint_var",
    "model_var"
  ],
  "#/$defs/service_hook": [
    "command",
    "user",
    "privileged",
    "working_dir",
    "environment"
  ],
  "#/$defs/service_network": [
    "aliases",
    "interface_name",
    "ipv4_address",
    "ipv6_address",
    "link_local_ips",
    "mac_address",
    "driver_opts",
    "priority",
    "gw_priority"
  ],
  "#/$defs/ulimits/patternProperties/^[a-z]+$/oneOf/1": [
    "hard",
    "soft"
  ],
  "#/$defs/update_config": [
    "parallelism",
    "delay",
    "failure_action",
    "monitor",
    "max_failure_ratio",
    "order"
  ],
  "#/$defs/volume": [
    "name",
    "driver",
    "driver_opts",
    "external",
    "labels"
  ],
  "#/$defs/volume/properties/external": [
    "name"
  ],
  "#/$defs/volume_mount": [
    "type",
    "source",
    "target",
    "read_only",
    "consistency",
    "bind",
    "volume",
    "tmpfs",
    "image"
  ],
  "#/$defs/volume_mount/properties/bind": [
    "propagation",
    "create_host_path",
    "recursive",
    "selinux"
  ],
  "#/$defs/volume_mount/properties/volume": [
    "labels",
    "nocopy",
    "subpath"
  ],
  "#/$defs/volume_mount/properties/tmpfs": [
    "size",
    "mode"
  ],
  "#/$defs/volume_mount/properties/image": [
    "subpath"
  ]
};
