/** What the mounts of a RUN take, and how they are written for Buildah. */

import { digestOf } from '../../base/digest.ts';
import { fail } from '../../base/errors.ts';
import type { BindMount, CacheMount, Mount, RunInstruction } from '../../containerfile/types.ts';
import { contentDigest, NothingMatches, selectSources } from '../context/select.ts';
import { cleanPath } from '../context/tree.ts';
import { type ContextUse, stagePrefix } from '../types.ts';
import { NotLayered } from './not-layered.ts';
import type { StageSetting } from './stage-setting.ts';
import type { NodeRef, RunDetail } from './step-node.ts';

export interface MountSources {
  readonly flags: readonly string[];
  readonly contexts: RunDetail['contexts'];
  readonly context?: ContextUse;
  readonly inputs: readonly NodeRef[];
  /** What counts for the step's key. */
  readonly content: readonly unknown[];
  /** Digests of secrets that the command sees. */
  readonly secrets: readonly string[];
}

/** @param workingDir - where relative targets begin, which old Buildahs refuse */
export async function mountsOf(
  run: RunInstruction,
  setting: StageSetting,
  workingDir: string,
): Promise<MountSources> {
  const contexts: Record<string, RunDetail['contexts'][string]> = {};
  const inputs: NodeRef[] = [];
  const content: unknown[] = [];
  let context: ContextUse | undefined;
  for (const mount of run.mounts.filter(takesFiles)) {
    if (mount.from === undefined) {
      context = setting.origins.main;
      content.push(await folderContent(mount, context, setting));
      continue;
    }
    const origin = await setting.origins.find(mount.from, mount.text.span);
    if (origin.kind === 'image') {
      contexts[mount.type === 'cache' ? stageOf(mount.from) : mount.from] = origin.ref;
      inputs.push(origin.ref);
      continue;
    }
    if (mount.type === 'cache')
      throw new NotLayered('a cache mount that begins with the files of a directory');
    contexts[mount.from] = { kind: 'folder', folder: origin.use.folder };
    content.push(await folderContent(mount, origin.use, setting));
  }
  return {
    flags: run.mounts.map(
      (mount) => `--mount=${withSwitchValue(withStage(mount, withAbsoluteTarget(mount, workingDir)))}`,
    ),
    contexts,
    ...(context ? { context } : {}),
    inputs,
    content,
    secrets: run.mounts.flatMap((mount) => secretOf(mount, setting)),
  };
}

function takesFiles(mount: Mount): mount is BindMount | CacheMount {
  return mount.type === 'bind' || (mount.type === 'cache' && mount.from !== undefined);
}

function withAbsoluteTarget({ text, target }: Mount, workingDir: string): string {
  if (target === undefined || target.startsWith('/')) return text.text;
  const absolute = `/${cleanPath(`${workingDir}/${target}`)}`;
  return text.text.replace(
    /(^|,)(target|dst|destination)=[^,]*/gi,
    `$1$2=${absolute.replaceAll('$', '$$$$')}`,
  );
}

/** Old Buildahs look for what a cache begins with among the stages of the same file only, and it may be a number. */
function stageOf(from: string): string {
  return `${stagePrefix}${digestOf(from).slice(0, 12)}`;
}

function withStage(mount: Mount, text: string): string {
  if (mount.type !== 'cache' || mount.from === undefined) return text;
  const stage = stageOf(mount.from);
  return text.replace(/(^|,)from=[^,]*/gi, `$1from=${stage}`);
}

/** Old Buildahs panic at a `required` without a value. */
function withSwitchValue(mount: string): string {
  return mount.replace(/(^|,)required(?=,|$)/i, '$1required=true');
}

async function folderContent(
  mount: BindMount | CacheMount,
  use: ContextUse,
  setting: StageSetting,
): Promise<unknown> {
  const { tree } = setting.world.contexts.open(use);
  const source = mount.source ?? '';
  try {
    // A mount's source is a path, not a pattern, and the command sees what the ignore file leaves out of copies, too.
    const patterns = [source.replaceAll(/[*?[\\]/g, '\\$&')];
    const items = selectSources({ tree, patterns, exclusions: [] });
    await setting.world.contexts.learn(use, items);
    return [source, contentDigest(tree, items, { owners: true })];
  } catch (error) {
    if (!(error instanceof NothingMatches)) throw error;
    throw fail('E_BUILD', `"${source}" is not in the build context`, { span: mount.text.span });
  }
}

function secretOf(mount: Mount, { options, world }: StageSetting): string[] {
  if (mount.type !== 'secret') return [];
  const secret = options.secrets.find(({ id }) => id === mount.id);
  const digest = secret && world.secretDigest(secret);
  return [`${mount.id} ${digest ?? 'missing'}`];
}
