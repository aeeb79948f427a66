/** Phase `include`: other models, each loaded on its own with its own directory and env file, imported into this one. */
import { dirname, join } from 'node:path';
import { canonicalJson } from '../base/digest.ts';
import { canonical } from './canonical/canonical.ts';
import type { Environment, LoadContext } from './context.ts';
import { parseEnvFile } from './dotenv.ts';
import {
  entryPlace,
  isMap,
  MapNode,
  mapOf,
  type Node,
  spanOf,
  textOf,
  toPlain,
  withEntries,
} from './node.ts';
import { absolutePath, isRemoteContext, resolvePaths } from './paths.ts';
import { ReadProblem } from './reader.ts';

/** Loads a list of files as one model, up to and with its canonical form and absolute paths. */
export type LoadModel = (
  files: readonly string[],
  context: LoadContext,
  stack: readonly string[],
  at: Node,
) => MapNode | undefined;

const sections = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'];

/** @param stack - files being loaded, outermost first, to find circles */
export function applyInclude(
  root: MapNode,
  context: LoadContext,
  stack: readonly string[],
  load: LoadModel,
): MapNode {
  const include = root.get('include');
  if (!include) return root;
  let result = withEntries(root, { include: undefined });
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

function listOf(node: Node | undefined): string[] {
  if (node?.kind === 'seq') return node.items.flatMap((item) => textOf(item) ?? []);
  const single = textOf(node);
  return single === undefined ? [] : [single];
}

function loadEntry(
  entry: Node,
  context: LoadContext,
  stack: readonly string[],
  load: LoadModel,
): MapNode | undefined {
  const long = isMap(entry) ? entry : mapOf([['path', entry]], entry);
  const paths = listOf(long.get('path'));
  const remote = paths.find((path) => isRemoteContext(path) || path.startsWith('oci://'));
  if (remote !== undefined) {
    context.report.add('E_INCLUDE', `include of "${remote}": remote files are not fetched`, entry, {
      hint: 'fetch the file and include its path',
    });
    return undefined;
  }
  const files = paths.map((path) => absolutePath(path, context));
  const first = files[0];
  if (first === undefined) {
    context.report.add('E_INCLUDE', 'an include entry needs a path', entry);
    return undefined;
  }
  const circle = files.find((file) => stack.includes(file));
  if (circle !== undefined) {
    const chain = [...stack.slice(stack.indexOf(circle)), circle].join(' -> ');
    context.report.add('E_INCLUDE', `include cycle detected: ${chain}`, entry);
    return undefined;
  }
  const directory = textOf(long.get('project_directory'));
  const workingDir = directory === undefined ? dirname(first) : absolutePath(directory, context);
  const environment = includedEnvironment(long, workingDir, context);
  return load(files, { ...context, workingDir, environment }, stack, entry);
}

/** The included project's own env file, under the values that are there already. */
function includedEnvironment(entry: MapNode, workingDir: string, context: LoadContext): Environment {
  const named = listOf(entry.get('env_file')).map((path) => absolutePath(path, context));
  const fallback = join(workingDir, '.env');
  const files = named.length > 0 ? named : context.reader.kind(fallback) === 'file' ? [fallback] : [];
  const values = new Map<string, string>();
  for (const file of files) {
    if (file === '/dev/null') continue;
    try {
      const lookup = (name: string): string | undefined => context.environment.get(name) ?? values.get(name);
      for (const [key, value] of parseEnvFile(file, context.reader.readText(file), { lookup }))
        values.set(key, value);
    } catch (error) {
      if (!(error instanceof ReadProblem)) throw error;
      context.report.add(
        'E_FILE_NOT_FOUND',
        `env file ${file} of an include is ${error.reason}`,
        entry.get('env_file') ?? entry,
      );
    }
  }
  return {
    get: (name) => context.environment.get(name) ?? values.get(name),
    entries: () => new Map([...values, ...context.environment.entries()]),
  };
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
    if (before && !isSame(section, name, before, value, context)) {
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

function isSame(section: string, name: string, own: Node, imported: Node, context: LoadContext): boolean {
  const model = canonical(mapOf([[section, mapOf([[name, own]], own)]], own), context);
  const long = resolvePaths(model, context).get(section);
  const value = isMap(long) ? long.get(name) : undefined;
  return value !== undefined && canonicalJson(toPlain(value)) === canonicalJson(toPlain(imported));
}
