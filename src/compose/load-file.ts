/** Loads a list of compose files into one canonical model: parse, interpolate, extends, include, merge, unicity, validate, canonical, defaults. */
import { canonicalModel } from './canonical/model.ts';
import { checkModel } from './check-model.ts';
import type { LoadContext } from './context.ts';
import { applyDefaults } from './defaults.ts';
import { resolveListed } from './environment.ts';
import { applyExtends, type Extended } from './extends.ts';
import { applyInclude, type Loading } from './include.ts';
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
  stack: readonly Loading[] = [],
  at?: Place,
): MapNode | undefined {
  // One variable for all trees: what a phase has replaced can go.
  let tree: MapNode | undefined;
  for (const path of files) tree = loadFile(path, tree, loader, stack, at);
  if (!tree) return undefined;
  const handed = [tree];
  tree = undefined;
  return runPhases(modelPhases, handed, loader, loader);
}

/** @returns the model with the file's documents merged onto it */
function loadFile(
  path: string,
  before: MapNode | undefined,
  loader: FileLoader,
  stack: readonly Loading[],
  at: Place | undefined,
): MapNode | undefined {
  const documents = loader.parsed?.get(path) ?? parseFile(path, loader, at);
  loader.parsed?.delete(path);
  let model = before;
  while (documents.length > 0)
    model = loadDocument(documents, model, { file: path, at }, loader, stack) ?? model;
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
    loader.context.report.add(missing ? 'E_FILE_NOT_FOUND' : 'E_FILE_UNREADABLE', message, at, {
      hint: error.hint,
    });
    return undefined;
  }
}

/** What a document's phases know beside its tree. */
interface DocumentStep {
  readonly loading: Loading;
  readonly loader: FileLoader;
  readonly stack: readonly Loading[];
  /** The model that earlier documents gave. */
  readonly before: MapNode | undefined;
  /** What the document takes away from it: known after its marks have been read. */
  resets: readonly ResetPath[];
}

/** One step of loading: gives the next tree, and reports through the context of the step. */
export interface Phase<Step> {
  readonly name: string;
  run(tree: MapNode, step: Step): MapNode;
}

/** What happens to each document, in this order. */
const documentPhases: readonly Phase<DocumentStep>[] = [
  {
    name: 'reset',
    run: (tree, step) => {
      const { tree: unmarked, paths } = readResets(tree);
      step.resets = paths;
      return unmarked as MapNode;
    },
  },
  { name: 'interpolate', run: (tree, { loader }) => interpolate(tree, loader.context) as MapNode },
  {
    name: 'extends',
    run: (tree, { loading, loader, resets }) =>
      applyExtends(tree, loading.file, resets, loader.context, (other, from) =>
        readBase(other, from, loader),
      ),
  },
  {
    name: 'include',
    run: (tree, { loading, loader, stack }) =>
      applyInclude(tree, loader.context, [...stack, loading], (context, files, inner, from) =>
        loadFiles(files, { ...loader, parsed: new Map(), keepPaths: false, context }, inner, from),
      ),
  },
  {
    name: 'merge',
    run: (tree, { before, resets, loader }) =>
      before ? mergeModels(applyResets(before, resets), tree, loader.context) : tree,
  },
  { name: 'unicity', run: (tree) => enforceUnicity(tree) },
  {
    name: 'validate',
    run: (tree, { loader }) => {
      validate(tree, loader.context);
      return tree;
    },
  },
  {
    name: 'canonical',
    run: (tree, { loader }) =>
      enforceUnicity(canonicalModel(withoutVersion(tree, loader.context), loader.context)),
  },
];

/** What happens to the model of all documents, in this order. */
const modelPhases: readonly Phase<FileLoader>[] = [
  { name: 'defaults', run: (tree) => applyDefaults(tree) },
  {
    name: 'check',
    run: (tree, { context }) => {
      checkModel(tree, context);
      return tree;
    },
  },
  { name: 'paths', run: (tree, { context, keepPaths }) => (keepPaths ? tree : resolvePaths(tree, context)) },
  { name: 'listed', run: (tree, { context }) => resolveListed(tree, context) },
];

/** Names of the phases that run on documents and on the model that they give, in their order. */
export const filePhaseNames: readonly string[] = ['parse', ...documentPhases, ...modelPhases].map((phase) =>
  typeof phase === 'string' ? phase : phase.name,
);

/** @param documents - the first is taken out: nobody else holds it, so that what a phase has replaced can go */
function loadDocument(
  documents: Node[],
  before: MapNode | undefined,
  loading: Loading,
  loader: FileLoader,
  stack: readonly Loading[],
): MapNode | undefined {
  const handed = documents.splice(0, 1);
  if (!handed.every(isMap)) return refuseDocument(handed[0] as Node, loader.context) ?? before;
  for (const document of handed) loader.onPhase?.('parse', document);
  return runPhases(documentPhases, handed, { loading, loader, stack, before, resets: [] }, loader);
}

/**
 * Runs phases in their order and tells of the tree after each.
 *
 * @param handed - the first tree, taken out: nobody else holds it
 */
export function runPhases<Step>(
  phases: readonly Phase<Step>[],
  handed: MapNode[],
  step: Step,
  { onPhase }: Pick<FileLoader, 'onPhase'>,
): MapNode {
  // One variable for all trees: what a phase has replaced can go.
  let tree = handed.pop() as MapNode;
  for (const phase of phases) {
    tree = phase.run(tree, step);
    onPhase?.(phase.name, tree);
  }
  return tree;
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
    { hint: 'remove the line' },
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
