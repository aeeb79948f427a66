/** Phase `unicity`: of two list entries that mean the same thing the later one stays, at the earlier one's position. */

import { parseVolume } from './canonical/volumes.ts';
import type { LoadContext } from './context.ts';
import { type MapNode, mapEntries, type Node, Seq } from './node.ts';
import { type PatternNode, patternTree, step } from './path-pattern.ts';

/** What makes an entry the same as another; undefined: never. */
type Indexer = (item: Node) => string | undefined;

const byKey: Indexer = (item) => {
  const value = scalar(item);
  if (value === undefined) return undefined;
  const at = value.indexOf('=');
  return at >= 0 ? value.slice(0, at) : value;
};

const table = patternTree<Indexer>({
  'networks.*.labels': byKey,
  'services.*.annotations': byKey,
  'services.*.build.additional_contexts': byKey,
  'services.*.build.args': byKey,
  'services.*.build.labels': byKey,
  'services.*.build.tags': byKey,
  'services.*.cap_add': byKey,
  'services.*.cap_drop': byKey,
  'services.*.configs': byMountTarget(''),
  'services.*.deploy.labels': byKey,
  'services.*.devices': byDeviceTarget,
  'services.*.dns': byKey,
  'services.*.dns_opt': byKey,
  'services.*.dns_search': byKey,
  'services.*.env_file': byField('path'),
  'services.*.environment': byKey,
  'services.*.expose': scalar,
  'services.*.labels': byKey,
  'services.*.links': byKey,
  'services.*.networks.*.aliases': byKey,
  'services.*.networks.*.link_local_ips': byKey,
  'services.*.ports': byPort,
  'services.*.profiles': byKey,
  'services.*.secrets': byMountTarget('/run/secrets'),
  'services.*.sysctls': byKey,
  'services.*.tmpfs': byKey,
  'services.*.volumes': byVolumeTarget,
});

export function enforceUnicity(root: MapNode, _context?: LoadContext): MapNode {
  return walk(root, table) as MapNode;
}

function walk(node: Node, pattern: PatternNode<Indexer> | undefined): Node {
  if (!pattern || node.kind === 'scalar') return node;
  if (node.kind === 'map') return mapEntries(node, (value, key) => walk(value, step(pattern, key)));
  return pattern.value ? unique(node, pattern.value) : node;
}

function unique(seq: Seq, indexer: Indexer): Seq {
  const positions = new Map<string, number>();
  const items: Node[] = [];
  for (const item of seq.items) {
    const key = indexer(item);
    const at = key === undefined ? undefined : positions.get(key);
    if (at === undefined) {
      if (key !== undefined) positions.set(key, items.length);
      items.push(item);
    } else {
      items[at] = item;
    }
  }
  return items.length === seq.items.length ? seq : new Seq(items, seq, seq.tag);
}

function scalar(item: Node): string | undefined {
  return item.kind === 'scalar' && item.value !== null ? String(item.value) : undefined;
}

function field(item: Node, name: string): string | undefined {
  const value = item.kind === 'map' ? item.get(name) : undefined;
  return value ? scalar(value) : undefined;
}

function byField(name: string): Indexer {
  return (item) => scalar(item) ?? field(item, name);
}

function byMountTarget(folder: string): Indexer {
  return (item) => {
    const name = scalar(item);
    if (name !== undefined) return `${folder}/${name}`;
    const source = field(item, 'source');
    return field(item, 'target') ?? (source === undefined ? undefined : `${folder}/${source}`);
  };
}

function byDeviceTarget(item: Node): string | undefined {
  const value = scalar(item);
  if (value === undefined) return field(item, 'target');
  const parts = value.split(':');
  return parts.length === 1 ? value : parts[1];
}

function byVolumeTarget(item: Node): string | undefined {
  const value = scalar(item);
  if (value === undefined) return field(item, 'target');
  const volume = parseVolume(value);
  return 'error' in volume ? undefined : volume.target;
}

function byPort(item: Node): string | undefined {
  if (item.kind !== 'map') return scalar(item);
  const target = field(item, 'target');
  if (target === undefined) return undefined;
  const host = field(item, 'host_ip') ?? '0.0.0.0';
  return `${host}:${field(item, 'published') ?? ''}:${target}/${field(item, 'protocol') ?? 'tcp'}`;
}
