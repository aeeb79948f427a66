/** Carries the build actions of one run out. What an action made is kept here for those that need it. */
import { ComposeError, fail, unreachable } from '../../base/errors.ts';
import type { Contexts } from '../context/contexts.ts';
import { exportKey, stepKey, tokenOf } from '../graph/step-key.ts';
import { canBeHad, type StepIndex } from '../index/step-index.ts';
import type {
  BuildAction,
  BuildLayers,
  BuildName,
  BuildRun,
  ConfigPart,
  RegistryCache,
  StepInput,
} from '../types.ts';
import type { ComingImage } from './coming-image.ts';
import { loadContained } from './load-image.ts';
import { type LayersContext, makeLayers } from './make-layers.ts';
import { configure, type RanStep, runStep } from './run-step.ts';
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
  /** The engine is still loading the image. */
  readonly coming?: ComingImage | undefined;
}

export interface StepResult {
  readonly image: string;
  /** The result of an earlier build. */
  readonly isCached: boolean;
}

type StepAction = BuildRun | BuildLayers;

interface Doing {
  /** A command goes on from the result, and need not wait until the engine has it. */
  readonly mayCome: boolean;
  readonly telling: StepTelling;
}

/** Two that began at once end at about the same time. */
const longestPromiseMs = 5_000;

export class BuildSession {
  readonly #request: SessionRequest;
  readonly #made = new Map<string, Made>();
  /** Actions that a command goes on from. */
  readonly #awaited = new Set<string>();
  /** Keys whose results nobody else goes on from before this build has remembered its own. */
  readonly #promised = new Set<string>();
  /** What goes on after its action has ended: never rejects. */
  readonly #rest: Promise<unknown>[] = [];
  /** Podman loses a name when one image is given two at once. */
  #tagging: Promise<void> = Promise.resolve();

  constructor(request: SessionRequest) {
    this.#request = request;
  }

  /** Takes note of what will be run, so that commands need not wait for the loading of what they go on from. */
  foresee(actions: readonly BuildAction[]): void {
    for (const action of actions)
      if (action.kind === 'build.run' && action.process && 'action' in action.parent)
        this.#awaited.add(action.parent.action);
  }

  /** Waits until the engine has all images that were made. */
  async settle(): Promise<void> {
    await Promise.all(this.#rest);
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
    await this.#restore([action.image]);
    const tagged = this.#tagging.then(async () => {
      for (const tag of action.tags) await this.#request.tools.tag(image, tag);
    });
    this.#tagging = tagged.catch(() => undefined);
    await tagged;
    return { image, isCached: false };
  }

  async #step(action: StepAction, telling: StepTelling): Promise<StepResult> {
    await this.#restore(this.#neededBy(action));
    const key = this.#keyOf(action);
    // Before it is looked for: what another build has made is found, or waits for this.
    const mayCome = this.#mayCome(action, key);
    try {
      return await this.#had(action, key, { mayCome, telling });
    } finally {
      if (!this.#made.get(action.id)?.coming) this.#endPromise(key);
    }
  }

  async #had(action: StepAction, key: string, doing: Doing): Promise<StepResult> {
    const { telling } = doing;
    const { from = [], to = [] } = action.caches ?? {};
    const known = action.fresh ? undefined : await this.#there(key);
    const found = known ?? (await this.#taken(key, from, telling));
    const done = found === undefined ? await this.#do(action, key, doing) : await this.#goOn(action, found);
    const { image, coming } = done;
    if (!coming) await this.#give({ key, image, to }, telling);
    this.#made.set(action.id, { image, token: this.#tokenOf(action, key, done), coming });
    return { image, isCached: found !== undefined };
  }

  /** What stands for the result in the keys of others. */
  #tokenOf(action: StepAction, key: string, { image, ran }: RanStep): string {
    if (action.kind === 'build.layers') return tokenOf(action.volatile ? 'run' : 'layers', key, image);
    return action.after
      ? tokenOf('layers', this.#keyAfter(action.after, ran), image)
      : tokenOf('run', key, image);
  }

  /** The image of a key, in the engine or to be had from another that is. */
  async #there(key: string): Promise<string | undefined> {
    const { index, tools } = this.#request;
    const image = index.find(key);
    return image !== undefined && (await canBeHad(image, index, tools.exists)) ? image : undefined;
  }

  /** What has to be in the engine: what a command goes on from may still be coming. */
  #neededBy(action: StepAction): StepInput[] {
    const mayCome = action.kind === 'build.run' && action.process && this.#find(action.parent).coming;
    return inputsOf(action).filter((input) => !mayCome || input !== action.parent);
  }

  /** Has the engine make the images that so far are only part of others. */
  async #restore(inputs: readonly StepInput[]): Promise<void> {
    const { index, tools } = this.#request;
    await Promise.all(inputs.map((input) => this.#find(input).coming?.loaded));
    for (const image of new Set(inputs.map((input) => this.#find(input).image))) {
      const contained = image === undefined ? undefined : index.contained(image);
      if (contained && !(await tools.exists(contained.image))) await loadContained(contained, tools);
    }
  }

  /** From what a command has left at another time to what the action is to give. */
  async #goOn(action: StepAction, ran: string): Promise<RanStep> {
    const after = action.kind === 'build.run' ? action.after : undefined;
    if (!after) return { image: ran, ran };
    const key = this.#keyAfter(after, ran);
    const known = await this.#there(key);
    if (known !== undefined) return { image: known, ran };
    await this.#restore([{ image: ran }]);
    const image = await configure(after, ran, this.#request.tools);
    return { image: await this.#claim(key, image), ran };
  }

  /** Another build may have been first: two that run at once give one image the name, whichever ends last. @returns the first one's */
  async #claim(key: string, image: string): Promise<string> {
    const { index } = this.#request;
    const other = await this.#there(key);
    if (other !== undefined) return other;
    // What is not there any more is nobody's claim.
    if (index.find(key) === undefined) return index.claim(key, image);
    index.remember(key, image);
    return image;
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
      await this.#restore([{ image }]);
      if (await tools.cache?.give(key, image, cache, telling)) index.remember(mark, image);
    }
  }

  async #do(action: StepAction, key: string, { mayCome, telling }: Doing): Promise<RanStep> {
    const { tools, contexts } = this.#request;
    const context = { tools, contexts, telling, find: (input: StepInput): Made => this.#find(input) };
    const done =
      action.kind === 'build.run'
        ? await runStep(action, { ...context, isAwaited: mayCome })
        : await layersStep(action, context);
    const { coming } = done;
    if (coming) this.#atRest(coming.loaded);
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
    if (!coming) return isKnown ? this.#remember(action, key, done) : done;
    const remembered = isKnown ? coming.loaded.then(() => this.#remember(action, key, done)) : coming.loaded;
    this.#atRest(remembered.finally(() => this.#endPromise(key)));
    return done;
  }

  /** What goes wrong is told to those who need the image. */
  #atRest(work: Promise<unknown>): void {
    this.#rest.push(work.catch(() => undefined));
  }

  /**
   * Whether a command may go on from what the action leaves before the engine has it. Of two builds at once one may: the other takes what
   * that one remembers. And registries are given what there is.
   */
  #mayCome(action: StepAction, key: string): boolean {
    if (!this.#awaited.has(action.id) || action.caches !== undefined) return false;
    if (action.fresh) return true;
    if (!this.#request.index.promise(key)) return false;
    this.#promised.add(key);
    return true;
  }

  #endPromise(key: string): void {
    if (this.#promised.delete(key)) this.#request.index.endPromise(key);
  }

  /** Until another build that has promised the same result remembers it, or ends. */
  async #othersPromise(key: string): Promise<void> {
    const { index } = this.#request;
    const end = performance.now() + longestPromiseMs;
    while (!this.#promised.has(key) && index.isPromised(key) && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** @returns what the index has then: another build's, if that was first */
  async #remember(action: StepAction, key: string, done: RanStep): Promise<RanStep> {
    const { index } = this.#request;
    const { image, ran, document } = done;
    if (document !== undefined) index.rememberContained({ image: ran, within: image, document });
    if (action.kind === 'build.run' && action.after) index.remember(this.#keyAfter(action.after, ran), image);
    // Last: whoever finds it goes on from there.
    if (action.fresh) {
      index.remember(key, ran);
      return done;
    }
    await this.#othersPromise(key);
    const first = await this.#claim(key, ran);
    return first === ran ? done : this.#goOn(action, first);
  }

  #keyOf({ definitions, parent }: StepAction): string {
    return this.#keyOn(definitions, this.#find(parent).token);
  }

  /** @param ran - id of the image that the command has left */
  #keyAfter({ definitions }: ConfigPart, ran: string): string {
    return this.#keyOn(definitions, tokenOf('run', '', ran));
  }

  /** Of steps that are each on the one before. */
  #keyOn(definitions: StepAction['definitions'], parent: string): string {
    let key = '';
    let below = parent;
    for (const { digest, inputs } of definitions) {
      key = stepKey(
        digest,
        below,
        inputs.map((input) => this.#find(input).token),
      );
      below = tokenOf('layers', key, '');
    }
    return key;
  }

  #find(input: StepInput): Made {
    if ('scratch' in input) return { image: undefined, token: 'scratch' };
    if ('image' in input) return { image: input.image, token: input.token ?? `image:${input.image}` };
    const made = this.#made.get(input.action);
    if (!made) throw fail('E_INTERNAL', `${input.action} has made nothing yet`);
    return made;
  }
}

async function layersStep(action: BuildLayers, context: LayersContext): Promise<RanStep> {
  const image = await makeLayers(action, context);
  return { image, ran: image };
}

/** All images that an action takes. */
function inputsOf(action: StepAction): StepInput[] {
  const contexts = action.kind === 'build.run' ? Object.values(action.contexts) : [];
  return [
    action.parent,
    ...action.definitions.flatMap(({ inputs }) => inputs),
    ...contexts.flatMap((input) => ('folder' in input ? [] : [input])),
  ];
}

/** Contexts that files are copied from. */
function copiedFolders(action: StepAction): string[] {
  const works = action.kind === 'build.layers' ? action.works : (action.before?.works ?? []);
  return works.flatMap((work) =>
    work.kind === 'copy' && work.from.kind === 'context' ? [work.from.folder] : [],
  );
}

/** Directories that a command sees. What COPY takes is checked while it is read. */
function foldersOf(action: StepAction): string[] {
  if (action.kind !== 'build.run') return [];
  const named = Object.values(action.contexts).flatMap((input) => ('folder' in input ? [input.folder] : []));
  return [...(action.context ? [action.context.folder] : []), ...named];
}
