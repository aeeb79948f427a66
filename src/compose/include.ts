/** Phase `include`: other models, each loaded on its own with its own directory and env file, imported into this one. */
import { dirname, isAbsolute, join } from 'node:path';
import { canonicalJson } from '../base/digest.ts';
import type { Environment, LoadContext } from './context.ts';
import { parseEnvFile } from './dotenv.ts';
import { scalarText } from './merge.ts';
import {
  entryPlace,
  isMap,
  isNull,
  MapNode,
  mapOf,
  type Node,
  type Place,
  spanOf,
  textOf,
  toPlain,
  withEntries,
} from './node.ts';
import { absolutePath, isRemoteContext } from './paths.ts';
import { ReadProblem } from './reader.ts';

/** Loads a list of files as one model, up to and with its canonical form and absolute paths. */
export type LoadModel = (
  context: LoadContext,
  files: readonly string[],
  stack: readonly Loading[],
  at: Node,
) => MapNode | undefined;

/** A file that is being loaded, and the entry of `include` that named it. */
export interface Loading {
  readonly file: string;
  readonly at: Place | undefined;
}

const sections = ['services', 'volumes', 'networks', 'secrets', 'configs', 'models'];

/** @param stack - files being loaded, outermost first, to find circles */
export function applyInclude(
  root: MapNode,
  context: LoadContext,
  stack: readonly Loading[],
  load: LoadModel,
): MapNode {
  const include = root.get('include');
  if (!include) return root;
  let result = withEntries(root, { include: undefined });
  if (isNull(include)) return result;
  if (include.kind !== 'seq') {
    context.report.add(
      'E_INCLUDE',
      `include must be a list, got ${JSON.stringify(toPlain(include))}`,
      include,
      { hint: 'write - FILE' },
    );
    return result;
  }
  for (const entry of include.items) {
    const model = loadEntry(entry, context, stack, load);
    if (model) result = importModel(result, model, context);
  }
  return result;
}

/** A text or a list of texts; undefined when it is neither. */
function listOf(node: Node | undefined): string[] | undefined {
  if (!node || isNull(node)) return [];
  if (node.kind === 'seq') {
    const items = node.items.map(pathOf);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  const single = pathOf(node);
  return single === undefined ? undefined : [single];
}

/** A text; a date is none. */
function pathOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.type === 'time' ? undefined : textOf(node);
}

/** A path, of which a whole number is one. */
function directoryOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.type === 'int' ? scalarText(node) : pathOf(node);
}

interface Entry {
  readonly node: Node;
  readonly paths: readonly string[];
  readonly envFiles: readonly string[];
  readonly projectDirectory: string | undefined;
}

function readEntry(node: Node, context: LoadContext): Entry | undefined {
  const long = isMap(node) ? node : mapOf([['path', node]], node);
  const paths = listOf(long.get('path'));
  const envFiles = listOf(long.get('env_file'));
  const directory = long.get('project_directory');
  const isDirectory = !directory || isNull(directory) || directoryOf(directory) !== undefined;
  if (node.kind === 'seq' || !paths || !envFiles || !isDirectory) {
    context.report.add(
      'E_INCLUDE',
      'an include entry is a path, or path and env_file (a string or a list of strings each) and project_directory (a string)',
      node,
      { hint: 'write - FILE, or - path: FILE' },
    );
    return undefined;
  }
  return { node, paths, envFiles, projectDirectory: directoryOf(directory) || undefined };
}

function loadEntry(
  node: Node,
  context: LoadContext,
  stack: readonly Loading[],
  load: LoadModel,
): MapNode | undefined {
  const entry = readEntry(node, context);
  if (!entry) return undefined;
  if (entry.paths.length === 0) {
    includedEnvironment(entry, context.workingDir, context);
    return undefined;
  }
  const remote = entry.paths.find((path) => isRemoteContext(path) || path.startsWith('oci://'));
  if (remote !== undefined) {
    context.report.add('E_INCLUDE', `include of "${remote}": remote files are not fetched`, node, {
      hint: 'fetch the file and include its path',
    });
    return undefined;
  }
  const files = entry.paths.map((path) => absolutePath(path, context));
  const main = files[0] ?? '';
  const first = stack.findIndex(({ file }) => file === main);
  if (first >= 0) return refuseCircle([...stack.slice(first), { file: main, at: node }], context);
  const directory =
    entry.projectDirectory === undefined ? dirname(main) : absolutePath(entry.projectDirectory, context);
  const environment = includedEnvironment(entry, directory, context);
  const workingDir = existingDirectory(directory, entry, context);
  const model = load({ ...context, workingDir, environment }, files, stack, node);
  if (model) keepValues(model, environment, context);
  return model;
}

/** The including project does not read the env files of this model, whose secrets and configs may name a variable of them. */
function keepValues(model: MapNode, environment: Environment, context: LoadContext): void {
  for (const section of ['secrets', 'configs']) {
    const objects = model.get(section);
    if (!isMap(objects)) continue;
    for (const [key, object] of objects.entries) {
      const name = isMap(object) ? textOf(object.get('environment')) : undefined;
      if (name === undefined || context.environment.get(name) !== undefined) continue;
      const value = environment.get(name);
      if (value !== undefined) context.included.set(`${section}.${key}`, value);
    }
  }
}

/** @param circle - begins and ends with the same file */
function refuseCircle(circle: readonly Loading[], context: LoadContext): undefined {
  const related = circle.slice(1).flatMap(({ file, at }, index) => {
    const span = spanOf(at);
    return span ? [{ message: `${circle[index]?.file} includes ${file}`, span }] : [];
  });
  const chain = circle.map(({ file }) => file).join(' -> ');
  context.report.add('E_INCLUDE', `include cycle detected: ${chain}`, circle.at(-1)?.at, {
    related,
    hint: 'leave out one of these',
  });
}

/** A relative project directory that is not there counts as the directory that it would be in. */
function existingDirectory(directory: string, entry: Entry, context: LoadContext): string {
  const written = entry.projectDirectory;
  if (written === undefined || isAbsolute(written) || context.reader.kind(directory) === 'directory')
    return directory;
  return dirname(directory);
}

/** The included project's own env file, under the values that are there already. */
function includedEnvironment(entry: Entry, directory: string, context: LoadContext): Environment {
  const values = new Map<string, string>();
  for (const file of envFilesOf(entry, directory, context)) readInto(values, file, entry, context);
  return {
    get: (name) => context.environment.get(name) ?? values.get(name),
    entries: () => new Map([...values, ...context.environment.entries()]),
  };
}

function envFilesOf(entry: Entry, directory: string, context: LoadContext): string[] {
  if (entry.envFiles.length > 0) {
    const files = entry.envFiles.map((path) => absolutePath(path, context));
    return files.filter((file) => file !== '/dev/null');
  }
  const fallback = join(directory, '.env');
  return context.reader.kind(fallback) === 'file' ? [fallback] : [];
}

function readInto(values: Map<string, string>, file: string, entry: Entry, context: LoadContext): void {
  try {
    const lookup = (name: string): string | undefined => context.environment.get(name) ?? values.get(name);
    const onUnset = (name: string, at: Place): void => context.report.unset(name, at);
    const text = context.reader.readText(file);
    for (const [key, value] of parseEnvFile(file, text, { lookup, onUnset })) values.set(key, value);
  } catch (error) {
    if (!(error instanceof ReadProblem)) throw error;
    const at = isMap(entry.node) ? (entry.node.get('env_file') ?? entry.node) : entry.node;
    const missing = error.reason === 'missing';
    const message = `env file ${file} of an include ${missing ? 'is missing' : `cannot be read: it is ${error.reason}`}`;
    context.report.add(missing ? 'E_FILE_NOT_FOUND' : 'E_FILE_UNREADABLE', message, at, { hint: error.hint });
  }
}

function importModel(root: MapNode, model: MapNode, context: LoadContext): MapNode {
  const changes: Record<string, Node> = {};
  for (const section of sections) {
    const imported = model.get(section);
    if (!isMap(imported)) continue;
    const own = root.get(section);
    changes[section] = isMap(own) ? importSection(section, own, imported, context) : imported;
  }
  return withEntries(root, changes);
}

function importSection(section: string, own: MapNode, imported: MapNode, context: LoadContext): MapNode {
  const entries = new Map(own.entries);
  const keys = new Map(own.keys);
  for (const [name, value] of imported.entries) {
    const before = entries.get(name);
    if (before && canonicalJson(toPlain(before)) !== canonicalJson(toPlain(value))) {
      const span = spanOf(entryPlace(imported, name));
      context.report.add(
        'E_INCLUDE',
        `${section}.${name} conflicts with imported resource`,
        entryPlace(own, name),
        {
          hint: 'change it in an override file given beside the including one, or rename it',
          ...(span ? { related: [{ message: 'imported from here', span }] } : {}),
        },
      );
      continue;
    }
    entries.set(name, value);
    keys.set(name, entryPlace(imported, name));
  }
  return new MapNode(entries, keys, own);
}
