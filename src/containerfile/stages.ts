/** Which stage a name or a number means, what a stage builds on, which stages a target needs. */

import { didYouMean } from '../base/did-you-mean.ts';
import { ComposeError, fail } from '../base/errors.ts';
import type { Span } from '../base/span.ts';
import type { ContainerFile, FromInstruction, Stage, StageBase, StageInstruction, Word } from './types.ts';

/**
 * The stage that a reference means: a name in any case, or a number.
 *
 * @param before - only stages above this one count: a stage cannot use itself or what comes later
 */
export function findStage(file: ContainerFile, reference: string, before: number): Stage | undefined {
  const name = reference.toLowerCase();
  // Of two stages with one name the later one is meant, as in Docker.
  const named = file.stages.findLast((stage) => stage.index < before && stage.name === name);
  if (named) return named;
  return /^\d+$/.test(reference) && Number(reference) < before ? file.stages[Number(reference)] : undefined;
}

/**
 * The stage to build.
 *
 * @param target - a name in any case or a number; absent: the last stage
 * @throws {ComposeError} `E_CONTAINERFILE` when there is no such stage
 */
export function targetStage(file: ContainerFile, target: string | undefined, span?: Span): Stage {
  const stage = target ? findStage(file, target, file.stages.length) : file.stages.at(-1);
  if (stage) return stage;
  const names = file.stages.flatMap(({ name }) => name ?? []);
  const hint =
    didYouMean(target ?? '', names) ?? (names.length > 0 ? `the stages are ${names.join(', ')}` : undefined);
  throw fail('E_CONTAINERFILE', `${file.path} has no stage "${target ?? ''}"`, {
    ...(span ? { span } : {}),
    ...(hint ? { hint } : {}),
  });
}

/**
 * What a stage builds on.
 *
 * @param from - its FROM, expanded
 */
export function baseOf(file: ContainerFile, stage: Stage, from: FromInstruction): StageBase {
  const { text } = from.image;
  if (text.toLowerCase() === 'scratch') return { kind: 'scratch' };
  const below = findStage(file, text, stage.index);
  return below ? { kind: 'stage', index: below.index } : { kind: 'image', reference: text };
}

/** Where an instruction, which must be expanded, takes files from besides the context: `--from`, `from=` of mounts. */
export function sourcesOf(
  instruction: StageInstruction,
): { readonly reference: string; readonly span: Span }[] {
  switch (instruction.kind) {
    case 'copy':
    case 'add':
      return instruction.from ? [referenceOf(instruction.from)] : [];
    case 'run':
      return instruction.mounts.flatMap((mount) =>
        'from' in mount && mount.from !== undefined ? [{ reference: mount.from, span: mount.text.span }] : [],
      );
    default:
      return [];
  }
}

function referenceOf(word: Word): { reference: string; span: Span } {
  return { reference: word.text, span: word.span };
}

/**
 * The stage that a `--from` means.
 *
 * @returns undefined for a named context or an image
 * @throws {ComposeError} `E_CONTAINERFILE` when it names its own stage or a later one, which no builder can do
 */
export function sourceStage(
  file: ContainerFile,
  user: Stage,
  source: { readonly reference: string; readonly span: Span },
): Stage | undefined {
  const stage = findStage(file, source.reference, user.index);
  if (stage) return stage;
  const later = findStage(file, source.reference, file.stages.length);
  if (!later) {
    if (/^\d+$/.test(source.reference))
      throw fail('E_CONTAINERFILE', `there is no stage ${source.reference}`, { span: source.span });
    return undefined;
  }
  throw new ComposeError({
    code: 'E_CONTAINERFILE',
    severity: 'error',
    message:
      later.index === user.index
        ? `stage "${source.reference}" cannot take files from itself`
        : `stage "${source.reference}" is defined further down`,
    span: source.span,
    related: [{ message: `stage "${source.reference}"`, span: later.from.span }],
    hint: 'a stage can only use stages above it',
  });
}
