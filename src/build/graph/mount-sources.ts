/** What the mounts of a RUN take, and how they are written for Buildah. */

import { fail } from '../../base/errors.ts';
import type { BindMount, CacheMount, Mount, RunInstruction } from '../../containerfile/types.ts';
import { contentDigest, NothingMatches, selectSources } from '../context/select.ts';
import { cleanPath } from '../context/tree.ts';
import type { ContextUse } from '../types.ts';
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
  for (const mount of run.mounts) {
    if (mount.type !== 'bind' && mount.type !== 'cache') continue;
    if (mount.from === undefined) {
      if (mount.type === 'cache') continue;
      context = setting.origins.main;
      content.push(await folderContent(mount, context, setting));
      continue;
    }
    // Old Buildahs look for it among the stages of the same file only.
    if (mount.type === 'cache') throw new NotLayered('a cache mount that begins with the files of a stage');
    const origin = await setting.origins.find(mount.from, mount.text.span);
    if (origin.kind === 'image') {
      contexts[mount.from] = origin.ref;
      inputs.push(origin.ref);
    } else {
      contexts[mount.from] = { kind: 'folder', folder: origin.use.folder };
      content.push(await folderContent(mount, origin.use, setting));
    }
  }
  return {
    flags: run.mounts.map((mount) => `--mount=${withSwitchValue(withAbsoluteTarget(mount, workingDir))}`),
    contexts,
    ...(context ? { context } : {}),
    inputs,
    content,
    secrets: run.mounts.flatMap((mount) => secretOf(mount, setting)),
  };
}

function withAbsoluteTarget({ text, target }: Mount, workingDir: string): string {
  if (target === undefined || target.startsWith('/')) return text.text;
  const absolute = `/${cleanPath(`${workingDir}/${target}`)}`;
  return text.text.replace(
    /(^|,)(target|dst|destination)=[^,]*/gi,
    `$1$2=${absolute.replaceAll('$', '$$$$')}`,
  );
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
