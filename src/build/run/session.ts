/** Carries the build actions of one run out. What an action made is kept here for those that need it. */
import { ComposeError, fail, unreachable } from '../../base/errors.ts';
import type { Contexts } from '../context/contexts.ts';
import { exportKey, stepKey, tokenOf } from '../graph/step-key.ts';
import type { StepIndex } from '../index/step-index.ts';
import type { BuildLayers, BuildName, BuildRun, RegistryCache, StepInput } from '../types.ts';
import { makeLayers } from './make-layers.ts';
import { runContainer } from './run-container.ts';
import { runSegment } from './run-segment.ts';
import type { BuildTools, StepTelling } from './tools.ts';

export interface SessionRequest {
  readonly tools: BuildTools;
  readonly index: StepIndex;
  readonly contexts: Contexts;
}

/** An image that is there. */
export interface Made {
  /** Undefined: nothing, as `FROM scratch` begins. */
  readonly image: string | undefined;
  /** What stands for it in keys. */
  readonly token: string;
}

export interface StepResult {
  readonly image: string;
  /** The result of an earlier build. */
  readonly isCached: boolean;
}

type StepAction = BuildRun | BuildLayers;

export class BuildSession {
  readonly #request: SessionRequest;
  readonly #made = new Map<string, Made>();
  /** Podman loses a name when one image is given two at once. */
  #tagging: Promise<void> = Promise.resolve();

  constructor(request: SessionRequest) {
    this.#request = request;
  }

  async run(action: StepAction | BuildName, telling: StepTelling): Promise<StepResult> {
    switch (action.kind) {
      case 'build.name':
        return this.#name(action);
      case 'build.run':
      case 'build.layers':
        return this.#step(action, telling);
      default:
        return unreachable(action);
    }
  }

  async #name(action: BuildName): Promise<StepResult> {
    // Others were built meanwhile: this is a failure while doing, whatever is wrong.
    if (action.problem) throw new ComposeError(action.problem, { exitCode: 1 });
    const { image } = this.#find(action.image);
    if (image === undefined) throw fail('E_BUILD', `the image of service "${action.service}" is empty`);
    const tagged = this.#tagging.then(async () => {
      for (const tag of action.tags) await this.#request.tools.tag(image, tag);
    });
    this.#tagging = tagged.catch(() => undefined);
    await tagged;
    return { image, isCached: false };
  }

  async #step(action: StepAction, telling: StepTelling): Promise<StepResult> {
    const { index, tools } = this.#request;
    const kind = action.kind === 'build.run' ? 'run' : 'layers';
    const keys = this.#keys(action);
    const key = keys.at(-1) ?? '';
    const { from = [], to = [] } = action.caches ?? {};
    const known = action.fresh ? undefined : index.find(key);
    const isHere = known !== undefined && (await tools.exists(known));
    const found = isHere ? known : await this.#taken(key, from, telling);
    const isCached = found !== undefined;
    const image = found ?? (await this.#do(action, key, telling));
    await this.#give({ key, image, to }, telling);
    this.#made.set(action.id, { image, token: tokenOf(action.volatile ? 'run' : kind, key, image) });
    return { image, isCached };
  }

  /** From the first registry that has it. */
  async #taken(
    key: string,
    from: readonly RegistryCache[],
    telling: StepTelling,
  ): Promise<string | undefined> {
    const { index, tools } = this.#request;
    for (const cache of from) {
      const image = await tools.cache?.take(key, cache, telling);
      if (image === undefined) continue;
      index.remember(key, image);
      index.remember(exportKey(key, cache.repository), image);
      return image;
    }
    return undefined;
  }

  async #give(
    {
      key,
      image,
      to,
    }: { readonly key: string; readonly image: string; readonly to: readonly RegistryCache[] },
    telling: StepTelling,
  ): Promise<void> {
    const { index, tools } = this.#request;
    // A step whose context changed meanwhile has made something else than its key says.
    if (index.find(key) !== image) return;
    for (const cache of to) {
      const mark = exportKey(key, cache.repository);
      if (index.find(mark) === image) continue;
      if (await tools.cache?.give(key, image, cache, telling)) index.remember(mark, image);
    }
  }

  async #do(action: StepAction, key: string, telling: StepTelling): Promise<string> {
    const { tools, contexts, index } = this.#request;
    const find = (input: StepInput): Made => this.#find(input);
    const image =
      action.kind === 'build.run'
        ? ((await runContainer(action, { tools, find, telling })) ??
          (await runSegment(action, { tools, find, telling })))
        : await makeLayers(action, { tools, contexts, find, telling });
    const copied = copiedFolders(action).map((folder) => ({ folder, kept: contexts.howKept({ folder }) }));
    const changed = copied.find(({ kept }) => kept === 'not');
    if (changed !== undefined)
      throw fail('E_BUILD', `the context ${changed.folder} was changed while it was being copied`, {
        hint: 'build again',
      });
    // A context that changed meanwhile may or may not be what the key says.
    const isKnown =
      foldersOf(action).every((folder) => contexts.isUnchanged({ folder })) &&
      copied.every(({ kept }) => kept === 'whole');
    if (!isKnown) return image;
    // Another build was first: two that run at once give one image the name, whichever ends last.
    const other = action.fresh ? undefined : index.find(key);
    if (other !== undefined && (await tools.exists(other))) return other;
    index.remember(key, image);
    return image;
  }

  /** One for each step of the action, each on the one before. */
  #keys(action: StepAction): string[] {
    const keys: string[] = [];
    let parent = this.#find(action.parent).token;
    for (const { digest, inputs } of action.definitions) {
      const key = stepKey(
        digest,
        parent,
        inputs.map((input) => this.#find(input).token),
      );
      keys.push(key);
      parent = `key:${key}`;
    }
    return keys;
  }

  #find(input: StepInput): Made {
    if ('scratch' in input) return { image: undefined, token: 'scratch' };
    if ('image' in input) return { image: input.image, token: input.token ?? `image:${input.image}` };
    const made = this.#made.get(input.action);
    if (!made) throw fail('E_INTERNAL', `${input.action} has made nothing yet`);
    return made;
  }
}

/** Contexts that files are copied from. */
function copiedFolders(action: StepAction): string[] {
  if (action.kind !== 'build.layers') return [];
  return action.works.flatMap((work) =>
    work.kind === 'copy' && work.from.kind === 'context' ? [work.from.folder] : [],
  );
}

/** Directories that a command sees. What COPY takes is checked while it is read. */
function foldersOf(action: StepAction): string[] {
  if (action.kind !== 'build.run') return [];
  const named = Object.values(action.contexts).flatMap((input) => ('folder' in input ? [input.folder] : []));
  return [...(action.context ? [action.context.folder] : []), ...named];
}
