/** The step graph of all images that are built: each service's Containerfile, read and walked once. */

import type { Code } from '../../base/codes.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { ComposeError, fail } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import { expandFrom } from '../../containerfile/expand.ts';
import { parseContainerfile } from '../../containerfile/parse.ts';
import { type Globals, openGlobals, openStage } from '../../containerfile/scope.ts';
import { baseOf, sourceStage, targetStage } from '../../containerfile/stages.ts';
import type { ContainerFile, Stage } from '../../containerfile/types.ts';
import { ContextUnreadable } from '../context/local-tree.ts';
import { type ImageConfig, variablesOf, withPath } from '../layer/image-config.ts';
import type { BuildRequest, ContextUse, SegmentOptions } from '../types.ts';
import { readContainerfile } from './containerfile-of.ts';
import { refuseForeign } from './foreign-platform.ts';
import { historyText } from './lines.ts';
import { ImagesMissing, NotLayered } from './not-layered.ts';
import { type NamedOrigins, namedOrigin, type Origin, scratchOrigin } from './origins.ts';
import { isBehind, type StagePoint, withPending } from './stage-point.ts';
import type { StageSetting } from './stage-setting.ts';
import { fireTriggers, flush, walkStage } from './stage-steps.ts';
import { type NodeRef, StepTable } from './step-node.ts';
import type { GraphWorld } from './world.ts';

/** One image that is wanted. */
export interface WantedImage {
  readonly service: string;
  readonly tags: readonly string[];
  readonly request: BuildRequest;
  readonly source?: Span;
}

export interface GraphedImage {
  readonly wanted: WantedImage;
  readonly ref: NodeRef;
  /** What its configuration will be. */
  readonly config: ImageConfig;
  readonly warnings: readonly Diagnostic[];
}

export interface ImageGraph {
  readonly images: readonly GraphedImage[];
  readonly table: StepTable;
  /** Images that are built as a whole, and why. */
  readonly whole: ReadonlyMap<string, string>;
  /** Images to pull before the services named can be planned. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
  /** Images that cannot be built: the others can. */
  readonly failed: ReadonlyMap<string, readonly Diagnostic[]>;
  /** Images that the steps are built on, by the first service that names each and asks for the newest. */
  readonly refreshed: ReadonlyMap<string, string>;
}

export async function graphImages(wanted: readonly WantedImage[], world: GraphWorld): Promise<ImageGraph> {
  const builder = new GraphBuilder(wanted, world);
  for (const { service } of wanted) await builder.image(service);
  return builder.graph();
}

/** What is wrong with one Containerfile or its context; all else is wrong for everybody. */
const ofOneImage: ReadonlySet<Code> = new Set([
  'E_BUILD',
  'E_CONTAINERFILE',
  'E_FILE_NOT_FOUND',
  'E_FILE_UNREADABLE',
]);

/** The end of a service's target stage. */
interface Built {
  readonly image: GraphedImage;
  readonly point: StagePoint;
}

class GraphBuilder {
  readonly #wanted: ReadonlyMap<string, WantedImage>;
  readonly #world: GraphWorld;
  readonly #table: StepTable = new StepTable();
  readonly #built = new Map<string, Built | undefined>();
  readonly #open = new Set<string>();
  readonly #whole = new Map<string, string>();
  readonly #missing = new Map<string, readonly string[]>();
  readonly #failed = new Map<string, readonly Diagnostic[]>();
  readonly #refreshed = new Map<string, string>();

  constructor(wanted: readonly WantedImage[], world: GraphWorld) {
    this.#wanted = new Map(wanted.map((one) => [one.service, one]));
    this.#world = world;
  }

  graph(): ImageGraph {
    const images = [...this.#wanted.keys()].flatMap((service) => this.#built.get(service)?.image ?? []);
    return {
      images,
      table: this.#table,
      whole: this.#whole,
      missing: this.#missing,
      failed: this.#failed,
      refreshed: this.#refreshed,
    };
  }

  /** The image of a service, walked once; undefined when it is built as a whole. */
  async image(service: string): Promise<Built | undefined> {
    if (this.#built.has(service)) return this.#built.get(service);
    const wanted = this.#wanted.get(service);
    if (!wanted) return undefined;
    if (this.#open.has(service))
      throw fail('E_CYCLE', `the image of service "${service}" is built from itself`, {
        ...(wanted.source ? { span: wanted.source } : {}),
      });
    this.#open.add(service);
    const built = await this.#walk(wanted);
    this.#open.delete(service);
    this.#built.set(service, built);
    return built;
  }

  async #walk(wanted: WantedImage): Promise<Built | undefined> {
    try {
      return await this.#walkLayered(wanted);
    } catch (error) {
      if (error instanceof NotLayered) this.#whole.set(wanted.service, error.reason);
      else if (error instanceof ContextUnreadable && this.#world.builderReads(error.path))
        this.#whole.set(wanted.service, `only podman build may read ${error.path}`);
      else if (error instanceof ImagesMissing) this.#missing.set(wanted.service, error.references);
      else if (error instanceof ComposeError && ofOneImage.has(error.code))
        this.#failed.set(wanted.service, error.diagnostics);
      else throw error;
      return undefined;
    }
  }

  async #walkLayered(written: WantedImage): Promise<Built> {
    const wanted = await withFetched(written, this.#world);
    const { request, service } = wanted;
    const found = readContainerfile(request, service, this.#world, wanted.source);
    const file = parseContainerfile(found.text, found.path);
    const target = targetStage(file, request.target, wanted.source);
    refuseForeign({ file, target, request, world: this.#world });
    refuseWhole(request, this.#world);
    const walker = new FileWalker({
      file,
      wanted,
      world: this.#world,
      table: this.#table,
      main: {
        folder: request.context,
        ...(found.ignoreFile === undefined ? {} : { ignoreFile: found.ignoreFile }),
      },
      origins: {
        world: request.pull ? this.#refreshing(service) : this.#world,
        contexts: request.additionalContexts,
        service: async (name) => {
          const built = await this.image(name);
          const problem = this.#failed.get(name);
          if (problem) throw new ComposeError(problem);
          return originOfBuilt(built);
        },
        serviceOfImage: (reference) => this.#serviceOf(reference, service),
      },
    });
    const point = await walker.finish(target);
    return { point, image: { wanted, ref: point.at, config: point.state.config, warnings: file.warnings } };
  }

  /** Takes note of the images that are asked for. */
  #refreshing(service: string): GraphWorld {
    return {
      ...this.#world,
      image: (reference) => {
        if (!this.#refreshed.has(reference)) this.#refreshed.set(reference, service);
        return this.#world.image(reference);
      },
    };
  }

  #serviceOf(reference: string, self: string): string | undefined {
    const name = withTag(reference);
    for (const { service, tags } of this.#wanted.values())
      if (service !== self && tags.some((tag) => withTag(tag) === name)) return service;
    return undefined;
  }
}

/** Names with and without tag or registry mean the same. */
function withTag(reference: string): string {
  const short = reference.replace(/^localhost\//, '').replace(/^docker\.io\/(?:library\/)?/, '');
  return /:[^/]*$/.test(short) || short.includes('@') ? short : `${short}:latest`;
}

function originOfBuilt(built: Built | undefined): Origin | undefined {
  if (!built) return undefined;
  return { kind: 'image', ref: built.point.at, state: { ...built.point.state, hasOwnCmd: false } };
}

function refuseWhole(request: BuildRequest, { platform }: GraphWorld): void {
  const own = [`${platform.os}/${platform.architecture}`, platform.architecture];
  if (request.platforms.length > 1) throw new NotLayered('several platforms');
  if (request.platforms.some((one) => !own.includes(one))) throw new NotLayered('another platform');
}

/** With directories in the place of contexts from elsewhere. */
async function withFetched(wanted: WantedImage, { fetched }: GraphWorld): Promise<WantedImage> {
  const { request, source } = wanted;
  const local = async (context: string): Promise<string> => (await fetched(context)) ?? context;
  const ask = async (): Promise<WantedImage> => {
    const named = Object.entries(request.additionalContexts).map(
      async ([name, context]): Promise<[string, string]> => [name, await local(context)],
    );
    const [context, ...contexts] = await Promise.all([local(request.context), ...named]);
    return {
      ...wanted,
      request: { ...request, context, additionalContexts: Object.fromEntries(contexts) },
    };
  };
  return source ? withSpan(ask, source) : ask();
}

interface FileSetting {
  readonly file: ContainerFile;
  readonly wanted: WantedImage;
  readonly world: GraphWorld;
  readonly table: StepTable;
  readonly main: ContextUse;
  readonly origins: NamedOrigins;
}

/** Walks the stages of one file that the target needs, each once. */
class FileWalker {
  readonly #setting: FileSetting;
  readonly #globals: Globals;
  readonly #points = new Map<number, Promise<StagePoint>>();

  constructor(setting: FileSetting) {
    this.#setting = setting;
    const { file, wanted, world } = setting;
    this.#globals = openGlobals(file, {
      buildArgs: wanted.request.args,
      targetPlatform: world.platform,
      buildPlatform: world.platform,
      ...(wanted.request.target ? { target: wanted.request.target } : {}),
    });
  }

  /** The target with the labels of the build section, all of it in an image. */
  async finish(target: Stage): Promise<StagePoint> {
    const { span } = target.from;
    const setting = this.#stageSetting(target);
    const labels = Object.entries(this.#setting.wanted.request.labels).sort();
    let point = await this.stage(target);
    if (labels.length > 0) {
      const word = (text: string): { text: string; span: Span } => ({ text, span });
      const pairs = labels.map(([name, value]) => ({ name: word(name), value: word(value) }));
      const text = `LABEL ${labels.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ')}`;
      point = withPending(
        point,
        { kind: 'label', pairs, legacy: false, span, text },
        { kind: 'config', createdBy: historyText(text) },
      );
    }
    return isBehind(point) ? flush(point, setting, span) : point;
  }

  stage(stage: Stage): Promise<StagePoint> {
    const known = this.#points.get(stage.index);
    if (known) return known;
    const point = this.#walk(stage);
    this.#points.set(stage.index, point);
    return point;
  }

  async #walk(stage: Stage): Promise<StagePoint> {
    const setting = this.#stageSetting(stage);
    const start = await this.#begin(stage);
    const fired = await fireTriggers(start, stage.from.span, setting);
    return walkStage(fired, stage.instructions, setting);
  }

  async #begin(stage: Stage): Promise<StagePoint> {
    const { file, world, origins } = this.#setting;
    const from = expandFrom(stage.from, this.#globals.lookup);
    const platform = from.platform?.text;
    if (platform !== undefined && platform !== `${world.platform.os}/${world.platform.architecture}`)
      throw new NotLayered('another platform');
    const base = baseOf(file, stage, from);
    if (base.kind === 'stage') {
      const below = file.stages[base.index];
      if (!below) throw fail('E_INTERNAL', `no stage ${base.index}`);
      const point = await this.stage(below);
      return {
        ...point,
        state: { ...point.state, hasOwnCmd: false },
        scope: openStage(this.#globals, point.scope),
      };
    }
    const origin = base.kind === 'scratch' ? scratchOrigin() : await namedOrigin(base.reference, origins);
    if (origin.kind === 'folder') throw new NotLayered('FROM a directory');
    return {
      at: origin.ref,
      state: origin.state,
      made: origin.state,
      pending: [],
      scope: openStage(this.#globals, { env: variablesOf(withPath(origin.state).config) }),
    };
  }

  #stageSetting(stage: Stage): StageSetting {
    const { wanted, world, table, main } = this.#setting;
    const { request } = wanted;
    const filter = request.noCacheFilter.map((name) => name.toLowerCase());
    return {
      service: wanted.service,
      world,
      table,
      options: optionsOf(request),
      fresh: request.noCache || (stage.name !== undefined && filter.includes(stage.name)),
      caches: {
        from: new Map(request.cacheFrom.map((repository) => [repository, wanted.source])),
        to: new Map(request.cacheTo.map((repository) => [repository, wanted.source])),
      },
      origins: { main, find: (reference, span) => this.#find(stage, reference, span) },
    };
  }

  async #find(user: Stage, reference: string, span: Span): Promise<Origin> {
    const { file, origins } = this.#setting;
    const named = Object.hasOwn(origins.contexts, reference);
    const stage = named ? undefined : sourceStage(file, user, { reference, span });
    if (!stage) return withSpan(() => namedOrigin(reference, origins), span);
    const point = await this.stage(stage);
    // Only the files count here: what is pending in the configuration makes no difference to them.
    return { kind: 'image', ref: point.at, state: point.state };
  }
}

async function withSpan<T>(run: () => Promise<T>, span: Span): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    throw new ComposeError(
      error.diagnostics.map((one) => (one.span ? one : { ...one, span })),
      { cause: error, exitCode: error.exitCode },
    );
  }
}

function optionsOf(request: BuildRequest): SegmentOptions {
  return {
    extraHosts: request.extraHosts,
    privileged: request.privileged,
    ulimits: request.ulimits,
    ssh: request.ssh,
    secrets: request.secrets,
    ...(request.network === undefined ? {} : { network: request.network }),
    ...(request.shmSize === undefined ? {} : { shmSize: request.shmSize }),
    ...(request.memory === undefined ? {} : { memory: request.memory }),
  };
}
