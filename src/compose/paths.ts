/** Phase `paths`: relative paths become absolute, `~` the home directory. Works on canonical trees. */
import { isAbsolute, resolve } from 'node:path';
import type { LoadContext } from './context.ts';
import {
  isMap,
  type MapNode,
  mapEntries,
  mapItems,
  type Node,
  type Scalar,
  text,
  textOf,
  withEntries,
} from './node.ts';

export function resolvePaths(root: MapNode, context: LoadContext): MapNode {
  const from = pathResolver(context);
  const services = root.get('services');
  const changes: Record<string, Node | undefined> = {};
  if (isMap(services))
    changes['services'] = mapEntries(services, (service) => resolveServicePaths(service, context));
  for (const section of ['secrets', 'configs']) {
    const objects = root.get(section);
    if (isMap(objects)) changes[section] = mapEntries(objects, (object) => onField(object, 'file', from));
  }
  const volumes = root.get('volumes');
  if (isMap(volumes)) changes['volumes'] = mapEntries(volumes, (volume) => bindOptions(volume, from));
  return withEntries(root, changes);
}

type Change = (node: Node) => Node;

/** A service's own paths; also used on a service that another file extends, against that file's directory. */
export function resolveServicePaths(service: Node, context: LoadContext): Node {
  const from = pathResolver(context);
  let result = onField(service, 'build', (build) => buildPaths(build, from));
  result = onField(
    result,
    'env_file',
    each((file) => onField(file, 'path', from)),
  );
  result = onField(result, 'label_file', each(from));
  result = onField(
    result,
    'volumes',
    each((volume) => volumePath(volume, from)),
  );
  return onField(result, 'develop', (develop) =>
    onField(
      develop,
      'watch',
      each((rule) => onField(rule, 'path', from)),
    ),
  );
}

function onField(node: Node, key: string, change: Change): Node {
  const value = isMap(node) ? node.get(key) : undefined;
  if (!isMap(node) || !value) return node;
  const changed = change(value);
  return changed === value ? node : withEntries(node, { [key]: changed });
}

function each(change: Change): Change {
  return (node) => (node.kind === 'seq' ? mapItems(node, change) : node);
}

function pathResolver(context: LoadContext): Change {
  return (node) => {
    const value = textOf(node);
    if (value === undefined || value === '' || value.includes('${')) return node;
    const absolute = absolutePath(value, context);
    return absolute === value ? node : text(absolute, node);
  };
}

/** `~` is the user's home; everything else is relative to the working directory. Windows paths stay. */
export function absolutePath(path: string, context: Pick<LoadContext, 'workingDir' | 'environment'>): string {
  if (path === '~' || path.startsWith('~/'))
    return `${context.environment.get('HOME') ?? '~'}${path.slice(1)}`;
  if (/^[a-zA-Z]:[\\/]|^\\\\/.test(path)) return path;
  return isAbsolute(path) ? resolve(path) : resolve(context.workingDir, path);
}

/** Contexts that are fetched: URLs, git addresses, and the engine's own kinds. */
export function isRemoteContext(context: string): boolean {
  return (
    /^(https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|git@)/.test(context) || /^[\w.-]+@[\w.-]+:/.test(context)
  );
}

function buildPaths(build: Node, from: Change): Node {
  const contextPath: Change = (node) => (isRemoteContext(textOf(node) ?? '') ? node : from(node));
  const additional: Change = (node) => {
    const value = textOf(node) ?? '';
    return value.includes('://') || value.startsWith('service:') || isRemoteContext(value)
      ? node
      : from(node);
  };
  const result = onField(build, 'context', contextPath);
  const named = onField(result, 'additional_contexts', (contexts) =>
    isMap(contexts) ? mapEntries(contexts, additional) : contexts,
  );
  return onField(
    named,
    'ssh',
    each((key) => sshPath(key, from)),
  );
}

/** `id=path` */
function sshPath(node: Node, from: Change): Node {
  const value = textOf(node);
  const at = value?.indexOf('=') ?? -1;
  if (value === undefined || at < 0) return node;
  const path = from(text(value.slice(at + 1), node));
  return text(`${value.slice(0, at + 1)}${textOf(path) ?? ''}`, node);
}

function volumePath(volume: Node, from: Change): Node {
  if (!isMap(volume) || textOf(volume.get('type')) !== 'bind') return volume;
  return onField(volume, 'source', from);
}

/** A local volume with `o: bind` names a directory in `device`. */
function bindOptions(volume: Node, from: Change): Node {
  if (!isMap(volume)) return volume;
  const driver = textOf(volume.get('driver'));
  const options = volume.get('driver_opts');
  if ((driver !== undefined && driver !== 'local') || !isMap(options)) return volume;
  const isBind = (textOf(options.get('o')) ?? '').split(',').includes('bind');
  return isBind ? onField(volume, 'driver_opts', (opts) => onField(opts, 'device', from)) : volume;
}

/** For `null` scalars in places where a text may be missing. */
export function isText(node: Node | undefined): node is Scalar {
  return node?.kind === 'scalar' && typeof node.value === 'string';
}
