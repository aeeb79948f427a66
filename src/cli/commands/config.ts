/** `tscompose config` (alias `convert`): reads the project, checks it and prints it, or what was asked about it. */
import { sortDiagnostics, strictly } from '../../base/diagnostic.ts';
import { ComposeError, fail } from '../../base/errors.ts';
import { type LoadRequest, loadProject } from '../../compose/load.ts';
import type { Node } from '../../compose/node.ts';
import { diskReader, ReadProblem, type SourceReader } from '../../compose/reader.ts';
import type { Loaded, Project } from '../../compose/types.ts';
import { diagnosticLines, renderDiagnostics } from '../../report/diagnostics.ts';
import type { ConfigArgs, ConfigIo } from '../config/args.ts';

/**
 * Runs `config`. Results go to stdout, diagnostics to stderr: as text, or as lines of JSON with `--format json`.
 *
 * @returns the exit code; diagnostics have been printed
 */
export async function runConfig(args: ConfigArgs, io: ConfigIo): Promise<number> {
  const input = rememberStdin(io.stdin);
  const say = diagnosticsPrinter(args, io, input);
  try {
    checkFormat(args);
    const { text, warnings } = await answer(args, { ...io, stdin: input.read });
    if (args.strict && warnings.length > 0) throw new ComposeError(strictly(warnings), { exitCode: 3 });
    say(warnings);
    const pieces = typeof text === 'string' ? [text] : text;
    if (args.output !== undefined && !args.quiet) io.writeFile(args.output, pieces.join(''));
    else for (const piece of pieces) io.stdout.write(piece);
    return 0;
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    say(error.diagnostics);
    return error.exitCode;
  }
}

interface Input {
  readonly read: () => string;
  readonly seen: () => string | undefined;
}

/** Standard input can be read once, and is wanted again for the excerpt of a diagnostic. */
function rememberStdin(read: () => string): Input {
  let text: string | undefined;
  return {
    read: () => {
      text ??= read();
      return text;
    },
    seen: () => text,
  };
}

function diagnosticsPrinter(
  args: ConfigArgs,
  io: ConfigIo,
  input: Input,
): (list: ComposeError['diagnostics']) => void {
  const reader = io.reader ?? diskReader;
  return (list) => {
    if (list.length === 0) return;
    const sorted = sortDiagnostics(list);
    if (args.format === 'json') io.stderr.write(diagnosticLines(sorted));
    else {
      const textOf = (path: string): string | undefined =>
        path === '-' ? input.seen() : readQuietly(reader, path);
      io.stderr.write(renderDiagnostics(sorted, { textOf, colour: io.colour === true }));
    }
  };
}

function readQuietly(reader: SourceReader, path: string): string | undefined {
  try {
    return reader.readText(path);
  } catch (error) {
    if (error instanceof ReadProblem) return undefined;
    throw error;
  }
}

function checkFormat(args: ConfigArgs): void {
  if (args.format === undefined || args.format === 'yaml' || args.format === 'json') return;
  throw fail('E_USAGE', `unsupported format "${args.format}"`, {
    hint: 'use --format yaml or --format json',
  });
}

interface Answer {
  /** In pieces where it may be long. */
  readonly text: string | readonly string[];
  readonly warnings: Loaded['diagnostics'];
}

async function answer(args: ConfigArgs, io: ConfigIo): Promise<Answer> {
  if (args.phase !== undefined) return answerPhase(args, args.phase, io);
  if (args.explain !== undefined) return answerExplain(args, args.explain, io);
  if (args.listVariables) return answerVariables(args, io);
  const list = await import('../config/lists.ts');
  if (args.listProfiles || args.listImages || args.listEnvironment || args.hash !== undefined) {
    return answerList(args, io, list);
  }
  const { project, diagnostics: warnings } = await loadData(args, io);
  const names = namesOf(args, project, list);
  if (names) return { text: lines(names), warnings };
  if (args.quiet) return { text: '', warnings };
  return { text: await projectText(args, io, project), warnings };
}

/**
 * Without the places of values: the tree that knows them is as large as the project, and can go before the text is made.
 * With `--strict` what Podman cannot carry out counts too.
 */
async function loadData(args: ConfigArgs, io: ConfigIo): Promise<Pick<Loaded, 'project' | 'diagnostics'>> {
  const loaded = loadProject(requestOf(args, io));
  const { project, diagnostics } = loaded;
  if (!args.strict) return { project, diagnostics };
  const { checkBuilds, checkSupport } = await import('../../plan/support/check-support.ts');
  const request = { loaded, services: Object.keys(project.services), capabilities: undefined };
  return { project, diagnostics: [...diagnostics, ...checkSupport(request), ...checkBuilds(request)] };
}

/** @param onPhase - told of the tree after each phase */
function requestOf(
  given: ConfigArgs,
  io: ConfigIo,
  onPhase?: (phase: string, tree: Node) => void,
): LoadRequest {
  const { args, noEnvResolution } = forList(given);
  return {
    cwd: args.cwd,
    env: args.env,
    files: args.files ?? [],
    envFiles: args.envFiles ?? [],
    profiles: args.profiles ?? [],
    services: args.services ?? [],
    onlyServices: (args.services ?? []).length > 0,
    allResources: args.allResources === true,
    stdin: io.stdin,
    resolve: false,
    noInterpolate: args.noInterpolate === true,
    noNormalize: args.noNormalize === true,
    noPathResolution: args.noPathResolution === true,
    noConsistency: args.noConsistency === true,
    noEnvResolution,
    ...(args.projectDirectory === undefined ? {} : { projectDirectory: args.projectDirectory }),
    ...(args.projectName === undefined ? {} : { projectName: args.projectName }),
    ...(io.reader ? { reader: io.reader } : {}),
    ...(io.onLargeFile ? { onLargeFile: io.onLargeFile } : {}),
    ...(onPhase ? { onPhase } : {}),
  };
}

function lines(items: readonly string[]): string {
  return items.map((item) => `${item}\n`).join('');
}

const listsOfAll = ['listServices', 'listVolumes', 'listNetworks', 'listModels', 'hash'] as const;

/** Names and digests are of what is written: no env file is read for them. Most lists are of the whole project. */
function forList(args: ConfigArgs): { args: ConfigArgs; noEnvResolution: boolean } {
  const isWhole = listsOfAll.some((key) => args[key] !== undefined && args[key] !== false);
  const noEnvResolution = isWhole || args.listProfiles === true || args.listImages === true;
  return { args: isWhole ? { ...args, services: [] } : args, noEnvResolution };
}

type Lists = typeof import('../config/lists.ts');

function namesOf(args: ConfigArgs, project: Project, list: Lists): string[] | undefined {
  if (args.listServices) return list.serviceNames(project);
  if (args.listVolumes) return Object.keys(project.volumes ?? {});
  if (args.listNetworks) return Object.keys(project.networks ?? {});
  if (args.listModels) return list.modelNames(project);
  return undefined;
}

async function answerList(args: ConfigArgs, io: ConfigIo, list: Lists): Promise<Answer> {
  const loaded = loadProject(requestOf(args, io));
  const warnings = loaded.diagnostics;
  if (args.hash !== undefined) {
    const { serviceHashes } = await import('../config/service-hash.ts');
    return { text: lines(serviceHashes(loaded, args.hash)), warnings };
  }
  if (args.listProfiles) return { text: lines(list.profileNames(loaded)), warnings };
  if (args.listEnvironment) return { text: lines(list.environmentLines(loaded)), warnings };
  return { text: lines(list.imageNames(loaded.project)), warnings };
}

async function projectText(args: ConfigArgs, io: ConfigIo, loaded: Project): Promise<readonly string[]> {
  const { renderData, renderProject, renderTree } = await import('../config/render.ts');
  const format = args.format === 'json' ? 'json' : 'yaml';
  if (args.noInterpolate) return renderTree(loaded, format);
  if (!args.resolveImageDigests && !args.lockImageDigests) {
    return renderProject(loaded, format);
  }
  const { lockedImages, withDigests } = await import('../config/image-digests.ts');
  const project = await withDigests(loaded, io.imageDigest);
  return args.lockImageDigests
    ? renderData(lockedImages(project), format, 'double')
    : renderProject(project, format);
}

async function answerPhase(args: ConfigArgs, phase: string, io: ConfigIo): Promise<Answer> {
  const { PhaseRecorder } = await import('../config/phases.ts');
  const recorder = new PhaseRecorder(phase);
  const format = args.format === 'json' ? 'json' : 'yaml';
  try {
    const loaded = loadProject(requestOf(args, io, recorder.see));
    return { text: recorder.text(format), warnings: loaded.diagnostics };
  } catch (error) {
    // The trees are asked for above all when loading fails: they are shown before the diagnostics.
    io.stdout.write(recorder.text(format));
    throw error;
  }
}

async function answerExplain(args: ConfigArgs, subject: string, io: ConfigIo): Promise<Answer> {
  const explain = await import('../config/explain.ts');
  const seen = new explain.SourceRecorder();
  const loaded = loadProject(requestOf(args, io, seen.see));
  const isVariable =
    /^[A-Za-z_]\w*$/.test(subject) &&
    !Object.hasOwn(loaded.project, subject) &&
    (loaded.environment[subject] !== undefined || /^[A-Z_][A-Z0-9_]*$/.test(subject));
  const text = isVariable
    ? explain.explainVariable(subject, loaded, args.env, seen)
    : explain.explainPath(subject, loaded, seen);
  return { text, warnings: loaded.diagnostics };
}

async function answerVariables(args: ConfigArgs, io: ConfigIo): Promise<Answer> {
  const { variablesIn, variablesText } = await import('../config/variables.ts');
  let tree: Node | undefined;
  const see = (phase: string, after: Node): void => {
    // Included models are merged before the model that includes them: the last one is the whole.
    if (phase === 'unicity') tree = after;
  };
  const raw: ConfigArgs = {
    ...args,
    noInterpolate: true,
    noConsistency: true,
    noNormalize: true,
  };
  const loaded = loadProject(requestOf(raw, io, see));
  const variables = tree ? variablesIn(tree) : [];
  return { text: variablesText(variables, args.format), warnings: loaded.diagnostics };
}
