/** Turns the images that a plan wants built into the steps that are still to be done. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { graphImages, type ImageGraph, type WantedImage } from '../build/graph/image-graph.ts';
import { resolveSteps } from '../build/graph/resolve.ts';
import { stepActions, targetInput } from '../build/graph/step-actions.ts';
import type { ImageConfig } from '../build/layer/image-config.ts';
import type { BuildAction, BuildName, ImageBuild, StepInput } from '../build/types.ts';
import type { Planned } from '../plan/builder.ts';
import type { Action, ImagePull } from '../plan/types.ts';
import type { BuildRoom } from './build-room.ts';

export interface ExpandedBuilds extends Planned {
  /** Images that have to be there before more can be planned. */
  readonly pulls: readonly ImagePull[];
  /** Of the steps, as far as they are known before they are done. */
  readonly keys: ReadonlySet<string>;
  /** How the images that are made in steps will be configured, by service. */
  readonly configs: ReadonlyMap<string, ImageConfig>;
}

export interface ExpandRequest {
  readonly planned: Planned;
  readonly room: BuildRoom;
  /** Ids of images by name, as far as they were looked up. */
  readonly imageId: (name: string) => Promise<string | undefined>;
  /** Images that could not be pulled: what is built from them fails, and nothing else. */
  readonly unpulled?: ReadonlySet<string>;
}

export async function expandBuilds({
  planned,
  room,
  imageId,
  unpulled,
}: ExpandRequest): Promise<ExpandedBuilds> {
  const builds = planned.plan.actions.filter((action) => action.kind === 'image.build');
  if (builds.length === 0) return { ...planned, pulls: [], keys: new Set(), configs: new Map() };
  const graph = await graphImages(builds.map(wantedOf), room.world);
  const { steps, names, keys, cached } = await stepsOf(graph, room, imageId);
  room.save();
  const failed = new Map([...graph.failed, ...withoutBase(graph, unpulled ?? new Set())]);
  const done = new Set([...graph.images.map(({ wanted }) => wanted.service), ...failed.keys()]);
  const others = planned.plan.actions.flatMap((action): Action[] => {
    if (action.kind !== 'image.build') return [action];
    if (done.has(action.service)) return [];
    return [wholeAction(action, graph)];
  });
  const failures = builds.flatMap((build) => failedName(build, failed.get(build.service)) ?? []);
  const actions = inOrder([...steps, ...names, ...failures, ...others]);
  return {
    plan: { ...planned.plan, actions, steps: { cached } },
    diagnostics: [
      ...planned.diagnostics,
      ...graph.images.flatMap(({ warnings }) => warnings),
      ...wholeNotes(graph, builds),
    ],
    pulls: pullsOf(graph, builds),
    keys,
    configs: new Map(graph.images.map(({ wanted, config }) => [wanted.service, config])),
  };
}

function wantedOf(action: ImageBuild): WantedImage {
  const { service, tags, request, source } = action;
  return { service, tags, request, ...(source ? { source } : {}) };
}

async function stepsOf(
  graph: ImageGraph,
  room: BuildRoom,
  imageId: ExpandRequest['imageId'],
): Promise<{ steps: BuildAction[]; names: BuildAction[]; keys: ReadonlySet<string>; cached: number }> {
  const resolution = await resolveSteps({
    nodes: graph.table.nodes,
    targets: graph.images.map(({ ref }) => ref),
    find: (key) => room.index.find(key),
    exists: room.exists,
  });
  const steps = stepActions(resolution, graph.images, room);
  const names = await Promise.all(
    graph.images.map(async ({ wanted, ref }) =>
      nameAction(wanted, targetInput(resolution, steps, ref), imageId),
    ),
  );
  const keys = new Set([...resolution.steps.values()].flatMap(({ key }) => key ?? []));
  const cached = graph.table.nodes.length - resolution.todo.length;
  return { steps, names: names.flatMap((name) => name ?? []), keys, cached };
}

/** An image that cannot be built fails when its turn comes: what does not need it goes on. */
function failedName(
  { service, tags, source }: ImageBuild,
  problem: readonly Diagnostic[] | undefined,
): BuildName | undefined {
  if (!problem) return undefined;
  const span = problem.find((one) => one.span)?.span ?? source;
  return {
    kind: 'build.name',
    id: `image.build/${service}`,
    needs: [],
    reason: `cannot be built: ${problem[0]?.message ?? ''}`,
    service,
    image: { scratch: true },
    tags,
    problem,
    ...(span ? { source: span } : {}),
  };
}

function withoutBase(graph: ImageGraph, unpulled: ReadonlySet<string>): [string, Diagnostic[]][] {
  return [...graph.missing].flatMap(([service, references]): [string, Diagnostic[]][] => {
    const missing = references.filter((reference) => unpulled.has(reference));
    if (missing.length === 0) return [];
    const message = `the image of service "${service}" is built from ${missing.join(', ')}, which could not be pulled`;
    return [[service, [{ code: 'E_IMAGE', severity: 'error', message }]]];
  });
}

/** Undefined when every name is already the image's. */
async function nameAction(
  wanted: WantedImage,
  image: StepInput,
  imageId: ExpandRequest['imageId'],
): Promise<BuildName | undefined> {
  const open = await missingNames(wanted, image, imageId);
  if (open.length === 0) return undefined;
  return {
    kind: 'build.name',
    id: `image.build/${wanted.service}`,
    needs: 'action' in image ? [image.action] : [],
    reason: 'action' in image ? 'built' : 'the image has not this name',
    ...(wanted.source ? { source: wanted.source } : {}),
    service: wanted.service,
    image,
    tags: open,
  };
}

async function missingNames(
  { tags }: WantedImage,
  image: StepInput,
  imageId: ExpandRequest['imageId'],
): Promise<readonly string[]> {
  if (!('image' in image)) return tags;
  const ids = await Promise.all(tags.map(imageId));
  return tags.filter((_, index) => ids[index] !== image.image);
}

function wholeAction(action: ImageBuild, graph: ImageGraph): ImageBuild {
  const missing = graph.missing.get(action.service);
  const why = graph.whole.get(action.service) ?? (missing ? `needs ${missing.join(', ')}` : undefined);
  return why === undefined
    ? action
    : { ...action, reason: `${action.reason}; built by podman build as a whole: ${why}` };
}

/** The layer builder is not silently done without. */
function wholeNotes(graph: ImageGraph, builds: readonly ImageBuild[]): Diagnostic[] {
  return [...graph.whole].map(([service, why]): Diagnostic => {
    const source = builds.find((one) => one.service === service)?.source;
    const message = `the image of service "${service}" is built by podman build as a whole: ${why}`;
    return { code: 'W_BUILD_WHOLE', severity: 'info', message, ...(source ? { span: source } : {}) };
  });
}

/** Images that are missing; and with `--pull` those that may be newer where they come from. */
function pullsOf(graph: ImageGraph, builds: readonly ImageBuild[]): ImagePull[] {
  const missing = new Map(
    [...graph.missing].flatMap(([service, list]) => list.map((one) => [one, service] as const)),
  );
  const references = [...new Set([...missing.keys(), ...graph.refreshed.keys()])].sort();
  return references.map((reference): ImagePull => {
    const isMissing = missing.has(reference);
    const service = missing.get(reference) ?? graph.refreshed.get(reference) ?? '';
    const source = builds.find((one) => one.service === service)?.source;
    return {
      kind: 'image.pull',
      id: `image.pull/${reference}`,
      needs: [],
      reason: isMissing ? `service "${service}" is built from it` : '--pull',
      ...(source ? { source } : {}),
      service,
      reference,
      policy: isMissing ? 'missing' : 'newer',
      optional: !isMissing,
    };
  });
}

/** Needs that are not in the plan are done already. */
function inOrder(actions: readonly Action[]): Action[] {
  const ids = new Set(actions.map(({ id }) => id));
  return actions.map(
    (action) => ({ ...action, needs: action.needs.filter((need) => ids.has(need)) }) as Action,
  );
}
