/**
 * Podman's own attributes in the two spellings that files have: `x-podman.NAME: value` and `x-podman: {NAME: value}`.
 * They become one spelling, standard attributes where there is one, and a warning where they can have no effect.
 *
 * @see https://github.com/containers/podman-compose/blob/main/docs/Extensions.md
 */
import { didYouMean } from '../base/did-you-mean.ts';
import type { LoadContext } from './context.ts';
import {
  entryPlace,
  isMap,
  MapNode,
  mapEntries,
  type Node,
  nodeAt,
  text,
  textOf,
  withEntries,
} from './node.ts';
import { absolutePath } from './paths.ts';
import type { PodmanNames } from './types.ts';

const prefix = 'x-podman.';

/** What podman-compose and we know under `x-podman`, by where it stands; the path of an attachment is that of its service. */
const known = {
  project: [
    'default_net_behavior_compat',
    'default_net_name_compat',
    'docker_compose_compat',
    'in_pod',
    'name_separator_compat',
    'pod_args',
  ],
  services: ['gidmaps', 'no_hosts', 'rootfs', 'share_network', 'uidmaps'],
  networks: ['disable_dns', 'dns', 'routes'],
  attachments: ['interface_name', 'mac_address'],
  secrets: ['relabel'],
} as const satisfies { readonly [Place in keyof PodmanNames]: readonly PodmanNames[Place][] };

/** Runs on the typed tree of a project that is going to be carried out; what `config` prints keeps its spelling. */
export function applyPodmanExtensions(root: MapNode, context: LoadContext): MapNode {
  const project = gathered(root);
  checkProject(project, context);
  checkSecrets(root, context);
  return withEntries(project, {
    ...changed(root, 'services', (service, name) => {
      const result = gathered(service);
      checkNames(result, known.services, `services.${name}`, context);
      return withStandardNetworks(withRootfs(result, context), name, context);
    }),
    ...changed(root, 'networks', (network, name) => {
      const result = gathered(network);
      checkNames(result, known.networks, `networks.${name}`, context);
      return result;
    }),
  });
}

/** A service may run from a directory, which is one of the project's. */
function withRootfs(service: MapNode, context: LoadContext): MapNode {
  const own = service.get('x-podman');
  const written = isMap(own) ? own.get('rootfs') : undefined;
  const path = textOf(written);
  if (!isMap(own) || !written || path === undefined) return service;
  const rootfs = text(absolutePath(path, context), written);
  return withEntries(service, { 'x-podman': withEntries(own, { rootfs }) });
}

/** A name that nobody knows has no effect: said, so that nobody waits for one. */
function checkNames(owner: MapNode, names: readonly string[], path: string, context: LoadContext): void {
  const own = owner.get('x-podman');
  if (!isMap(own)) return;
  for (const name of own.entries.keys()) {
    if (names.includes(name)) continue;
    const hint = didYouMean(name, names) ?? `known here are ${names.join(', ')}`;
    const where = path === '' ? '' : `${path}: `;
    const message = `${where}x-podman.${name} is not known and has no effect`;
    context.report.add('W_UNSUPPORTED', message, entryPlace(own, name), { hint });
  }
}

function changed(
  root: MapNode,
  section: string,
  change: (value: MapNode, name: string) => MapNode,
): Record<string, Node> {
  const values = root.get(section);
  if (!isMap(values)) return {};
  return { [section]: mapEntries(values, (value, name) => (isMap(value) ? change(value, name) : value)) };
}

/** Moves `x-podman.NAME` into `x-podman`; a dash in the name is an underscore. What the mapping says itself wins. */
function gathered(map: MapNode): MapNode {
  const dotted = [...map.entries].filter(([key]) => key.startsWith(prefix));
  if (dotted.length === 0) return map;
  const own = map.get('x-podman');
  const entries = new Map<string, Node>();
  const keys = new Map(isMap(own) ? own.keys : []);
  for (const [key, value] of dotted) {
    const name = key.slice(prefix.length).replaceAll('-', '_');
    entries.set(name, value);
    if (!keys.has(name)) keys.set(name, entryPlace(map, key));
  }
  if (isMap(own)) for (const [key, value] of own.entries) entries.set(key, value);
  const removed = Object.fromEntries(dotted.map(([key]) => [key, undefined]));
  return withEntries(map, { ...removed, 'x-podman': new MapNode(entries, keys, own ?? map) });
}

/** `mac_address` and `interface_name` of an attachment have become standard attributes. */
function withStandardNetworks(service: MapNode, name: string, context: LoadContext): MapNode {
  const networks = service.get('networks');
  if (!isMap(networks)) return service;
  const standard = mapEntries(networks, (attachment, network) => {
    if (!isMap(attachment)) return attachment;
    const result = gathered(attachment);
    checkNames(result, known.attachments, `services.${name}.networks.${network}`, context);
    return withStandardNames(result);
  });
  return standard === networks ? service : withEntries(service, { networks: standard });
}

function withStandardNames(attachment: MapNode): MapNode {
  const changes: Record<string, Node> = {};
  for (const name of ['mac_address', 'interface_name']) {
    const value = nodeAt(attachment, ['x-podman', name]);
    if (value && !attachment.get(name)) changes[name] = value;
  }
  return Object.keys(changes).length === 0 ? attachment : withEntries(attachment, changes);
}

/** What the project asks for that has no effect. */
function checkProject(project: MapNode, context: LoadContext): void {
  checkNames(project, known.project, '', context);
  const own = project.get('x-podman');
  if (!isMap(own)) return;
  if (own.get('pod_args')) {
    const message = 'x-podman.pod_args: the pod is made over the API';
    context.report.add('W_UNSUPPORTED', message, entryPlace(own, 'pod_args'), {
      hint: 'its settings come from the services; in_pod: false does without a pod',
    });
  }
  for (const name of ['default_net_behavior_compat', 'default_net_name_compat', 'docker_compose_compat']) {
    const value = own.get(name);
    if (value?.kind !== 'scalar' || String(value.value).toLowerCase() !== 'false') continue;
    const message = `x-podman.${name}: networks and names are always those of docker compose`;
    context.report.add('W_UNSUPPORTED', message, entryPlace(own, name), {
      hint: 'leave it out; name_separator_compat: false gives names with "_"',
    });
  }
}

function checkSecrets(root: MapNode, context: LoadContext): void {
  const secrets = root.get('secrets');
  for (const [name, secret] of isMap(secrets) ? secrets.entries : []) {
    if (!isMap(secret)) continue;
    const gatheredSecret = gathered(secret);
    checkNames(gatheredSecret, known.secrets, `secrets.${name}`, context);
    const relabel = nodeAt(gatheredSecret, ['x-podman', 'relabel']);
    if (!relabel) continue;
    const message = `secrets.${name}: ${prefix}relabel has no effect: secrets are kept by Podman and not mounted from files`;
    context.report.add('W_UNSUPPORTED', message, relabel, { hint: 'leave it out' });
  }
}
