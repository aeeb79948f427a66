/** `build --check`: looks through the Containerfiles of the project and builds nothing. */
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { ComposeError, fail } from '../base/errors.ts';
import { diskReader } from '../compose/reader.ts';
import type { Build, Loaded } from '../compose/types.ts';
import { ignoreFileNames, parseIgnoreFile } from '../containerfile/ignore.ts';
import { lintContainerfile } from '../containerfile/lint/lint.ts';
import { readContainerfile } from '../containerfile/parse.ts';
import { type Globals, openGlobals } from '../containerfile/scope.ts';
import { targetStage } from '../containerfile/stages.ts';
import type { ContainerFile } from '../containerfile/types.ts';
import { diagnosticLines, renderDiagnostics } from '../report/diagnostics.ts';
import type { Session } from './session.ts';

/** One Containerfile with all that builds from it. */
interface Checked {
  readonly path: string;
  readonly text: string;
  readonly ignorePath: string | undefined;
  readonly services: readonly { readonly name: string; readonly build: Build }[];
}

/**
 * Prints findings on stdout, a summary on stderr.
 *
 * @returns 0 without findings, 1 with some, 3 when a file is wrong
 */
export async function checkBuilds(session: Session, services: readonly string[]): Promise<number> {
  const loaded = await session.load({ services });
  const files = filesOf(loaded, services, session);
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const diagnostics = files.flatMap(checkFile);
  const colour = session.colour(session.streams.stdout);
  session.print(
    session.options.progress === 'json'
      ? diagnosticLines(diagnostics)
      : renderDiagnostics(diagnostics, { textOf: (path) => texts.get(path) ?? textOf(path), colour }),
  );
  if (session.options.progress !== 'quiet')
    session.output.stderr.write(`${summary(files.length, diagnostics.length)}\n`);
  if (diagnostics.some(({ severity }) => severity === 'error')) return 3;
  return diagnostics.length > 0 ? 1 : 0;
}

function summary(files: number, findings: number): string {
  const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
  return `${count(files, 'Containerfile')} checked, ${findings === 0 ? 'nothing found' : count(findings, 'finding')}`;
}

/** Two services that build from one file have it checked once, with the targets of both. */
function filesOf({ project }: Loaded, wanted: readonly string[], session: Session): Checked[] {
  const files = new Map<string, Checked>();
  for (const [name, { build }] of Object.entries(project.services)) {
    if (!build || (wanted.length > 0 && !wanted.includes(name))) continue;
    if (/^[a-z+]+:\/\/|^git@/.test(build.context)) {
      session.warn(`the Containerfile of service "${name}" is in a remote context and is not checked`);
      continue;
    }
    const found = findFile(name, build);
    const before = files.get(found.path);
    files.set(found.path, { ...found, services: [...(before?.services ?? []), { name, build }] });
  }
  return [...files.values()];
}

function findFile(service: string, build: Build): Omit<Checked, 'services'> {
  const inContext = ignoreFileNames('').inContext.map((name) => join(build.context, name));
  if (build.dockerfile_inline !== undefined) {
    const path = `dockerfile_inline of ${service}`;
    return { path, text: build.dockerfile_inline, ignorePath: inContext.find(isFile) };
  }
  const written = build.dockerfile ?? 'Dockerfile';
  const names = written === 'Dockerfile' ? ['Dockerfile', 'Containerfile'] : [written];
  const candidates = names.map((name) => (isAbsolute(name) ? name : join(build.context, name)));
  const path = candidates.find(isFile);
  if (path === undefined)
    throw fail('E_FILE_NOT_FOUND', `${candidates[0]} of service "${service}" does not exist`, {
      hint: 'make it, or correct build.dockerfile',
    });
  const beside = ignoreFileNames(basename(path)).beside.map((name) => join(dirname(path), name));
  return { path, text: diskReader.readText(path), ignorePath: [...beside, ...inContext].find(isFile) };
}

function isFile(path: string): boolean {
  return diskReader.kind(path) === 'file';
}

function textOf(path: string): string | undefined {
  return isFile(path) ? diskReader.readText(path) : undefined;
}

function checkFile({ path, text, ignorePath, services }: Checked): Diagnostic[] {
  const reading = readContainerfile(text, path);
  if (reading.errors.length > 0) return [...reading.errors];
  try {
    const matcher =
      ignorePath === undefined ? undefined : parseIgnoreFile(diskReader.readText(ignorePath), ignorePath);
    for (const { build } of services) targetStage(reading.file, build.target);
    return lintContainerfile({
      reading,
      defaults: defaultsOf(reading.file),
      targets: services.map(({ build }) => build.target ?? String(reading.file.stages.length - 1)),
      ...(matcher ? { ignores: matcher.ignores } : {}),
    });
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return [...error.diagnostics];
  }
}

/** What FROM lines see when nobody gives an argument, on any machine. */
function defaultsOf(file: ContainerFile): Globals {
  const platform = { os: 'linux', architecture: 'amd64' };
  return openGlobals(file, { buildArgs: {}, targetPlatform: platform, buildPlatform: platform });
}
