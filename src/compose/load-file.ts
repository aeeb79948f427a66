/** Loads a list of compose files into one canonical tree: parse, interpolate, extends, include, merge, unicity, validate, canonical. */
import { canonical } from './canonical/canonical.ts';
import type { LoadContext } from './context.ts';
import { applyExtends } from './extends.ts';
import { applyInclude } from './include.ts';
import { interpolate } from './interpolate.ts';
import { mergeModels, stripResets } from './merge.ts';
import { isMap, MapNode, type Node, type Place } from './node.ts';
import { applyDefaults } from './normalise.ts';
import { parseYaml } from './parse-yaml.ts';
import { resolvePaths } from './paths.ts';
import { ReadProblem } from './reader.ts';
import { SourceFile } from './source.ts';
import { enforceUnicity } from './unicity.ts';
import { validate } from './validate.ts';

export interface FileLoader {
  readonly context: LoadContext;
  /** Text of "-". */
  readonly stdin: () => string;
  /** Skips making paths absolute. */
  readonly keepPaths: boolean;
  /** Told of the tree after each phase, for `config --phase`. */
  readonly onPhase?: (phase: string, tree: Node) => void;
}

/** @returns the merged canonical tree; undefined when the files hold nothing */
export function loadFiles(
  files: readonly string[],
  loader: FileLoader,
  stack: readonly string[] = [],
  at?: Place,
): MapNode | undefined {
  // One variable for all trees: what a phase has replaced can go.
  let tree: MapNode | undefined;
  for (const path of files) tree = loadFile(path, tree, loader, stack, at);
  if (!tree) return undefined;
  const tell = loader.onPhase;
  tree = canonical(tree, loader.context);
  tell?.('canonical', tree);
  tree = applyDefaults(enforceUnicity(tree));
  tell?.('defaults', tree);
  if (loader.keepPaths) return tree;
  tree = resolvePaths(tree, loader.context);
  tell?.('paths', tree);
  return tree;
}

/** @returns the model with the file's documents merged onto it */
function loadFile(
  path: string,
  before: MapNode | undefined,
  loader: FileLoader,
  stack: readonly string[],
  at: Place | undefined,
): MapNode | undefined {
  const file = readSource(path, loader, at);
  let model = before;
  for (const document of file ? parseYaml(file) : [])
    model = loadDocument(document, model, path, loader, stack) ?? model;
  return model;
}

function readSource(path: string, loader: FileLoader, at: Place | undefined): SourceFile | undefined {
  if (path === '-') return new SourceFile('-', loader.stdin());
  try {
    return new SourceFile(path, loader.context.reader.readText(path));
  } catch (error) {
    if (!(error instanceof ReadProblem)) throw error;
    const missing = error.reason === 'missing';
    const message = missing
      ? `file ${path} does not exist`
      : `file ${path} cannot be read: it is ${error.reason}`;
    loader.context.report.add(missing ? 'E_FILE_NOT_FOUND' : 'E_FILE_UNREADABLE', message, at);
    return undefined;
  }
}

function loadDocument(
  document: Node,
  before: MapNode | undefined,
  path: string,
  loader: FileLoader,
  stack: readonly string[],
): MapNode | undefined {
  const { context } = loader;
  if (!isMap(document)) {
    if (document.kind === 'scalar' && document.value === null) return before;
    context.report.add('E_SCHEMA', 'the top level of a compose file must be a mapping', document, {
      hint: 'start with services:',
    });
    return before;
  }
  loader.onPhase?.('parse', document);
  const interpolated = interpolate(document, context) as MapNode;
  loader.onPhase?.('interpolate', interpolated);
  const extended = applyExtends(interpolated, path, context, (other, at) => readServices(other, at, loader));
  loader.onPhase?.('extends', extended);
  const included = applyInclude(extended, context, [...stack, path], (files, inner, innerStack, at) =>
    loadFiles(files, { ...loader, context: inner }, innerStack, at),
  );
  loader.onPhase?.('include', included);
  const merged = before ? mergeModels(before, included, context) : included;
  const model = enforceUnicity(stripResets(merged) as MapNode);
  loader.onPhase?.('merge', model);
  validate(model, context);
  loader.onPhase?.('validate', model);
  return withoutVersion(model, context);
}

/** `version` says nothing any more. */
function withoutVersion(model: MapNode, context: LoadContext): MapNode {
  const version = model.get('version');
  if (!version) return model;
  context.report.add(
    'W_OBSOLETE',
    'the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion',
    model.keys.get('version') ?? version,
  );
  const entries = new Map(model.entries);
  entries.delete('version');
  return new MapNode(entries, model.keys, model);
}

/** The services of a file that another one extends. */
function readServices(path: string, at: Node, loader: FileLoader): MapNode | undefined {
  const file = readSource(path, loader, at);
  const document = file ? parseYaml(file).find(isMap) : undefined;
  if (!document) return undefined;
  const services = (interpolate(document, loader.context) as MapNode).get('services');
  return isMap(services) ? services : new MapNode(new Map(), new Map(), document);
}
