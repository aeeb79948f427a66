/**
 * The order in which readers of compose output know the attributes, for each kind of object, and what the JSON form names otherwise.
 * An object that no row describes is a map of names: its keys are sorted.
 */

export interface Layout {
  /** Known attributes in the order they are printed; `x-*` follow, sorted, in YAML only. */
  readonly order: readonly string[];
  /** The layouts of attributes that are objects; `[]` after the name: of the items of a list; `*`: of the values of a map. */
  readonly inside?: Readonly<Record<string, Layout>>;
  /** Names in JSON that differ from YAML's. */
  readonly jsonNames?: Readonly<Record<string, string>>;
  /** Attributes that compose tools read and do not print. */
  readonly hidden?: readonly string[];
}

const words = (text: string): string[] => text.trim().split(/\s+/);
const row = (order: string, inside: Readonly<Record<string, Layout>> = {}): Layout => ({
  order: words(order),
  inside,
});

const mount = row('source target uid gid mode');
const hook = row('command image per_replica user privileged working_dir environment');
const ulimit = row('soft hard');
const deviceRequest = row('capabilities driver count device_ids options');
const throttle: Layout = { order: ['path', 'rate'], jsonNames: { path: 'Path', rate: 'Rate' } };
const weight: Layout = { order: ['path', 'weight'], jsonNames: { path: 'Path', weight: 'Weight' } };
const update = row('parallelism delay failure_action monitor max_failure_ratio order');
const resource = row('cpus memory pids devices generic_resources', {
  'devices[]': deviceRequest,
  'generic_resources[]': row('discrete_resource_spec', { discrete_resource_spec: row('kind value') }),
});

const build = row(
  `context dockerfile dockerfile_inline entitlements args provenance sbom ssh labels cache_from cache_to no_cache
   no_cache_filter additional_contexts pull extra_hosts isolation network target secrets shm_size tags ulimits platforms
   privileged`,
  { 'secrets[]': mount, 'ulimits*': ulimit },
);

const deploy = row(
  'mode replicas labels update_config rollback_config resources restart_policy placement endpoint_mode',
  {
    update_config: update,
    rollback_config: update,
    resources: row('limits reservations', { limits: resource, reservations: resource }),
    restart_policy: row('condition delay max_attempts window'),
    placement: row('constraints preferences max_replicas_per_node', { 'preferences[]': row('spread') }),
  },
);

const volumeMount = row('type source target read_only consistency bind volume tmpfs image', {
  bind: row('selinux propagation create_host_path recursive'),
  volume: row('labels nocopy subpath'),
  tmpfs: row('size mode'),
  image: row('subpath'),
});

const serviceRow = row(
  `profiles annotations attach build develop blkio_config cap_add cap_drop cgroup_parent cgroup cpu_count cpu_percent
   cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpus cpuset cpu_shares command configs container_name credential_spec
   depends_on deploy device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint provider environment env_file
   expose external_links extra_hosts group_add gpus hostname healthcheck image init ipc isolation labels label_file
   links logging mem_limit mem_reservation memswap_limit mem_swappiness mac_address models network_mode networks
   oom_kill_disable oom_score_adj pid pids_limit platform ports privileged pull_policy read_only restart
   runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty
   ulimits use_api_socket user userns_mode uts volumes volumes_from working_dir pre_start post_start pre_stop`,
  {
    blkio_config: row(
      'weight weight_device device_read_bps device_read_iops device_write_bps device_write_iops',
      {
        'weight_device[]': weight,
        'device_read_bps[]': throttle,
        'device_read_iops[]': throttle,
        'device_write_bps[]': throttle,
        'device_write_iops[]': throttle,
      },
    ),
    build,
    'configs[]': mount,
    credential_spec: row('config file registry'),
    'depends_on*': row('condition restart required'),
    deploy,
    develop: row('watch', {
      'watch[]': row('path action target exec include ignore initial_sync', { exec: hook }),
    }),
    'devices[]': row('source target permissions'),
    'env_file[]': row('path required format'),
    'gpus[]': deviceRequest,
    healthcheck: row('test timeout interval retries start_period start_interval disable'),
    logging: row('driver options'),
    'models*': row('endpoint_var model_var'),
    'networks*': row(
      'aliases driver_opts gw_priority interface_name ipv4_address ipv6_address link_local_ips mac_address priority',
    ),
    'ports[]': row('name mode host_ip target published protocol app_protocol'),
    'post_start[]': hook,
    'pre_start[]': hook,
    'pre_stop[]': hook,
    provider: row('type options'),
    'secrets[]': mount,
    'ulimits*': ulimit,
    'volumes[]': volumeMount,
  },
);

const service: Layout = { ...serviceRow, hidden: ['pull_refresh_after'] };

const fileObject = row('name file environment content external labels driver driver_opts template_driver');

/** The whole project in YAML: sections in the order that people read them in. */
export const projectLayout: Layout = row('name services networks volumes secrets configs models', {
  'services*': service,
  'networks*': row(
    'name driver driver_opts ipam external internal attachable labels enable_ipv4 enable_ipv6',
    {
      ipam: {
        ...row('driver config', { 'config[]': row('subnet gateway ip_range aux_addresses') }),
        hidden: ['options'],
      },
    },
  ),
  'volumes*': row('name driver driver_opts external labels'),
  'secrets*': fileObject,
  'configs*': fileObject,
  'models*': row('name model context_size runtime_flags'),
});

export const serviceLayout: Layout = service;
