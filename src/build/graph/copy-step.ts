/** COPY and ADD: where the files come from, and what they hold. */
import { isIP } from 'node:net';
import { digestOf } from '../../base/digest.ts';
import { fail } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import { type IgnoreMatcher, ignoreMatcher } from '../../containerfile/ignore.ts';
import type { AddInstruction, CopyInstruction } from '../../containerfile/types.ts';
import { contentDigest, NothingMatches, type SourceItem, selectSources } from '../context/select.ts';
import { type FileTree, resolveIn } from '../context/tree.ts';
import type { ImageConfig } from '../layer/image-config.ts';
import type { ContextUse, CopyOrigin, CopySurroundings, CopyWork } from '../types.ts';
import { historyText } from './lines.ts';
import type { StageSetting } from './stage-setting.ts';
import type { NodeRef } from './step-node.ts';

export interface CopyStep {
  readonly work: CopyWork<NodeRef>;
  /** What counts for the step's key. */
  readonly content: unknown;
  readonly inputs: readonly NodeRef[];
  /** What it gives cannot be known without doing it: an address without a checksum. */
  readonly volatile: boolean;
}

export async function copyStep(
  instruction: CopyInstruction | AddInstruction,
  { setting, config }: { readonly setting: StageSetting; readonly config: ImageConfig },
): Promise<CopyStep> {
  const around = surroundings(config, setting);
  const origin = await originOf(instruction, setting);
  const isAdd = instruction.kind === 'add';
  const patterns = instruction.sources.map(({ text }) => text);
  const isRemote = isAdd && patterns.some(isAddress);
  // Only of what ADD may unpack the names have to be known already.
  const items = isAdd && origin.kind === 'context' && !isRemote ? itemsOf(instruction, origin, setting) : [];
  const bySegment = isAdd && (isRemote || items.some(({ matched }) => archive.test(matched)));
  const mode = modeOf(instruction);
  const work: CopyWork<NodeRef> = {
    kind: 'copy',
    createdBy: historyText(`${isAdd ? 'ADD' : 'COPY'} ${instruction.text.replace(/^\S+\s+/, '')}`),
    source: instruction.span,
    add: isAdd,
    from: origin,
    patterns,
    dest: destOf(instruction.dest.text, around.workingDir),
    ...(instruction.chown ? { chown: instruction.chown.text } : {}),
    ...(mode === undefined ? {} : { mode }),
    parents: instruction.parents,
    link: instruction.link,
    excludes: instruction.excludes.map(({ text }) => text),
    around,
    bySegment,
  };
  const volatile = isRemote && !('checksum' in instruction && instruction.checksum);
  return {
    work,
    content: await contentOf(work, instruction, setting, isRemote),
    inputs: inputsOf(origin),
    volatile,
  };
}

function surroundings({ Volumes, WorkingDir, User }: ImageConfig, { world }: StageSetting): CopySurroundings {
  return {
    volumes: world.copyMakesVolumes ? Object.keys(Volumes ?? {}).sort() : [],
    workingDir: WorkingDir || '/',
    user: User ?? '',
  };
}

/** Names of archives that ADD unpacks; what is in them decides, and Buildah looks. */
const archive = /\.(?:tar|tar\.gz|tgz|tar\.bz2|tbz2?|tar\.xz|txz|tar\.zst|gz|bz2|xz|zst)$/i;

function isAddress(text: string): boolean {
  return /^(?:https?|git|ftp):\/\//.test(text) || /^git@/.test(text) || isIP(text) > 0;
}

async function originOf(
  instruction: CopyInstruction | AddInstruction,
  setting: StageSetting,
): Promise<CopyOrigin<NodeRef>> {
  if (instruction.heredocs.length > 0) {
    const files = instruction.heredocs.map(({ name, content }) => ({ name, text: content }));
    if (instruction.sources.length > 0)
      throw fail('E_CONTAINERFILE', 'files and heredocs cannot be copied by one instruction', {
        span: instruction.span,
        hint: 'write two instructions',
      });
    return { kind: 'inline', files };
  }
  if (!instruction.from) return { kind: 'context', named: false, ...setting.origins.main };
  const origin = await setting.origins.find(instruction.from.text, instruction.from.span);
  return origin.kind === 'image'
    ? { kind: 'image', input: origin.ref }
    : { kind: 'context', named: true, ...origin.use };
}

function inputsOf(origin: CopyOrigin<NodeRef>): NodeRef[] {
  return origin.kind === 'image' ? [origin.input] : [];
}

function itemsOf(
  instruction: CopyInstruction | AddInstruction,
  use: ContextUse,
  { world }: StageSetting,
): readonly SourceItem[] {
  const { tree, exclusions } = world.contexts.open(use);
  try {
    return selectSources({
      tree,
      doubleStar: world.doubleStar,
      patterns: instruction.sources.map(({ text }) => text),
      exclusions: [
        ...exclusions,
        ...excludeRules(
          instruction.excludes.map(({ text }) => text),
          instruction.span,
        ),
      ],
    });
  } catch (error) {
    if (!(error instanceof NothingMatches)) throw error;
    const word = instruction.sources.find(({ text }) => text === error.pattern);
    throw fail('E_BUILD', error.told(`build context ${use.folder}`), {
      span: word?.span ?? instruction.span,
    });
  }
}

/** `--exclude` patterns follow the rules of an ignore file. */
export function excludeRules(patterns: readonly string[], span: Span): IgnoreMatcher[] {
  return patterns.length === 0 ? [] : [ignoreMatcher(patterns, span)];
}

/** Octal digits; symbolic modes are left to Buildah. */
function modeOf({ chmod }: CopyInstruction | AddInstruction): number | undefined {
  if (!chmod) return undefined;
  if (!/^[0-7]{1,5}$/.test(chmod.text))
    throw fail('E_CONTAINERFILE', `--chmod takes an octal mode, not "${chmod.text}"`, {
      span: chmod.span,
      hint: 'write for example --chmod=755',
    });
  return Number.parseInt(chmod.text, 8);
}

/** Absolute; a slash at the end stays: it says "a directory". */
function destOf(dest: string, workingDir: string): string {
  const whole = dest.startsWith('/') ? dest : `${workingDir.replace(/\/$/, '')}/${dest}`;
  return dest === '.' || dest.endsWith('/.') || dest.endsWith('/..') || dest === '' ? `${whole}/` : whole;
}

/** `--parents` makes the directories above a source as they are there. */
function parentFacts(tree: FileTree, matched: string, owners: boolean): readonly unknown[] {
  const names = matched.split('/').slice(0, -1);
  return names.map((_, index) => {
    const { file } = resolveIn(tree, names.slice(0, index + 1).join('/'), { last: true });
    return file && [file.mode, owners ? `${file.uid}:${file.gid}` : ''];
  });
}

async function contentOf(
  work: CopyWork<NodeRef>,
  instruction: CopyInstruction | AddInstruction,
  setting: StageSetting,
  isRemote: boolean,
): Promise<unknown> {
  const { createdBy, source, from, ...what } = work;
  if (from.kind === 'context' && !isRemote) {
    const { contexts } = setting.world;
    const owners = from.named && work.chown === undefined;
    const sources = {
      patterns: work.patterns,
      excludes: work.excludes,
      exclusions: excludeRules(work.excludes, instruction.span),
      owners,
    };
    const read = async (): Promise<string> => {
      const items = itemsOf(instruction, from, setting);
      await contexts.learn(from, items);
      const { tree } = contexts.open(from);
      const content = contentDigest(tree, items, { owners });
      if (!work.parents) return content;
      return digestOf([content, items.map(({ matched }) => parentFacts(tree, matched, owners))]);
    };
    // Directories above the sources are not in their fingerprint.
    return [what, 'context', work.parents ? await read() : await contexts.digest(from, sources, read)];
  }
  if (from.kind === 'inline') return [what, 'inline', digestOf(from.files)];
  return [what, from.kind];
}
