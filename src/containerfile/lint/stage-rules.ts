/** Rules about stages and FROM. */

import { didYouMean } from '../../base/did-you-mean.ts';
import { ComposeError } from '../../base/errors.ts';
import { expandFrom } from '../expand.ts';
import { baseOf, findStage, sourceStage, sourcesOf } from '../stages.ts';
import type { ContainerFile, FromInstruction, Stage, Word } from '../types.ts';
import type { Finding, LintInputs, Rule } from './rule.ts';
import { namesIn } from './variable-names.ts';

const reserved: ReadonlySet<string> = new Set(['context', 'scratch']);

export const stageRules: readonly Rule[] = [
  {
    name: 'DuplicateStageName',
    find: ({ reading: { file } }) =>
      file.stages.flatMap(({ index, name, from }): Finding[] => {
        const first = file.stages.find((other) => other.index < index && other.name === name);
        if (name === undefined || !first) return [];
        return [
          {
            message: `there are two stages "${name}"`,
            span: from.alias?.span ?? from.span,
            related: [{ message: 'the first', span: first.from.alias?.span ?? first.from.span }],
          },
        ];
      }),
  },
  {
    name: 'ReservedStageName',
    find: ({ reading: { file } }) =>
      file.stages.flatMap(({ name, from }): Finding[] =>
        name !== undefined && reserved.has(name)
          ? [
              {
                message: `"${name}" is reserved and should not name a stage`,
                span: from.alias?.span ?? from.span,
              },
            ]
          : [],
      ),
  },
  { name: 'UndefinedArgInFrom', find: findUndefinedArgs },
  {
    name: 'InvalidDefaultArgInFrom',
    find: ({ reading: { file }, defaults }) =>
      file.stages.flatMap(({ from }): Finding[] => {
        if (!from.image.text.includes('$') || isReference(expanded(from, defaults.lookup))) return [];
        return [
          {
            message: `without --build-arg the image "${from.image.text}" is empty or malformed`,
            span: from.image.span,
            hint: 'give the ARG a default above the first FROM',
          },
        ];
      }),
  },
  {
    name: 'RedundantTargetPlatform',
    find: ({ reading: { file } }) =>
      file.stages.flatMap(({ from: { platform } }): Finding[] =>
        platform && /^\$(TARGETPLATFORM|\{TARGETPLATFORM\})$/.test(platform.text)
          ? [{ message: `--platform=${platform.text} is what FROM does anyway`, span: platform.span }]
          : [],
      ),
  },
  {
    name: 'FromPlatformFlagConstDisallowed',
    find: ({ reading: { file } }) =>
      file.stages.flatMap(({ from: { platform, alias } }): Finding[] => {
        if (!platform || platform.text.includes('$') || namesPlatform(alias, platform)) return [];
        return [
          {
            message: `FROM is held to the platform "${platform.text}"`,
            span: platform.span,
            hint: 'use a variable such as $BUILDPLATFORM, or "platform" of the compose file',
          },
        ];
      }),
  },
  { name: 'UnusedStage', find: findUnused },
];

/** A stage that is named for its platform, `AS build-arm64`, means it. */
function namesPlatform(alias: Word | undefined, platform: Word): boolean {
  const [os = '', architecture = ''] = platform.text.split('/');
  return alias !== undefined && [os, architecture].some((part) => part !== '' && alias.text.includes(part));
}

function findUndefinedArgs({ reading: { file }, defaults }: LintInputs): Finding[] {
  const declared = file.metaArgs.flatMap(({ args }) => args.map(({ name }) => name.text));
  const known = new Set([...declared, ...defaults.platform.keys()]);
  return file.stages.flatMap(({ from }) =>
    [from.image, ...(from.platform ? [from.platform] : [])].flatMap(({ text, span }) =>
      namesIn(text)
        .filter(({ name, hasFallback }) => !known.has(name) && !hasFallback)
        .map(
          ({ name }): Finding => ({
            message: `FROM uses "${name}", which no ARG above the first FROM declares`,
            span,
            hint: didYouMean(name, known) ?? `add ARG ${name}=... above the first FROM`,
          }),
        ),
    ),
  );
}

function expanded(from: FromInstruction, lookup: (name: string) => string | undefined): string {
  try {
    return expandFrom(from, lookup).image.text;
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return '';
  }
}

/** `[host[:port]/]path[:tag][@digest]`, loosely. */
function isReference(text: string): boolean {
  return /^[a-z0-9][\w.-]*(:\d+)?(\/[\w.-]+)*(:\w[\w.-]*)?(@\w+:[0-9a-f]+)?$/i.test(text);
}

function findUnused({ reading: { file }, defaults, targets }: LintInputs): Finding[] {
  const wanted = (targets ?? []).flatMap((target) => findStage(file, target, file.stages.length) ?? []);
  const last = file.stages.at(-1);
  const used = new Set<number>();
  for (const stage of wanted.length > 0 ? wanted : last ? [last] : [])
    mark(file, stage, defaults.lookup, used);
  return file.stages.flatMap(({ index, name, from }): Finding[] =>
    used.has(index)
      ? []
      : [{ message: `nothing uses stage ${name === undefined ? index : `"${name}"`}`, span: from.span }],
  );
}

/** Marks the stage and all that it needs. Where a name depends on a variable of the stage, its default is not known. */
function mark(
  file: ContainerFile,
  stage: Stage,
  lookup: (name: string) => string | undefined,
  used: Set<number>,
): void {
  if (used.has(stage.index)) return;
  used.add(stage.index);
  for (const below of needed(file, stage, lookup)) mark(file, below, lookup, used);
}

function needed(file: ContainerFile, stage: Stage, lookup: (name: string) => string | undefined): Stage[] {
  const base = baseOf(file, stage, {
    ...stage.from,
    image: { ...stage.from.image, text: expanded(stage.from, lookup) },
  });
  const sources = stage.instructions.flatMap((one) => sourcesOf(one));
  const variable = sources.some(({ reference }) => reference.includes('$'));
  if (variable) return file.stages.filter(({ index }) => index < stage.index);
  const taken = sources.flatMap((source) => {
    try {
      return sourceStage(file, stage, source) ?? [];
    } catch (error) {
      // A source that cannot be is told of by `wrongSources`.
      if (!(error instanceof ComposeError)) throw error;
      return [];
    }
  });
  const below = base.kind === 'stage' ? file.stages[base.index] : undefined;
  return below ? [below, ...taken] : taken;
}

/** Sources that no builder can resolve: errors, whatever is skipped. */
export function wrongSources(file: ContainerFile): ComposeError['diagnostics'] {
  return file.stages.flatMap((stage) =>
    stage.instructions.flatMap(sourcesOf).flatMap((source) => {
      try {
        if (!source.reference.includes('$')) sourceStage(file, stage, source);
        return [];
      } catch (error) {
        if (!(error instanceof ComposeError)) throw error;
        return error.diagnostics;
      }
    }),
  );
}
