/** Rules about single instructions and their order in a stage. */
import type { Span } from '../../base/span.ts';
import type { Command, ContainerFile, Stage, StageInstruction } from '../types.ts';
import { type Finding, keywordOf, type LintInputs, type Rule, stageInstructions } from './rule.ts';

export const instructionRules: readonly Rule[] = [
  {
    name: 'NoEmptyContinuation',
    find: ({ reading: { file } }) => warningsOf(file, 'an empty line inside an instruction'),
  },
  {
    name: 'MaintainerDeprecated',
    find: ({ reading: { file } }) => warningsOf(file, 'MAINTAINER is deprecated'),
  },
  {
    name: 'JSONArgsRecommended',
    find: ({ reading: { file } }) =>
      file.stages.flatMap((stage) =>
        stage.instructions.flatMap((one): Finding[] => {
          // With a shell of its own the stage asks for the shell form.
          if (stage.instructions.some(({ kind }) => kind === 'shell')) return [];
          if ((one.kind !== 'cmd' && one.kind !== 'entrypoint') || one.command.form === 'exec') return [];
          const keyword = keywordOf(one).toUpperCase();
          return [
            {
              message: `${keyword} in shell form does not pass signals on to the program`,
              span: one.span,
              hint: `write ${keyword} ${execForm(one.command)}`,
            },
          ];
        }),
      ),
  },
  {
    name: 'LegacyKeyValueFormat',
    find: ({ reading: { file } }) =>
      stageInstructions(file).flatMap(({ instruction }): Finding[] => {
        if ((instruction.kind !== 'env' && instruction.kind !== 'label') || !instruction.legacy) return [];
        const [pair] = instruction.pairs;
        const keyword = keywordOf(instruction);
        return [
          {
            message: `"${keyword} name value" is the old form`,
            span: instruction.span,
            hint: pair && `write ${keyword} ${pair.name.text}=${quotedIfNeeded(pair.value.text)}`,
          },
        ];
      }),
  },
  { name: 'MultipleInstructionsDisallowed', find: ({ reading: { file } }) => file.stages.flatMap(repeated) },
  { name: 'WorkdirRelativePath', find: ({ reading: { file } }) => relativeWorkdirs(file) },
  { name: 'CopyIgnoredFile', find: ignoredSources },
  {
    name: 'ExposeInvalidFormat',
    find: ({ reading: { file } }) =>
      stageInstructions(file).flatMap(({ instruction }) => {
        if (instruction.kind !== 'expose') return [];
        return instruction.ports.flatMap(({ text, span }): Finding[] =>
          text.includes('$') || /^\d+(-\d+)?(\/\w+)?$/.test(text)
            ? []
            : [
                {
                  message: `"${text}" is no port`,
                  span,
                  hint: 'write PORT, FIRST-LAST or PORT/PROTOCOL; ports of the host belong in the compose file',
                },
              ],
        );
      }),
  },
];

function warningsOf(file: ContainerFile, message: string): Finding[] {
  return file.warnings.flatMap((warning): Finding[] =>
    warning.message === message && warning.span ? [{ message, span: warning.span, hint: warning.hint }] : [],
  );
}

/** Only where the command is plain words, for a shell may do more with others. */
function execForm(command: Command): string {
  const text = command.form === 'shell' ? command.text : '';
  return /^[\w./:=@%+, -]+$/.test(text)
    ? `[${text
        .trim()
        .split(/\s+/)
        .map((word) => JSON.stringify(word))
        .join(', ')}]`
    : '["program", "argument"]';
}

function quotedIfNeeded(text: string): string {
  return /\s/.test(text) && !/^(["']).*\1$/s.test(text) ? JSON.stringify(text) : text;
}

const once: ReadonlySet<StageInstruction['kind']> = new Set(['cmd', 'entrypoint', 'healthcheck']);

/** All but the last have no effect. */
function repeated(stage: Stage): Finding[] {
  return stage.instructions.flatMap((one, index): Finding[] => {
    const later = stage.instructions.slice(index + 1).find((other) => other.kind === one.kind);
    if (!once.has(one.kind) || !later) return [];
    const keyword = keywordOf(one).toUpperCase();
    return [
      {
        message: `this ${keyword} has no effect, a later one takes its place`,
        span: one.span,
        related: [{ message: `the later ${keyword}`, span: later.span }],
      },
    ];
  });
}

/** A relative WORKDIR hangs on the base image until an absolute one comes, here or in a stage below. */
function relativeWorkdirs(file: ContainerFile): Finding[] {
  const hasWorkdir = new Map<number, boolean>();
  return file.stages.flatMap((stage) => {
    const below = file.stages.findLast(
      ({ index, name }) => index < stage.index && name === stage.from.image.text.toLowerCase(),
    );
    let known = below ? (hasWorkdir.get(below.index) ?? false) : stage.from.image.text === 'scratch';
    const found: Finding[] = [];
    for (const one of stage.instructions) {
      if (one.kind !== 'workdir') continue;
      const isRelative = !/^["']?[/$]/.test(one.path.text);
      if (isRelative && !known)
        found.push({
          message: `the relative WORKDIR "${one.path.text}" depends on the base image`,
          span: one.span,
          hint: 'begin with an absolute WORKDIR',
        });
      known = true;
    }
    hasWorkdir.set(stage.index, known);
    return found;
  });
}

function ignoredSources({ reading: { file }, ignores }: LintInputs): Finding[] {
  if (!ignores) return [];
  return stageInstructions(file).flatMap(({ instruction }) => {
    if ((instruction.kind !== 'copy' && instruction.kind !== 'add') || instruction.from) return [];
    return instruction.sources.flatMap(({ text, span }) => ignoredSource(text, span, ignores));
  });
}

function ignoredSource(text: string, span: Span, ignores: (path: string) => boolean): Finding[] {
  const path = text.replace(/^\.?\/+/, '').replace(/\/+$/, '');
  if (path === '' || path === '.' || /[$*?[\\"']/.test(path) || /^[a-z]+:\/\/|^git@/.test(text)) return [];
  return ignores(path)
    ? [{ message: `"${text}" is excluded by the ignore file`, span, hint: `take it back in with "!${path}"` }]
    : [];
}
