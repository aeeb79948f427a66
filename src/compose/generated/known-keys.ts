// Generated from compose.schema.json by scripts/generate-compose.mjs. Do not edit.
export const knownKeys: Readonly<Record<string, readonly string[]>> = {
  "": [
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
  "include.*": [
    "path",
    "env_file",
    "project_directory"
  ],
  "services.*": [
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
  "services.*.build": [
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
  "services.*.build.secrets.*": [
    "source",
    "target",
    "uid",
    "gid",
    "mode"
  ],
  "services.*.build.ulimits.*": [
    "hard",
    "soft"
  ],
  "services.*.blkio_config": [
    "device_read_bps",
    "device_read_iops",
    "device_write_bps",
    "device_write_iops",
    "weight",
    "weight_device"
  ],
  "services.*.blkio_config.device_read_bps.*": [
    "path",
    "rate"
  ],
  "services.*.blkio_config.device_read_iops.*": [
    "path",
    "rate"
  ],
  "services.*.blkio_config.device_write_bps.*": [
    "path",
    "rate"
  ],
  "services.*.blkio_config.device_write_iops.*": [
    "path",
    "rate"
  ],
  "services.*.blkio_config.weight_device.*": [
    "path",
    "weight"
  ],
  "services.*.configs.*": [
    "source",
    "target",
    "uid",
    "gid",
    "mode"
  ],
  "services.*.credential_spec": [
    "config",
    "file",
    "registry"
  ],
  "services.*.depends_on.*": [
    "restart",
    "required",
    "condition"
  ],
  "services.*.deploy": [
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
  "services.*.deploy.rollback_config": [
    "parallelism",
    "delay",
    "failure_action",
    "monitor",
    "max_failure_ratio",
    "order"
  ],
  "services.*.deploy.update_config": [
    "parallelism",
    "delay",
    "failure_action",
    "monitor",
    "max_failure_ratio",
    "order"
  ],
  "services.*.deploy.resources": [
    "limits",
    "reservations"
  ],
  "services.*.deploy.resources.limits": [
    "cpus",
    "memory",
    "pids"
  ],
  "services.*.deploy.resources.reservations": [
    "cpus",
    "memory",
    "generic_resources",
    "devices"
  ],
  "services.*.deploy.resources.reservations.generic_resources.*": [
    "discrete_resource_spec"
  ],
  "services.*.deploy.resources.reservations.generic_resources.*.discrete_resource_spec": [
    "kind",
    "value"
  ],
  "services.*.deploy.resources.reservations.devices.*": [
    "capabilities",
    "count",
    "device_ids",
    "driver",
    "options"
  ],
  "services.*.deploy.restart_policy": [
    "condition",
    "delay",
    "max_attempts",
    "window"
  ],
  "services.*.deploy.placement": [
    "constraints",
    "preferences",
    "max_replicas_per_node"
  ],
  "services.*.deploy.placement.preferences.*": [
    "spread"
  ],
  "services.*.develop": [
    "watch"
  ],
  "services.*.develop.watch.*": [
    "path",
    "action",
    "target",
    "ignore",
    "include",
    "exec",
    "initial_sync"
  ],
  "services.*.develop.watch.*.exec": [
    "command",
    "user",
    "privileged",
    "working_dir",
    "environment"
  ],
  "services.*.devices.*": [
    "source",
    "target",
    "permissions"
  ],
  "services.*.env_file.*": [
    "path",
    "required",
    "format"
  ],
  "services.*.extends": [
    "service",
    "file"
  ],
  "services.*.provider": [
    "type",
    "options"
  ],
  "services.*.gpus.*": [
    "capabilities",
    "count",
    "device_ids",
    "driver",
    "options"
  ],
  "services.*.healthcheck": [
    "disable",
    "interval",
    "retries",
    "test",
    "timeout",
    "start_period",
    "start_interval"
  ],
  "services.*.logging": [
    "driver",
    "options"
  ],
  "services.*.models.*": [
    "endpoint_var",
    "model_var"
  ],
  "services.*.networks.*": [
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
  "services.*.ports.*": [
    "name",
    "mode",
    "host_ip",
    "target",
    "published",
    "protocol",
    "app_protocol"
  ],
  "services.*.post_start.*": [
    "command",
    "user",
    "privileged",
    "working_dir",
    "environment"
  ],
  "services.*.pre_start.*": [
    "command",
    "user",
    "privileged",
    "working_dir",
    "environment",
    "image",
    "per_replica"
  ],
  "services.*.pre_stop.*": [
    "command",
    "user",
    "privileged",
    "working_dir",
    "environment"
  ],
  "services.*.secrets.*": [
    "source",
    "target",
    "uid",
    "gid",
    "mode"
  ],
  "services.*.ulimits.*": [
    "hard",
    "soft"
  ],
  "services.*.volumes.*": [
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
  "services.*.volumes.*.bind": [
    "propagation",
    "create_host_path",
    "recursive",
    "selinux"
  ],
  "services.*.volumes.*.volume": [
    "labels",
    "nocopy",
    "subpath"
  ],
  "services.*.volumes.*.tmpfs": [
    "size",
    "mode"
  ],
  "services.*.volumes.*.image": [
    "subpath"
  ],
  "models.*": [
    "name",
    "model",
    "context_size",
    "runtime_flags"
  ],
  "networks.*": [
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
  "networks.*.ipam": [
    "driver",
    "config",
    "options"
  ],
  "networks.*.ipam.config.*": [
    "subnet",
    "ip_range",
    "gateway",
    "aux_addresses"
  ],
  "networks.*.external": [
    "name"
  ],
  "volumes.*": [
    "name",
    "driver",
    "driver_opts",
    "external",
    "labels"
  ],
  "volumes.*.external": [
    "name"
  ],
  "secrets.*": [
    "name",
    "environment",
    "file",
    "external",
    "labels",
    "driver",
    "driver_opts",
    "template_driver"
  ],
  "secrets.*.external": [
    "name"
  ],
  "configs.*": [
    "name",
    "content",
    "environment",
    "file",
    "external",
    "labels",
    "template_driver"
  ],
  "configs.*.external": [
    "name"
  ]
};
