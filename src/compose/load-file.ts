/** Loads a list of compose files into one canonical model: parse, interpolate, extends, include, merge, unicity, validate, canonical, defaults. */
import { canonicalModel } from './canonical/model.ts';
import { checkModel } from './check-model.ts';
import type { LoadContext } from './context.ts';
import { applyDefaults } from './defaults.ts';
import { resolveListed } from './environment.ts';
import { applyExtends, type Extended } from './extends.ts';
import { applyInclude } from './include.ts';
import { interpolate } from './interpolate.ts';
import { mergeModels } from './merge.ts';
import { isMap, MapNode, type Node, type Place } from './node.ts';
import { largeText, parseYaml } from './parse-yaml.ts';
import { resolvePaths } from './paths.ts';
import { ReadProblem } from './reader.ts';
import { applyResets, type ResetPath, readResets } from './reset.ts';
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
  /** Told before a large file is parsed. */
  readonly onLargeFile?: () => void;
  /** The documents of files that have been read before; taken out as they are used. */
  readonly parsed?: Map<string, Node[]>;
}

/** Reads files and parses them; those that cannot be read are reported. */
export function parseFiles(files: readonly string[], loader: FileLoader): Map<string, Node[]> {
  const parsed = new Map<string, Node[]>();
  for (const path of files) parsed.set(path, parsed.get(path) ?? parseFile(path, loader, undefined));
  return parsed;
}

function parseFile(path: string, loader: FileLoader, at: Place | undefined): Node[] {
  const file = readSource(path, loader, at);
  if (!file) return [];
  if (file.text.length >= largeText) loader.onLargeFile?.();
  return parseYaml(file);
}

/**
 * Short forms have become long ones; values are still as they were written.
 *
 * @returns undefined when the files hold nothing
 */
export function loadFiles(
  files: readonly string[],
  loader: FileLoader,
  stack: readonly string[] = [],
  at?: Place,
): MapNode | undefined {
  const { context, onPhase } = loader;
  // One variable for all trees: what a phase has replaced can go.
  let tree: MapNode | undefined;
  for (const path of files) tree = loadFile(path, tree, loader, stack, at);
  if (!tree) return undefined;
  onPhase?.('canonical', tree);
  tree = applyDefaults(tree);
  onPhase?.('defaults', tree);
  checkModel(tree, context);
  if (!loader.keepPaths) tree = resolvePaths(tree, context);
  onPhase?.('paths', tree);
  return resolveListed(tree, context);
}

/** @returns the model with the file's documents merged onto it */
function loadFile(
  path: string,
  before: MapNode | undefined,
  loader: FileLoader,
  stack: readonly string[],
  at: Place | undefined,
): MapNode | undefined {
  const documents = loader.parsed?.get(path) ?? parseFile(path, loader, at);
  loader.parsed?.delete(path);
  let model = before;
  while (documents.length > 0) model = loadDocument(documents, model, path, loader, stack) ?? model;
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

/** @param documents - the first is taken out: nobody else holds it, so that what a phase has replaced can go */
function loadDocument(
  documents: Node[],
  before: MapNode | undefined,
  path: string,
  loader: FileLoader,
  stack: readonly string[],
): MapNode | undefined {
  const { context, onPhase } = loader;
  // One variable for all trees.
  let tree = documents.shift();
  if (!isMap(tree)) return tree && (refuseDocument(tree, context) ?? before);
  onPhase?.('parse', tree);
  let paths: readonly ResetPath[] = [];
  ({ tree, paths } = readResets(tree));
  tree = interpolate(tree, context) as MapNode;
  onPhase?.('interpolate', tree);
  tree = applyExtends(tree, path, paths, context, (other, from) => readBase(other, from, loader));
  onPhase?.('extends', tree);
  tree = applyInclude(tree, context, [...stack, path], (inner, files, innerStack, from) =>
    loadFiles(files, { ...loader, parsed: new Map(), keepPaths: false, context: inner }, innerStack, from),
  );
  onPhase?.('include', tree);
  if (before) tree = mergeModels(applyResets(before, paths), tree, context);
  tree = enforceUnicity(tree);
  onPhase?.('merge', tree);
  validate(tree, context);
  onPhase?.('validate', tree);
  return enforceUnicity(canonicalModel(withoutVersion(tree, context), context));
}

function refuseDocument(document: Node, context: LoadContext): undefined {
  if (document.kind === 'scalar' && document.value === null) return;
  context.report.add('E_SCHEMA', 'the top level of a compose file must be a mapping', document, {
    hint: 'start with services:',
  });
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

/** A file that another one extends: all its documents, in long forms; nothing is checked, since only a part of it is used. */
function readBase(path: string, at: Node, loader: FileLoader): Extended | undefined {
  let model: MapNode | undefined;
  let resets: readonly ResetPath[] = [];
  for (const document of parseFile(path, loader, at)) {
    if (!isMap(document)) continue;
    const { tree, paths } = readResets(document);
    const next = interpolate(tree, loader.context) as MapNode;
    const merged = model ? mergeModels(applyResets(model, paths), next, loader.context) : next;
    model = enforceUnicity(canonicalModel(enforceUnicity(merged), loader.context));
    resets = paths;
  }
  return model ? { model, resets } : undefined;
}
