/** One row per service attribute: how it becomes canonical. Order of rows does not matter; output is sorted. */

import { scalarText, startedDependency } from '../merge.ts';
import {
  bool as boolNode,
  MapNode,
  mapEntries,
  mapOf,
  type Node,
  nothing,
  Scalar,
  Seq,
  text,
} from '../node.ts';
import { splitCommand } from '../shell-words.ts';
import {
  type At,
  as,
  below,
  bool,
  bytes,
  type Convert,
  duration,
  flag,
  list,
  mapOfAll,
  mapping,
  mappingWithNull,
  nonZero,
  number,
  object,
  problem,
  str,
  strings,
} from './convert.ts';
import { deviceRequests, devices, fileMounts, volumes } from './mounts.ts';
import { ports } from './ports.ts';

/** A command: a list as it is, a text split into words, null where the image's own is meant. */
const command: Convert = (node, at) => {
  if (node.kind === 'seq') return strings(node, at) ?? new Seq([], node);
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  const split = splitCommand(scalarText(node));
  if (!split)
    return problem(
      node,
      at,
      'invalid command line string',
      'close the quotes, or write the command as a list',
    );
  if (split.rest !== '') {
    const message = `${at.path.join('.')}: everything from "${split.rest.trim()}" on is not part of the command: no shell runs it`;
    at.context.report.add('W_AMBIGUOUS', message, node, {
      hint: 'write ["sh", "-c", "..."] to have a shell run it',
    });
  }
  return new Seq(
    split.words.map((word) => text(word, node)),
    node,
  );
};

/** Commands and tests that a list or a text gives; a text is for the shell. */
const healthTest: Convert = (node, at) => {
  if (node.kind === 'scalar') {
    if (node.value === null || node.value === '') return undefined;
    return new Seq([text('CMD-SHELL', node), text(scalarText(node), node)], node);
  }
  const first = node.kind === 'seq' ? node.items[0] : undefined;
  if (first && !(first.kind === 'scalar' && ['NONE', 'CMD', 'CMD-SHELL'].includes(String(first.value)))) {
    return problem(
      first,
      at,
      'healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"',
      'write ["CMD", ...] or a plain text for the shell',
    );
  }
  return strings(node, at);
};

const dependsOn: Convert = (node, at) => {
  if (node.kind === 'seq') {
    if (node.items.length === 0) return undefined;
    return mapOf(
      node.items.map((item) => [scalarKey(item), startedDependency(item)]),
      node,
    );
  }
  return mapOfAll((value) => {
    if (value.kind !== 'map') return startedDependency(value);
    const fields = mapEntries(value, (field) => field);
    const entries = new Map(fields.entries);
    if (!entries.has('required')) entries.set('required', boolNode(true, value));
    if (!entries.has('condition')) entries.set('condition', text('service_started', value));
    const restart = entries.get('restart');
    if (restart?.kind === 'scalar' && restart.value === false) entries.delete('restart');
    return new MapNode(entries, value.keys, value);
  })(node, at);
};

function scalarKey(item: Node): string {
  return item.kind === 'scalar' ? scalarText(item) : '';
}

const serviceNetwork = object(
  {
    aliases: strings,
    ipv4_address: str,
    ipv6_address: str,
    link_local_ips: strings,
    mac_address: str,
    priority: nonZero,
    gw_priority: nonZero,
    interface_name: str,
    driver_opts: mapping,
  },
  { keepEmpty: true },
);

/** Names in a list, or a map whose values may be null. An empty one counts as absent. */
function named(convert: Convert): Convert {
  return (node, at) => {
    if (node.kind === 'seq') {
      if (node.items.length === 0) return undefined;
      return mapOf(
        node.items.map((item) => [scalarKey(item), nothing(item)]),
        node,
      );
    }
    if (node.kind !== 'map' || node.entries.size === 0) return undefined;
    return mapEntries(node, (value, key) =>
      value.kind === 'map' ? (convert(value, below(at, key)) ?? value) : value,
    );
  };
}

const envFile: Convert = (node, at) => {
  const items = node.kind === 'seq' ? node.items : [node];
  const files = items.flatMap((item) => {
    if (item.kind === 'map') return object({ path: str, required: bool, format: str })(item, at) ?? [];
    return item.kind === 'scalar' && item.value ? mapOf([['path', text(scalarText(item), item)]], item) : [];
  });
  return files.length === 0 ? undefined : new Seq(files, node);
};

/** `host=ip`, `host:ip`, or a map; one entry per address, in the form host=ip. */
export const extraHosts: Convert = (node, at) => {
  const entries: { host: string; ip: string; item: Node }[] = [];
  if (node.kind === 'map') {
    for (const [host, value] of node.entries) {
      for (const item of value.kind === 'seq' ? value.items : [value])
        entries.push({ host, ip: scalarKey(item), item });
    }
  }
  for (const item of node.kind === 'seq' ? node.items : []) {
    const parts = splitHost(scalarKey(item));
    if (parts) entries.push({ ...parts, item });
    else problem(item, at, `invalid additional host, missing IP: ${scalarKey(item)}`, 'write HOST=IP');
  }
  if (entries.length === 0) return undefined;
  const sorted = node.kind === 'map' ? entries : groupByHost(entries);
  return new Seq(
    sorted.map(({ host, ip, item }) => text(`${host}=${ip.replace(/^\[(.*)\]$/, '$1')}`, item)),
    node,
  );
};

function splitHost(value: string): { host: string; ip: string } | undefined {
  const equals = value.indexOf('=');
  const at = equals > 0 ? equals : value.indexOf(':');
  return at > 0 && at < value.length - 1 ? { host: value.slice(0, at), ip: value.slice(at + 1) } : undefined;
}

function groupByHost<T extends { host: string }>(entries: readonly T[]): T[] {
  return [...entries].sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : 0));
}

const ulimits = mapOfAll((node, at) =>
  node.kind === 'map' ? object({ soft: number, hard: number })(node, at) : number(node, at),
);

/** `default` or `id=path`; from a list or a map. */
const ssh: Convert = (node) => {
  if (node.kind === 'map') {
    const items = [...node.entries].map(([id, value]) =>
      text(value.kind === 'scalar' && value.value ? `${id}=${value.value}` : id, value),
    );
    return items.length === 0 ? undefined : new Seq(items, node);
  }
  return node.kind === 'seq' && node.items.length > 0 ? node : undefined;
};

const build = object(
  {
    additional_contexts: mapping,
    args: mappingWithNull,
    cache_from: strings,
    cache_to: strings,
    context: str,
    dockerfile: str,
    dockerfile_inline: str,
    entitlements: strings,
    extra_hosts: extraHosts,
    isolation: str,
    labels: mapping,
    network: str,
    no_cache: flag,
    no_cache_filter: strings,
    platforms: strings,
    privileged: flag,
    provenance: str,
    pull: flag,
    sbom: str,
    secrets: fileMounts,
    shm_size: bytes,
    ssh,
    tags: strings,
    target: str,
    ulimits,
  },
  { keepEmpty: true },
);

const buildForms: Convert = (node, at) => {
  if (node.kind === 'map') return build(node, at);
  return node.kind === 'scalar' && node.value
    ? mapOf([['context', text(scalarText(node), node)]], node)
    : undefined;
};

const updateConfig = object({
  parallelism: number,
  delay: duration,
  failure_action: str,
  monitor: duration,
  max_failure_ratio: nonZero,
  order: str,
});

const resource = object({
  cpus: number,
  memory: bytes,
  pids: nonZero,
  devices: deviceRequests,
  generic_resources: as,
});

const deploy: Convert = (node, at) => {
  const result = object(
    {
      mode: str,
      endpoint_mode: str,
      replicas: number,
      labels: mapping,
      resources: object({ limits: resource, reservations: resource }, { keepEmpty: true }),
      restart_policy: object({ condition: str, delay: duration, max_attempts: number, window: duration }),
      update_config: updateConfig,
      rollback_config: updateConfig,
      placement: object(
        { constraints: strings, preferences: as, max_replicas_per_node: nonZero },
        { keepEmpty: true },
      ),
    },
    { keepEmpty: true },
  )(node, at);
  if (result?.kind !== 'map') return undefined;
  const entries = new Map(result.entries);
  for (const key of ['placement', 'resources']) if (!entries.has(key)) entries.set(key, mapOf([], node));
  return new MapNode(entries, result.keys, node);
};

const hook = object({
  command: (node, at) => command(node, at),
  image: str,
  per_replica: flag,
  user: str,
  privileged: flag,
  working_dir: str,
  environment: mappingWithNull,
});

const watch: Convert = (node, at) => {
  const result = object({
    path: as,
    action: str,
    target: str,
    ignore: strings,
    include: strings,
    exec: hook,
    initial_sync: flag,
  })(node, at);
  if (result?.kind !== 'map' || result.get('exec')) return result;
  const exec = mapOf([['command', new Scalar(null, 'null', node)]], node);
  return new MapNode(new Map([...result.entries, ['exec', exec]]), result.keys, node);
};

const device = object({ path: str, rate: bytes, weight: nonZero });

/** What each attribute of a service becomes. */
export const service: Readonly<Record<string, Convert>> = {
  annotations: mapping,
  attach: bool,
  blkio_config: object({
    weight: nonZero,
    weight_device: list(device),
    device_read_bps: list(device),
    device_read_iops: list(device),
    device_write_bps: list(device),
    device_write_iops: list(device),
  }),
  build: buildForms,
  cap_add: strings,
  cap_drop: strings,
  cgroup: str,
  cgroup_parent: str,
  command,
  configs: fileMounts,
  container_name: str,
  cpu_count: nonZero,
  cpu_percent: nonZero,
  cpu_period: nonZero,
  cpu_quota: nonZero,
  cpu_rt_period: nonZero,
  cpu_rt_runtime: nonZero,
  cpu_shares: nonZero,
  cpus: nonZero,
  cpuset: str,
  credential_spec: object({ config: str, file: str, registry: str }),
  depends_on: dependsOn,
  deploy,
  develop: object({ watch: list(watch) }, { keepEmpty: true }),
  device_cgroup_rules: strings,
  devices,
  dns: strings,
  dns_opt: strings,
  dns_search: strings,
  domainname: str,
  entrypoint: command,
  env_file: envFile,
  environment: mappingWithNull,
  expose: strings,
  extends: () => undefined,
  external_links: strings,
  extra_hosts: extraHosts,
  gpus: deviceRequests,
  group_add: strings,
  healthcheck: object(
    {
      test: healthTest,
      interval: duration,
      timeout: duration,
      retries: number,
      start_period: duration,
      start_interval: duration,
      disable: flag,
    },
    { keepEmpty: true },
  ),
  hostname: str,
  image: str,
  init: bool,
  ipc: str,
  isolation: str,
  label_file: strings,
  labels: mapping,
  links: strings,
  logging: object({ driver: str, options: mapping }, { keepEmpty: true }),
  mac_address: str,
  mem_limit: bytes,
  mem_reservation: bytes,
  mem_swappiness: bytes,
  memswap_limit: bytes,
  models: named(object({ endpoint_var: str, model_var: str }, { keepEmpty: true })),
  network_mode: str,
  networks: named(serviceNetwork),
  oom_kill_disable: flag,
  oom_score_adj: nonZero,
  pid: str,
  pids_limit: nonZero,
  platform: str,
  ports,
  post_start: list(hook),
  pre_start: list(hook),
  pre_stop: list(hook),
  privileged: flag,
  profiles: strings,
  provider: object({ type: str, options: as }, { keepEmpty: true }),
  pull_policy: str,
  pull_refresh_after: str,
  read_only: flag,
  restart: str,
  runtime: str,
  scale: number,
  secrets: fileMounts,
  security_opt: strings,
  shm_size: bytes,
  stdin_open: flag,
  stop_grace_period: duration,
  stop_signal: str,
  storage_opt: mapping,
  sysctls: mapping,
  tmpfs: strings,
  tty: flag,
  ulimits,
  use_api_socket: flag,
  user: str,
  userns_mode: str,
  uts: str,
  volumes,
  volumes_from: strings,
  working_dir: str,
};

export type { At };
