/** Rules about ARG, ENV and the variables that instructions use. */
import { didYouMean } from '../../base/did-you-mean.ts';
import { proxyArgs } from '../scope.ts';
import type { ContainerFile, Stage, StageInstruction, Word } from '../types.ts';
import { type Finding, type LintInputs, type Rule, stageInstructions } from './rule.ts';
import { namesIn } from './variable-names.ts';

const secretName = /(?:^|_)(?:apikey|auth|credentials?|key|password|passwd|pword|secret|token)(?:_|$)/i;
const publicName = /(?:^|_)public(?:_|$)/i;

export const variableRules: readonly Rule[] = [
  {
    name: 'SecretsUsedInArgOrEnv',
    find: ({ reading: { file } }) =>
      [...file.metaArgs, ...stageInstructions(file).map(({ instruction }) => instruction)].flatMap((one) => {
        if (one.kind !== 'arg' && one.kind !== 'env') return [];
        const names =
          one.kind === 'arg' ? one.args.map(({ name }) => name) : one.pairs.map(({ name }) => name);
        return names
          .filter(({ text }) => secretName.test(text) && !publicName.test(text))
          .map(
            ({ text, span }): Finding => ({
              message: `"${text}" looks like a secret, and ${one.kind.toUpperCase()} stays in the image for all to read`,
              span,
              hint: 'use RUN --mount=type=secret and "secrets" of the build section',
            }),
          );
      }),
  },
  {
    name: 'UndefinedVar',
    find: (inputs) => inputs.reading.file.stages.flatMap((stage) => undefinedIn(stage, inputs)),
  },
];

/**
 * Variables that nothing sets. The environment of a base image is not known here, so in a stage that has one only names
 * that are nearly those of a known variable are told.
 */
function undefinedIn(stage: Stage, inputs: LintInputs): Finding[] {
  const { known, isWhole } = below(stage, inputs.reading.file);
  const found: Finding[] = [];
  for (const one of stage.instructions) {
    found.push(...usedWords(one).flatMap((word) => undefinedNames(word, known, isWhole)));
    for (const name of setBy(one)) known.add(name);
  }
  return found;
}

function undefinedNames({ text, span }: Word, known: ReadonlySet<string>, isWhole: boolean): Finding[] {
  return namesIn(text).flatMap(({ name, hasFallback }): Finding[] => {
    if (known.has(name) || hasFallback) return [];
    const hint = name.length > 2 ? didYouMean(name, known) : undefined;
    return isWhole || hint ? [{ message: `nothing sets "${name}"`, span, hint }] : [];
  });
}

/** What is set when the stage begins, and whether that is all. */
function below(stage: Stage, file: ContainerFile): { known: Set<string>; isWhole: boolean } {
  const image = stage.from.image.text.toLowerCase();
  const base = file.stages.findLast(({ index, name }) => index < stage.index && name === image);
  if (!base) return { known: new Set(['PATH', ...proxyArgs]), isWhole: image === 'scratch' };
  const { known, isWhole } = below(base, file);
  for (const one of base.instructions) for (const name of setBy(one)) known.add(name);
  return { known, isWhole };
}

function setBy(one: StageInstruction): string[] {
  if (one.kind === 'arg') return one.args.map(({ name }) => name.text);
  return one.kind === 'env' ? one.pairs.map(({ name }) => name.text) : [];
}

/** The words that the builder expands. */
function usedWords(one: StageInstruction): readonly Word[] {
  switch (one.kind) {
    case 'add':
    case 'copy':
      return [...one.sources, one.dest, one.chown, one.chmod, one.from].filter((word) => word !== undefined);
    case 'arg':
      return one.args.flatMap(({ value }) => value ?? []);
    case 'env':
    case 'label':
      return one.pairs.flatMap(({ name, value }) => [name, value]);
    case 'expose':
      return one.ports;
    case 'user':
      return [one.user];
    case 'volume':
      return one.paths;
    case 'workdir':
      return [one.path];
    default:
      return [];
  }
}
