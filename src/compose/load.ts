/** Files and environment -> one canonical project. The order of the phases is that of the Compose Specification's reference loader. */

import { sortDiagnostics } from '../base/diagnostic.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import { ComposeError } from '../base/errors.ts';
import { refuse } from './advice.ts';
import { bindProject, provenanceOf } from './bind.ts';
import { canonical } from './canonical/canonical.ts';
import { checkConsistency } from './consistency.ts';
import { type Environment, type LoadContext, Reporter } from './context.ts';
import { dropUnsetVariables, readServiceFiles } from './environment.ts';
import { digestObjects } from './file-objects.ts';
import {
  type FileLoader,
  filePhaseNames,
  loadFiles,
  type Phase,
  parseFiles,
  runPhases,
} from './load-file.ts';
import { locate } from './locate.ts';
import { isMap, MapNode, mapOf, type Node, Seq, text, toPlain, withEntries } from './node.ts';
import { normalise } from './normalise.ts';
import { applyPodmanExtensions } from './podman-extensions.ts';
import { profileNamesOf, selectProfiles, selectServices, withoutInactive } from './profiles.ts';
import { nameProject } from './project-name.ts';
import { diskReader, type SourceReader } from './reader.ts';
import { SourceFile } from './source.ts';
import type { Loaded, Project, Service } from './types.ts';
import { dropUnused } from './used-resources.ts';

export interface LoadRequest {
  /** Absolute. */
  readonly cwd: string;
  /** The OS environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files?: readonly string[];
  readonly projectDirectory?: string;
  readonly projectName?: string;
  readonly envFiles?: readonly string[];
  readonly profiles?: readonly string[];
  /** Services named on the command line; their profiles become active. */
  readonly services?: readonly string[];
  /** Keep only the named services and what they need (`config`). */
  readonly onlyServices?: boolean;
  readonly allResources?: boolean;
  /** Text of standard input, for `-f -`. */
  readonly stdin?: () => string;
  /** For execution: env files merged in, unset variables dropped, contents of secrets and configs digested. */
  readonly resolve: boolean;
  readonly noInterpolate?: boolean;
  readonly noNormalize?: boolean;
  readonly noPathResolution?: boolean;
  readonly noConsistency?: boolean;
  /** Env files are not read. */
  readonly noEnvResolution?: boolean;
  readonly reader?: SourceReader;
  readonly onPhase?: (phase: string, tree: Node) => void;
  /** Told before a file is parsed whose tree takes much memory. */
  readonly onLargeFile?: () => void;
}

/**
 * Loads a project.
 *
 * @throws {ComposeError} with every error of the run, sorted by place
 */
export function loadProject(request: LoadRequest): Loaded {
  const report = new Reporter();
  try {
    return load(request, report);
  } catch (error) {
    if (!(error instanceof ComposeError) || error.diagnostics === report.diagnostics)
      throw sortedError(error);
    throw sortedError(new ComposeError([...report.diagnostics, ...error.diagnostics]));
  }
}

function sortedError(error: unknown): unknown {
  return error instanceof ComposeError ? new ComposeError(sortDiagnostics(error.diagnostics)) : error;
}

function load(request: LoadRequest, report: Reporter): Loaded {
  const reader = request.reader ?? diskReader;
  const located = locate(request, reader, report);
  request.onPhase?.('locate', whereabouts(located));
  const values = located.environment;
  const environment: Environment = { get: (name) => values.get(name), entries: () => values };
  const context: LoadContext = {
    reader,
    workingDir: located.workingDir,
    ...(request.noPathResolution
      ? { shownFrom: { directory: located.workingDir, done: new WeakSet<Node>() } }
      : {}),
    environment,
    included: new Map(),
    interpolate: !request.noInterpolate,
    report,
  };
  const loader: FileLoader = {
    context,
    stdin: request.stdin ?? (() => ''),
    keepPaths: request.noPathResolution === true,
    ...(request.onPhase ? { onPhase: request.onPhase } : {}),
    ...(request.onLargeFile ? { onLargeFile: request.onLargeFile } : {}),
  };
  const parsed = parseFiles(located.files, loader);
  const name = nameProject(request, [...parsed.values()].flat(), context);
  values.set('COMPOSE_PROJECT_NAME', name);
  // One variable for all trees, emptied when the last phases take over: what they replace can go.
  let tree = loadFiles(located.files, { ...loader, parsed });
  if (!tree || tree.entries.size === 0) {
    report.throwIfErrors();
    throw refuse('E_SCHEMA', 'empty compose file', {
      hint: `nothing in ${located.files.join(', ')}; a project needs services:`,
      span: { path: located.files[0] ?? '-', line: 1, column: 1 },
    });
  }
  if (!request.noNormalize) tree = normalise(tree, name, context);
  request.onPhase?.('normalise', tree);
  if (request.noInterpolate) {
    report.throwIfErrors();
    return bind(tree, emptyMap(tree), request, located, context);
  }
  const handed = [withEntries(tree, { name: text(name, tree) })];
  tree = undefined;
  const step: Finishing = { request, context, disabled: emptyMap(handed[0] as MapNode) };
  const root = runPhases(projectPhases, handed, step, request);
  return bind(root, step.disabled, request, located, context);
}

/** What the last phases know beside the tree; profiles fill in what they leave out. */
interface Finishing {
  readonly request: LoadRequest;
  readonly context: LoadContext;
  disabled: MapNode;
}

/** Values get their types, profiles select services, and what is left is checked and completed: in this order. */
const projectPhases: readonly Phase<Finishing>[] = [
  { name: 'typed', run: (tree, { context }) => canonical(tree, context) },
  { name: 'profiles', run: chooseServices },
  { name: 'consistency', run: checkProject },
  {
    name: 'environment',
    run: (tree, { request, context }) => {
      const wanted = request.onlyServices ? selectServices(tree, request.services ?? []) : tree;
      return readServiceFiles(wanted, context, { environment: !request.noEnvResolution });
    },
  },
  { name: 'bind', run: completeProject },
];

/** Every phase that `config --phase` can show, in the order they run. */
export const phaseNames: readonly string[] = [
  'locate',
  ...filePhaseNames,
  'normalise',
  ...projectPhases.map(({ name }) => name),
];

function chooseServices(tree: MapNode, step: Finishing): MapNode {
  const { request, context } = step;
  refuseUnknown(tree, request);
  const profiles = request.profiles ?? [];
  const active = profiles.length > 0 ? profiles : splitList(context.environment.get('COMPOSE_PROFILES'));
  warnOfUnknown(profiles, tree, context);
  // Without any, the profile without a name is active.
  const split = selectProfiles(tree, active.length > 0 ? active : [''], request.services ?? []);
  step.disabled = split.disabled;
  return split.root;
}

function checkProject(tree: MapNode, { request, context, disabled }: Finishing): MapNode {
  if (!request.noConsistency) checkConsistency(tree, disabled, context);
  context.report.throwIfErrors();
  return tree;
}

function completeProject(tree: MapNode, { request, context, disabled }: Finishing): MapNode {
  // What `config` prints keeps its spelling; what is wrong with it is said all the same.
  const wanted = request.resolve ? dropUnsetVariables(withoutInactive(tree, disabled)) : tree;
  const carriedOut = applyPodmanExtensions(wanted, context);
  const root = request.resolve ? carriedOut : tree;
  context.report.throwIfErrors();
  return request.allResources ? root : dropUnused(root);
}

/** What `locate` found, as a tree. */
function whereabouts(located: ReturnType<typeof locate>): MapNode {
  const at = { file: new SourceFile(located.files[0] ?? '-', ''), start: 0, end: 0 };
  const list = (items: readonly string[]): Node =>
    new Seq(
      items.map((item) => text(item, at)),
      at,
    );
  return mapOf(
    [
      ['files', list(located.files)],
      ['env_files', list(located.envFiles)],
      ['project_directory', text(located.workingDir, at)],
    ],
    at,
  );
}

/** A profile that no service has selects nothing: said where it looks like a slip of the pen. */
function warnOfUnknown(profiles: readonly string[], tree: MapNode, context: LoadContext): void {
  const known = profileNamesOf(tree);
  for (const profile of profiles) {
    const hint = profile === '*' || known.includes(profile) ? undefined : didYouMean(profile, known);
    if (hint)
      context.report.add('W_AMBIGUOUS', `no service has the profile "${profile}"`, undefined, { hint });
  }
}

function emptyMap(at: MapNode): MapNode {
  return new MapNode(new Map(), new Map(), at);
}

function splitList(value: string | undefined): string[] {
  return (value ?? '').split(',').flatMap((item) => item.trim() || []);
}

function refuseUnknown(root: MapNode, request: LoadRequest): void {
  const services = root.get('services');
  const known = isMap(services) ? [...services.entries.keys()] : [];
  for (const name of request.services ?? []) {
    if (known.includes(name)) continue;
    const hint = didYouMean(name, known) ?? `the services are ${known.join(', ')}`;
    throw refuse('E_SERVICE_UNKNOWN', `no such service: ${name}`, { hint });
  }
}

function bind(
  root: MapNode,
  disabled: MapNode,
  request: LoadRequest,
  located: ReturnType<typeof locate>,
  context: LoadContext,
): Loaded {
  // Without interpolation values have no types yet: the model is shown as it is.
  const project = request.noInterpolate ? (toPlain(root) as unknown as Project) : bindProject(root);
  const environment = Object.fromEntries(located.environment);
  const includedValues = Object.fromEntries(context.included);
  const left = bindProject(new MapNode(new Map<string, Node>([['services', disabled]]), new Map(), disabled));
  return {
    project,
    provenance: provenanceOf(root),
    diagnostics: sortDiagnostics(context.report.diagnostics),
    workingDir: located.workingDir,
    files: located.files,
    envFiles: located.envFiles,
    environment,
    ...(context.included.size > 0 ? { includedValues } : {}),
    disabledServices: left.services as Readonly<Record<string, Service>>,
    digests: request.resolve
      ? digestObjects({ project, environment, includedValues }, context.reader)
      : { secrets: {}, configs: {} },
  };
}
