/**
 * Where a text becomes a number or a boolean after interpolation, so that `${REPLICAS}` works in typed attributes.
 * Patterns are key paths; `*` stands for one key or index.
 */
type Cast = 'int' | 'float' | 'bool';

const service: Readonly<Record<string, Cast>> = {
  cpu_count: 'int',
  cpu_percent: 'float',
  cpu_period: 'int',
  cpu_quota: 'int',
  cpu_rt_period: 'int',
  cpu_rt_runtime: 'int',
  cpu_shares: 'int',
  cpus: 'float',
  'deploy.placement.max_replicas_per_node': 'int',
  'deploy.replicas': 'int',
  'deploy.restart_policy.max_attempts': 'int',
  'deploy.rollback_config.max_failure_ratio': 'float',
  'deploy.rollback_config.parallelism': 'int',
  'deploy.update_config.max_failure_ratio': 'float',
  'deploy.update_config.parallelism': 'int',
  'healthcheck.disable': 'bool',
  'healthcheck.retries': 'int',
  init: 'bool',
  oom_kill_disable: 'bool',
  oom_score_adj: 'int',
  pids_limit: 'int',
  'ports.*.target': 'int',
  privileged: 'bool',
  read_only: 'bool',
  scale: 'int',
  stdin_open: 'bool',
  tty: 'bool',
  'ulimits.*': 'int',
  'ulimits.*.hard': 'int',
  'ulimits.*.soft': 'int',
  'volumes.*.read_only': 'bool',
  'volumes.*.volume.nocopy': 'bool',
};

const resources: Readonly<Record<string, Cast>> = {
  'networks.*.external': 'bool',
  'networks.*.internal': 'bool',
  'networks.*.attachable': 'bool',
  'networks.*.enable_ipv4': 'bool',
  'networks.*.enable_ipv6': 'bool',
  'volumes.*.external': 'bool',
  'secrets.*.external': 'bool',
  'configs.*.external': 'bool',
};

interface CastNode {
  cast?: Cast;
  readonly children: Map<string, CastNode>;
}

/** The tables as a tree, so that a walk carries its place along instead of matching patterns at every value. */
export const castTree: CastNode = buildTree();

function buildTree(): CastNode {
  const root: CastNode = { children: new Map() };
  const add = (pattern: string, cast: Cast): void => {
    let node = root;
    for (const step of pattern.split('.')) {
      let next = node.children.get(step);
      if (!next) {
        next = { children: new Map() };
        node.children.set(step, next);
      }
      node = next;
    }
    node.cast = cast;
  };
  for (const [pattern, cast] of Object.entries(service)) add(`services.*.${pattern}`, cast);
  for (const [pattern, cast] of Object.entries(resources)) add(pattern, cast);
  return root;
}

export function castChild(node: CastNode | undefined, key: string): CastNode | undefined {
  return node?.children.get(key) ?? node?.children.get('*');
}

export type { CastNode };

export type CastResult =
  | { readonly value: number | boolean; readonly type: 'int' | 'float' | 'bool'; readonly warning?: string }
  | { readonly error: string };

/** Turns a text into the type that its place asks for. */
export function castText(cast: Cast, value: string): CastResult {
  if (cast === 'bool') return castBoolean(value);
  if (cast === 'int') return castInteger(value);
  if (!/^[-+]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(value))
    return { error: `"${value}" is not a number` };
  return { value: Number(value.replaceAll('_', '')), type: 'float' };
}

/** Decimal, as in a shell: a leading zero means nothing. */
function castInteger(value: string): CastResult {
  if (!/^[-+]?\d+$/.test(value)) return { error: `"${value}" is not an integer` };
  const number = BigInt(value.replace('+', ''));
  if (number >= 2n ** 63n || number < -(2n ** 63n)) return { error: `${value} is too large` };
  return { value: Number(number), type: 'int' };
}

function castBoolean(value: string): CastResult {
  const word = value.toLowerCase();
  if (word === 'true') return { value: true, type: 'bool' };
  if (word === 'false') return { value: false, type: 'bool' };
  const old = /^(y|yes|on)$/.test(word) ? true : /^(n|no|off)$/.test(word) ? false : undefined;
  if (old === undefined) return { error: `invalid boolean: ${value}` };
  return {
    value: old,
    type: 'bool',
    warning: `"${value}" for boolean is not supported by YAML 1.2, use ${old}`,
  };
}
