/** Phase `environment`: values that are null come from the environment; env files and label files are read in. */
import type { LoadContext } from './context.ts';
import { parseEnvFile, parseRawEnvFile } from './dotenv.ts';
import {
  isMap,
  isNull,
  MapNode,
  mapEntries,
  mapItems,
  type Node,
  type Place,
  Seq,
  text,
  textOf,
  withEntries,
} from './node.ts';
import { absolutePath } from './paths.ts';
import { ReadProblem } from './reader.ts';

/** A NAME in a list of `environment` takes its value from the environment of the model that it is written in. */
export function resolveListed(root: MapNode, context: LoadContext): MapNode {
  return eachService(root, (service) => {
    const environment = service.get('environment');
    return environment?.kind === 'seq'
      ? withEntries(service, { environment: mapItems(environment, (item) => fillItem(item, context)) })
      : service;
  });
}

function eachService(root: MapNode, change: (service: MapNode, name: string) => Node): MapNode {
  const services = root.get('services');
  if (!isMap(services)) return root;
  return withEntries(root, {
    services: mapEntries(services, (node, name) => (isMap(node) ? change(node, name) : node)),
  });
}

function fillItem(item: Node, context: LoadContext): Node {
  const name = textOf(item);
  const found = name === undefined || name.includes('=') ? undefined : context.environment.get(name);
  return found === undefined ? item : text(`${name}=${found}`, item);
}

/** Names without a value, in a list or a map, take it from the environment; those that are not set stay as they are. */
export function fillUnset(node: Node, context: LoadContext): Node {
  if (node.kind === 'seq') return mapItems(node, (item) => fillItem(item, context));
  if (node.kind !== 'map') return node;
  return mapEntries(node, (value, key) => {
    const found = isNull(value) ? context.environment.get(key) : undefined;
    return found === undefined ? value : text(found, value);
  });
}

/** Leaves out the names that are not set. */
export function dropUnset(node: Node): Node {
  if (node.kind === 'map') return withoutNulls(node);
  if (node.kind !== 'seq') return node;
  const items = node.items.filter((item) => textOf(item)?.includes('=') ?? true);
  return items.length === node.items.length ? node : new Seq(items, node);
}

function withoutNulls(map: MapNode): MapNode {
  return new MapNode(new Map([...map.entries].filter(([, value]) => !isNull(value))), map.keys, map);
}

/** Reads env_file and label_file into environment and labels; what the service says itself wins. */
export function readServiceFiles(
  root: MapNode,
  context: LoadContext,
  { environment }: { readonly environment: boolean },
): MapNode {
  return eachService(root, (service, name) =>
    readLabels(environment ? readEnvironment(service, name, context) : service, name, context),
  );
}

function readEnvironment(service: MapNode, name: string, context: LoadContext): MapNode {
  const written = service.get('environment');
  const own = written && fillUnset(written, context);
  const files = service.get('env_file');
  if (files?.kind !== 'seq') return own ? withEntries(service, { environment: own }) : service;
  const values = new Map<string, Node>();
  const lookup = (key: string): string | undefined =>
    context.environment.get(key) ??
    (isMap(own) ? textOf(own.get(key)) : undefined) ??
    textOf(values.get(key));
  for (const file of files.items) {
    for (const [key, value] of readEnvFile(file, name, lookup, context)) values.set(key, text(value, file));
  }
  if (isMap(own)) for (const [key, value] of own.entries) values.set(key, value);
  const environment =
    values.size > 0 ? new MapNode(values, isMap(own) ? own.keys : new Map(), own ?? files) : undefined;
  return withEntries(service, { env_file: undefined, environment });
}

function readEnvFile(
  file: Node,
  service: string,
  lookup: (key: string) => string | undefined,
  context: LoadContext,
): Map<string, string> {
  const path = isMap(file) ? textOf(file.get('path')) : undefined;
  if (!isMap(file) || path === undefined) return new Map();
  const required = file.get('required');
  const optional = required?.kind === 'scalar' && required.value === false;
  const format = textOf(file.get('format'));
  if (format !== undefined && format !== 'raw' && format !== '.env') {
    context.report.add('E_VALUE', `unsupported env_file format "${format}"`, file.get('format'), {
      hint: 'format: raw, or none',
    });
    return new Map();
  }
  const what = `env file ${path} of service "${service}"`;
  const missingHint = 'make the file, or set required: false';
  const content = readOptional(path, optional, { at: file, what, missingHint }, context);
  if (content === undefined) return new Map();
  if (format === 'raw') return parseRawEnvFile(path, content, lookup);
  return parseEnvFile(path, content, { lookup, onUnset: (key, at) => context.report.unset(key, at) });
}

function readOptional(
  written: string,
  optional: boolean,
  { at, what, missingHint }: { readonly at: Node; readonly what: string; readonly missingHint: string },
  context: LoadContext,
): string | undefined {
  // No path at all is no file, not the directory that it would be relative to.
  const path = written === '' ? '' : absolutePath(written, context);
  if (optional && context.reader.kind(path) === 'missing') return undefined;
  try {
    return context.reader.readText(path);
  } catch (error) {
    if (!(error instanceof ReadProblem)) throw error;
    const missing = error.reason === 'missing';
    const message = missing ? `${what} not found` : `${what} cannot be read: it is ${error.reason}`;
    context.report.add(missing ? 'E_FILE_NOT_FOUND' : 'E_FILE_UNREADABLE', message, at, {
      hint: missing ? missingHint : error.hint,
    });
    return undefined;
  }
}

function readLabels(service: MapNode, name: string, context: LoadContext): MapNode {
  const files = service.get('label_file');
  if (files?.kind !== 'seq') return service;
  const labels = new Map<string, Node>();
  for (const file of files.items) {
    const path = textOf(file) ?? '';
    const what = `label file ${path} of service "${name}"`;
    const missingHint = 'make the file, or correct the path';
    const content = readOptional(path, false, { at: file, what, missingHint }, context);
    if (content === undefined) continue;
    const lookup = (key: string): string | undefined => textOf(labels.get(key));
    const onUnset = (key: string, at: Place): void => context.report.unset(key, at);
    for (const [key, value] of parseEnvFile(path, content, { lookup, onUnset }))
      labels.set(key, text(value, file));
  }
  const own = service.get('labels');
  if (isMap(own)) for (const [key, value] of own.entries) labels.set(key, value);
  const merged =
    labels.size > 0 ? new MapNode(labels, isMap(own) ? own.keys : new Map(), own ?? files) : undefined;
  return withEntries(service, { label_file: undefined, labels: merged });
}

/** Variables that nobody set are not passed on to containers. */
export function dropUnsetVariables(root: MapNode): MapNode {
  return eachService(root, (service) => {
    const environment = service.get('environment');
    return isMap(environment) ? withEntries(service, { environment: withoutNulls(environment) }) : service;
  });
}
