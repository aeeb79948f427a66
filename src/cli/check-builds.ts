/** `build --check`: looks through the Containerfiles of the project and builds nothing. */
import { type Diagnostic, strictly } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import type { Span } from '../base/span.ts';
import {
  type FoundContainerfile,
  readContainerfile as findContainerfile,
} from '../build/graph/containerfile-of.ts';
import { diskReader } from '../compose/reader.ts';
import type { Build, Loaded } from '../compose/types.ts';
import { parseIgnoreFile } from '../containerfile/ignore.ts';
import { lintContainerfile } from '../containerfile/lint/lint.ts';
import { readContainerfile } from '../containerfile/parse.ts';
import { type Globals, openGlobals } from '../containerfile/scope.ts';
import { targetStage } from '../containerfile/stages.ts';
import type { ContainerFile } from '../containerfile/types.ts';
import { isRemote } from '../podman/remote-context/address.ts';
import { diagnosticLines, renderDiagnostics } from '../report/diagnostics.ts';
import type { Session } from './session.ts';

/** One Containerfile with all that builds from it. */
interface Checked {
  readonly found: FoundContainerfile;
  readonly targets: readonly { readonly name: string | undefined; readonly span: Span | undefined }[];
}

/**
 * Prints findings on stdout, a summary on stderr.
 *
 * @returns 0 without findings, 1 with some, 3 when a file is wrong
 */
export async function checkBuilds(session: Session, services: readonly string[]): Promise<number> {
  const loaded = await session.load({ services });
  const files = filesOf(loaded, services, session);
  const texts = new Map(files.map(({ found }) => [found.path, found.text]));
  const found = files.flatMap(checkFile);
  const diagnostics = session.options.strict ? strictly(found) : found;
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
function filesOf({ project, provenance }: Loaded, wanted: readonly string[], session: Session): Checked[] {
  const files = new Map<string, Checked>();
  for (const [name, { build }] of Object.entries(project.services)) {
    if (!build || (wanted.length > 0 && !wanted.includes(name))) continue;
    if (isRemote(build.context)) {
      session.warn(`the Containerfile of service "${name}" is in a remote context and is not checked`);
      continue;
    }
    const span = provenance.find(['services', name, 'build']);
    const found = findContainerfile(sourceOf(build), name, disk, span);
    const before = files.get(found.path);
    const target = { name: build.target, span: provenance.find(['services', name, 'build', 'target']) };
    files.set(found.path, { found, targets: [...(before?.targets ?? []), target] });
  }
  return [...files.values()];
}

function sourceOf(build: Build): Parameters<typeof findContainerfile>[0] {
  const { context, dockerfile, dockerfile_inline: dockerfileInline } = build;
  return {
    context,
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(dockerfileInline === undefined ? {} : { dockerfileInline }),
  };
}

const disk = { readText: textOf, isFolder: (path: string): boolean => diskReader.kind(path) === 'directory' };

function textOf(path: string): string | undefined {
  return diskReader.kind(path) === 'file' ? diskReader.readText(path) : undefined;
}

function checkFile({ found, targets }: Checked): Diagnostic[] {
  const { path, text, ignoreFile } = found;
  const reading = readContainerfile(text, path);
  if (reading.errors.length > 0) return [...reading.errors];
  try {
    const matcher = ignoreFile && parseIgnoreFile(ignoreFile.text, ignoreFile.path);
    for (const { name, span } of targets) targetStage(reading.file, name, span);
    return lintContainerfile({
      reading,
      defaults: defaultsOf(reading.file),
      targets: targets.map(({ name }) => name ?? String(reading.file.stages.length - 1)),
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
