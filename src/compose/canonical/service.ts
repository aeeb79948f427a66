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
  withEntries,
} from '../node.ts';
import { splitCommand } from '../shell-words.ts';
import {
  type At,
  as,
  below,
  bool,
  bytes,
  bytesOrNone,
  bytesOrUnlimited,
  type Convert,
  decimal,
  duration,
  flag,
  integer,
  list,
  mapOfAll,
  mapping,
  mappingWithNull,
  natural,
  nonZero,
  object,
  objectWith,
  printed,
  problem,
  str,
  strings,
  texts,
  withoutExtensions,
  word,
  writtenInteger,
} from './convert.ts';
import { extraHosts } from './extra-hosts.ts';
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
    if (node.value === null) return undefined;
    return new Seq([text('CMD-SHELL', node), text(scalarText(node), node)], node);
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
    const result = object({ condition: str, restart: flag, required: bool })(value, at);
    if (result?.kind !== 'map') return undefined;
    const entries = new Map(result.entries);
    if (!entries.has('required')) entries.set('required', boolNode(!value.entries.has('required'), value));
    if (!entries.has('condition')) entries.set('condition', text('service_started', value));
    return new MapNode(entries, value.keys, value);
  })(node, at);
};

function scalarKey(item: Node): string {
  return item.kind === 'scalar' ? scalarText(item) : '';
}

const serviceNetwork = object({
  aliases: strings,
  ipv4_address: str,
  ipv6_address: str,
  link_local_ips: strings,
  mac_address: str,
  priority: nonZero(integer),
  gw_priority: nonZero(integer),
  interface_name: str,
  driver_opts: mapping,
});

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
    if (item.kind === 'map') return object({ path: word, required: bool, format: str })(item, at) ?? [];
    return item.kind === 'scalar' && item.value !== null
      ? mapOf([['path', text(scalarText(item), item)]], item)
      : [];
  });
  return files.length === 0 ? undefined : new Seq(files, node);
};

const limitsOf = (number: Convert): Convert =>
  mapOfAll((node, at) =>
    node.kind === 'map' ? object({ soft: number, hard: number })(node, at) : number(node, at),
  );

/** Names that start with x- are the user's own. */
const ulimits: Convert = (node, at) => limitsOf(integer)(withoutExtensions(node), at);

/** `default` or `id=path`, sorted. */
const ssh: Convert = (node) => {
  if (node.kind !== 'map' || node.entries.size === 0) return node.kind === 'seq' ? node : undefined;
  const items = [...node.entries].map(([id, value]) => {
    const path = value.kind === 'scalar' ? scalarText(value) : '';
    return text(path === '' ? id : `${id}=${path}`, value);
  });
  return new Seq(
    items.sort((a, b) => (String(a.value) < String(b.value) ? -1 : 1)),
    node,
  );
};

const build = object({
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
  ulimits: limitsOf(writtenInteger),
});

const buildForms: Convert = (node, at) => {
  if (node.kind === 'map') return build(node, at);
  return node.kind === 'scalar' && node.value
    ? mapOf([['context', text(scalarText(node), node)]], node)
    : undefined;
};

const updateConfig = object({
  parallelism: natural,
  delay: nonZero(duration),
  failure_action: str,
  monitor: nonZero(duration),
  max_failure_ratio: nonZero(decimal),
  order: str,
});

const genericResource = object({
  discrete_resource_spec: objectWith({ kind: word, value: integer }, { kind: '', value: 0 }),
});

const resource = object({
  cpus: nonZero(decimal),
  memory: bytes,
  pids: nonZero(integer),
  devices: deviceRequests,
  generic_resources: list(genericResource),
});

const deploy: Convert = (node, at) => {
  const result = object({
    mode: str,
    endpoint_mode: str,
    replicas: integer,
    labels: mapping,
    resources: object({ limits: resource, reservations: resource }),
    restart_policy: object({ condition: str, delay: duration, max_attempts: natural, window: duration }),
    update_config: updateConfig,
    rollback_config: updateConfig,
    placement: object({
      constraints: strings,
      preferences: list(object({ spread: str })),
      max_replicas_per_node: nonZero(natural),
    }),
  })(node, at);
  if (result?.kind !== 'map') return undefined;
  const entries = new Map(result.entries);
  for (const key of ['placement', 'resources']) if (!entries.has(key)) entries.set(key, mapOf([], node));
  return new MapNode(entries, result.keys, node);
};

/** A port or a range; a number is a whole one. */
function exposed(node: Node, at: At): Node | undefined {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  return node.type === 'float' || (node.type === 'int' && Number(node.value) >= 2 ** 63)
    ? problem(node, at, `${scalarText(node)} is not a port`, 'write ports in quotes')
    : text(scalarText(node), node);
}

const hookFields = object({
  command: (node, at) => command(node, at),
  image: str,
  per_replica: flag,
  user: str,
  privileged: flag,
  working_dir: str,
  environment: mappingWithNull,
});

/** The command of a hook is there even when it is null. */
const hook: Convert = (node, at) => {
  const result = hookFields(node, at);
  if (result?.kind !== 'map' || result.get('command')) return result;
  return withEntries(result, { command: new Scalar(null, 'null', node) });
};

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

const throttled = objectWith({ path: word, rate: bytesOrNone }, { path: '', rate: '0' });
const weighted = objectWith({ path: word, weight: natural }, { path: '', weight: 0 });

/** What each attribute of a service becomes. */
export const service: Readonly<Record<string, Convert>> = {
  annotations: mapping,
  attach: bool,
  blkio_config: object({
    weight: nonZero(natural),
    weight_device: list(weighted),
    device_read_bps: list(throttled),
    device_read_iops: list(throttled),
    device_write_bps: list(throttled),
    device_write_iops: list(throttled),
  }),
  build: buildForms,
  cap_add: strings,
  cap_drop: strings,
  cgroup: str,
  cgroup_parent: str,
  command,
  configs: fileMounts,
  container_name: str,
  cpu_count: nonZero(integer),
  cpu_percent: nonZero(decimal),
  cpu_period: nonZero(integer),
  cpu_quota: nonZero(integer),
  cpu_rt_period: nonZero(integer),
  cpu_rt_runtime: nonZero(integer),
  cpu_shares: nonZero(integer),
  cpus: nonZero(decimal),
  cpuset: str,
  credential_spec: object({ config: str, file: str, registry: str }),
  depends_on: dependsOn,
  deploy,
  develop: object({ watch: list(watch) }),
  device_cgroup_rules: strings,
  devices,
  dns: strings,
  dns_opt: strings,
  dns_search: strings,
  domainname: str,
  entrypoint: command,
  env_file: envFile,
  environment: mappingWithNull,
  expose: list(exposed),
  extends: () => undefined,
  external_links: strings,
  extra_hosts: extraHosts,
  gpus: deviceRequests,
  group_add: strings,
  healthcheck: object({
    test: healthTest,
    interval: duration,
    timeout: duration,
    retries: natural,
    start_period: duration,
    start_interval: duration,
    disable: flag,
  }),
  hostname: str,
  image: str,
  init: bool,
  ipc: str,
  isolation: str,
  label_file: strings,
  labels: mapping,
  links: strings,
  logging: object({ driver: str, options: mapping }),
  mac_address: str,
  mem_limit: bytes,
  mem_reservation: bytes,
  mem_swappiness: bytes,
  memswap_limit: bytesOrUnlimited,
  models: named(object({ endpoint_var: str, model_var: str })),
  network_mode: str,
  networks: named(serviceNetwork),
  oom_kill_disable: flag,
  oom_score_adj: nonZero(integer),
  pid: str,
  pids_limit: nonZero(integer),
  platform: str,
  ports,
  post_start: list(hook),
  pre_start: list(hook),
  pre_stop: list(hook),
  privileged: flag,
  profiles: strings,
  provider: object({ type: str, options: mapOfAll(printed) }),
  pull_policy: str,
  pull_refresh_after: str,
  read_only: flag,
  restart: str,
  runtime: str,
  scale: integer,
  secrets: fileMounts,
  security_opt: strings,
  shm_size: bytes,
  stdin_open: flag,
  stop_grace_period: duration,
  stop_signal: str,
  storage_opt: texts,
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
