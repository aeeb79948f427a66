/** Says before anything is done that a platform's programs do not run on this machine. */
import { fail } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import { expandFrom } from '../../containerfile/expand.ts';
import { formatPlatform, type Platform } from '../../containerfile/platform.ts';
import { openGlobals } from '../../containerfile/scope.ts';
import { baseOf, findStage, sourcesOf } from '../../containerfile/stages.ts';
import type { ContainerFile, Stage } from '../../containerfile/types.ts';
import type { BuildRequest } from '../types.ts';
import type { GraphWorld } from './world.ts';

export interface ForeignQuestion {
  readonly file: ContainerFile;
  readonly target: Stage;
  readonly request: BuildRequest;
  readonly world: Pick<GraphWorld, 'platform' | 'runs'>;
}

/**
 * Only a command has to run: what is copied needs nothing, nor does what is compiled on `$BUILDPLATFORM` for another.
 *
 * @throws {ComposeError} `E_BUILD` at the RUN that cannot be run
 */
export function refuseForeign(question: ForeignQuestion): void {
  const { request, world } = question;
  const wanted = request.platforms.map((text) => readPlatform(text, world.platform));
  for (const platform of wanted.length > 0 ? wanted : [world.platform]) {
    const found = foreignRun(question, platform);
    if (found)
      throw fail(
        'E_BUILD',
        `this machine cannot run programs of ${formatPlatform(found.platform)}, which this command is`,
        {
          span: found.span,
          hint: 'install qemu-user-static, leave the platform out, or run the command on FROM --platform=$BUILDPLATFORM',
        },
      );
  }
}

interface ForeignRun {
  readonly span: Span;
  readonly platform: Platform;
}

function readPlatform(text: string, own: Platform): Platform {
  const [os = '', architecture, variant] = text.split('/');
  if (architecture === undefined) return { os: own.os, architecture: os };
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** The first RUN, of the stages that the target needs, that is of a platform that does not run here. */
function foreignRun(
  { file, target, request, world }: ForeignQuestion,
  platform: Platform,
): ForeignRun | undefined {
  const globals = openGlobals(file, {
    buildArgs: request.args,
    targetPlatform: platform,
    buildPlatform: world.platform,
    ...(request.target ? { target: request.target } : {}),
  });
  const seen = new Set<Stage>();
  const runsHere = (architecture: string): boolean =>
    architecture === world.platform.architecture || world.runs(architecture) !== false;
  const platformOf = (stage: Stage): Platform => {
    const from = expandFrom(stage.from, globals.lookup);
    if (from.platform) return readPlatform(from.platform.text, world.platform);
    const base = baseOf(file, stage, from);
    const below = base.kind === 'stage' ? file.stages[base.index] : undefined;
    return below ? platformOf(below) : platform;
  };
  const look = (stage: Stage): ForeignRun | undefined => {
    if (seen.has(stage)) return undefined;
    seen.add(stage);
    const run = stage.instructions.find(({ kind }) => kind === 'run');
    const own = platformOf(stage);
    if (run && !runsHere(own.architecture)) return { span: run.span, platform: own };
    const base = baseOf(file, stage, expandFrom(stage.from, globals.lookup));
    const below = base.kind === 'stage' ? [String(base.index)] : [];
    const others = stage.instructions.flatMap(sourcesOf).map(({ reference }) => reference);
    for (const reference of [...below, ...others]) {
      const other = findStage(file, reference, stage.index);
      const found = other && look(other);
      if (found) return found;
    }
    return undefined;
  };
  return look(target);
}
