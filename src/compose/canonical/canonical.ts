/** Phase `canonical`: every attribute in its long form. Doing it twice changes nothing. */
import type { LoadContext } from '../context.ts';
import { scalarText } from '../merge.ts';
import { MapNode, type Node, Scalar, text } from '../node.ts';
import { as, type Convert, flag, list, mapOfAll, mapping, nonZero, object, str, strings } from './convert.ts';
import { service } from './service.ts';

/** `external: {name: x}` is the old form of `external: true` with a `name`. */
function maybeExternal(fields: Readonly<Record<string, Convert>>): Convert {
  const convert = object({ ...fields, external: flag }, { keepEmpty: true });
  return (node, at) => {
    if (node.kind === 'scalar') return new MapNode(new Map(), new Map(), node);
    if (node.kind !== 'map') return undefined;
    const external = node.get('external');
    if (external?.kind !== 'map') return convert(node, at);
    const entries = new Map<string, Node>([
      ...node.entries,
      ['external', new Scalar(true, 'bool', external)],
    ]);
    const name = external.get('name');
    if (name?.kind === 'scalar' && !entries.has('name')) entries.set('name', text(scalarText(name), name));
    const message = `${at.path.join('.')}: external.name is obsolete, use name with external: true`;
    at.context.report.add('W_OBSOLETE', message, external);
    return convert(new MapNode(entries, node.keys, node), at);
  };
}

const network = maybeExternal({
  name: str,
  driver: str,
  driver_opts: mapping,
  ipam: object(
    {
      driver: str,
      config: list(object({ subnet: str, ip_range: str, gateway: str, aux_addresses: mapping })),
      options: mapping,
    },
    { keepEmpty: true },
  ),
  internal: flag,
  attachable: flag,
  enable_ipv4: (node) => node,
  enable_ipv6: (node) => node,
  labels: mapping,
});

const volume = maybeExternal({ name: str, driver: str, driver_opts: mapping, labels: mapping });

const fileObject = maybeExternal({
  name: str,
  file: str,
  environment: str,
  content: str,
  labels: mapping,
  driver: str,
  driver_opts: mapping,
  template_driver: str,
});

const root: Readonly<Record<string, Convert>> = {
  services: mapOfAll(object(service, { keepEmpty: true })),
  networks: mapOfAll(network),
  volumes: mapOfAll(volume),
  secrets: mapOfAll(fileObject),
  configs: mapOfAll(fileObject),
  models: mapOfAll(
    object({ name: str, model: str, context_size: nonZero, runtime_flags: strings }, { keepEmpty: true }),
  ),
  name: str,
  include: () => undefined,
  version: () => undefined,
};

export function canonical(tree: MapNode, context: LoadContext): MapNode {
  const entries = new Map<string, Node>();
  for (const [key, value] of tree.entries) {
    const convert = Object.hasOwn(root, key) ? (root[key] ?? as) : as;
    const result = convert(value, { path: [key], context });
    if (result) entries.set(key, result);
  }
  return new MapNode(entries, tree.keys, tree);
}
