/** Phase `typed`: every value in the one form of its type, attributes that say nothing left out. Doing it twice changes nothing. */
import { own } from '../../base/own.ts';
import type { LoadContext } from '../context.ts';
import { isMap, MapNode, type Node, withEntries } from '../node.ts';
import {
  as,
  bool,
  type Convert,
  flag,
  integer,
  list,
  mapOfAll,
  mapping,
  nonZero,
  object,
  str,
  strings,
} from './convert.ts';
import { service } from './service.ts';

/** Something that is declared: there even when nothing is said about it. */
function declared(fields: Readonly<Record<string, Convert>>): Convert {
  const convert = object({ ...fields, external: flag });
  return (node, at) => (node.kind === 'scalar' ? emptyMap(node) : convert(node, at));
}

function emptyMap(at: Node): MapNode {
  return new MapNode(new Map(), new Map(), at);
}

const networkFields = declared({
  name: str,
  driver: str,
  driver_opts: mapping,
  ipam: object({
    driver: str,
    config: list(object({ subnet: str, ip_range: str, gateway: str, aux_addresses: mapping })),
    options: mapping,
  }),
  internal: flag,
  attachable: flag,
  enable_ipv4: bool,
  enable_ipv6: bool,
  labels: mapping,
});

/** The address management of a network is always there. */
const network: Convert = (node, at) => {
  const result = networkFields(node, at);
  return isMap(result) && !result.get('ipam') ? withEntries(result, { ipam: emptyMap(result) }) : result;
};

const volume = declared({ name: str, driver: str, driver_opts: mapping, labels: mapping });

const fileObject = declared({
  name: str,
  file: str,
  environment: str,
  content: str,
  labels: mapping,
  driver: str,
  driver_opts: mapping,
  template_driver: str,
});

/** `scale` is what `deploy` says too, where there is one. */
function withReplicas(node: Node | undefined): Node | undefined {
  const scale = isMap(node) ? node.get('scale') : undefined;
  const deploy = isMap(node) ? node.get('deploy') : undefined;
  if (!isMap(node) || !isMap(deploy) || !scale || deploy.get('replicas')) return node;
  return withEntries(node, { deploy: withEntries(deploy, { replicas: scale }) });
}

const root: Readonly<Record<string, Convert>> = {
  services: mapOfAll((node, at) => withReplicas(object(service)(node, at))),
  networks: mapOfAll(network),
  volumes: mapOfAll(volume),
  secrets: mapOfAll(fileObject),
  configs: mapOfAll(fileObject),
  models: mapOfAll(object({ name: str, model: str, context_size: nonZero(integer), runtime_flags: strings })),
  name: str,
  include: () => undefined,
  version: () => undefined,
};

export function canonical(tree: MapNode, context: LoadContext): MapNode {
  const entries = new Map<string, Node>();
  for (const [key, value] of tree.entries) {
    const convert = own(root, key) ?? as;
    const result = convert(value, { path: [key], context });
    if (result) entries.set(key, result);
  }
  return new MapNode(entries, tree.keys, tree);
}
