/** Phase `paths`: relative paths become absolute, `~` the home directory. Works on models in long forms. */
import { isAbsolute, join, relative } from 'node:path';
import type { LoadContext } from './context.ts';
import { isMap, type MapNode, mapEntries, mapItems, type Node, text, textOf, withEntries } from './node.ts';

export function resolvePaths(root: MapNode, context: LoadContext): MapNode {
  const from = pathResolver(context, 'any');
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
  let result = onField(service, 'build', (build) => buildPaths(build, context));
  result = onField(
    result,
    'env_file',
    each((file) => onField(file, 'path', from)),
  );
  result = onField(result, 'label_file', each(from));
  result = onField(result, 'extends', (extended) => onField(extended, 'file', from));
  result = onField(
    result,
    'volumes',
    each((volume) => volumePath(volume, pathResolver(context, 'any'))),
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

/** @param kind - `any`: paths of Windows stay, since the engine may run there */
function pathResolver(context: LoadContext, kind: 'own' | 'any' = 'own'): Change {
  return (node) => {
    const value = textOf(node);
    if (value === undefined || (value === '' && kind === 'own')) return node;
    if (kind === 'any' && /^.:[\\/]|^\\[\\/]/u.test(value)) return node;
    const { shownFrom } = context;
    // A model that another one imports is gone through again.
    if (shownFrom?.done.has(node)) return node;
    const path = shownPath(value, context);
    const result = path === value ? node : text(path, node);
    shownFrom?.done.add(result);
    return result;
  };
}

/** Absolute, or as seen from the project's directory where paths are not to be resolved. */
function shownPath(path: string, context: LoadContext): string {
  const absolute = absolutePath(path, context);
  if (context.shownFrom === undefined || isAbsolute(path) || path.startsWith('~')) return absolute;
  return relative(context.shownFrom.directory, absolute) || '.';
}

/** `~` is the user's home; everything else is relative to the working directory. Absolute paths stay as they are written. */
export function absolutePath(path: string, context: Pick<LoadContext, 'workingDir' | 'environment'>): string {
  const home = path.startsWith('~') ? context.environment.get('HOME') : undefined;
  const expanded = home ? join(home, path.slice(1)) : path;
  return isAbsolute(expanded) ? expanded : join(context.workingDir, expanded).replace(/(.)\/$/, '$1');
}

/** Contexts that are fetched: URLs and git addresses. */
export function isRemoteContext(context: string): boolean {
  return /^(https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|git@)/.test(context);
}

function buildPaths(build: Node, context: LoadContext): Node {
  const from = pathResolver(context);
  const contextPath: Change = (node) => {
    const value = textOf(node) ?? '';
    return value.includes('://') || value.startsWith('service:') || isRemoteContext(value)
      ? node
      : from(node);
  };
  const result = onField(build, 'context', contextPath);
  const named = onField(result, 'additional_contexts', (contexts) =>
    isMap(contexts) ? mapEntries(contexts, contextPath) : contexts,
  );
  const key = pathResolver(context, 'any');
  return onField(named, 'ssh', (keys) => (isMap(keys) ? mapEntries(keys, key) : keys));
}

function volumePath(volume: Node, from: Change): Node {
  if (!isMap(volume) || textOf(volume.get('type')) !== 'bind') return volume;
  return onField(volume, 'source', from);
}

/** A local volume with `o: bind` names a directory in `device`. */
function bindOptions(volume: Node, from: Change): Node {
  const options = isMap(volume) ? volume.get('driver_opts') : undefined;
  if (!isMap(volume) || textOf(volume.get('driver')) !== 'local' || !isMap(options)) return volume;
  if (textOf(options.get('o')) !== 'bind') return volume;
  return onField(volume, 'driver_opts', (opts) => onField(opts, 'device', from));
}
