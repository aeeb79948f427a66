/**
 * Images that come while the plan runs. Until one is there its id is not known, so a container of it is planned as if the image
 * differed from the one that the container has now: the plan shows the most that can happen. Once it is there, the plan is made
 * again with what it is.
 */
import type { Service } from '../compose/types.ts';
import type { ObservedImage } from '../podman/types.ts';
import type { Arriving, PlanInput } from './inputs.ts';
import { keeperSuffix, replacementSuffix, sharesWith } from './model.ts';
import { imageName } from './names.ts';
import type { Action, ActionId, ActionKind } from './types.ts';
import type { UpState } from './up-state.ts';

/** Stands for the id of an image that is not there yet. */
export const unknownId = 'not known yet';

/** An image of which nothing is known. */
export const unknownImage: ObservedImage = {
  id: unknownId,
  digest: undefined,
  exposedPorts: [],
  volumes: [],
  healthcheck: undefined,
  entrypoint: [],
  command: [],
  user: '',
  labels: {},
  os: '',
  architecture: '',
  createdAt: '',
};

/** The snapshot with the images that are to come in it. */
export function withArriving(input: PlanInput): PlanInput {
  const { arriving, observed } = input;
  if (!arriving) return input;
  const coming = Object.entries(arriving.images).map(([reference, { expected }]): [string, ObservedImage] => [
    reference,
    expected ?? { ...(observed.images[reference] ?? unknownImage), id: unknownId },
  ]);
  return {
    ...input,
    observed: { ...observed, images: { ...observed.images, ...Object.fromEntries(coming) } },
  };
}

/** The same run after one of its images has come: it is what it is. */
export function arrived(arriving: Arriving, images: Readonly<Record<string, ObservedImage>>): Arriving {
  const entries = Object.entries(arriving.images).map(([reference, image]) => [
    reference,
    { ...image, expected: images[reference] ?? image.expected },
  ]);
  return { ...arriving, images: Object.fromEntries(entries) as Arriving['images'] };
}

/** What a service waits for: its own image, and those of services whose namespaces or volumes it uses. */
export function imageNeeds(state: Pick<UpState, 'input'>, name: string): ActionId[] {
  const { arriving, loaded } = state.input;
  if (!arriving) return [];
  const needs = new Set<ActionId>();
  const open = [name];
  const seen = new Set<string>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const service = loaded.project.services[next];
    if (!service || seen.has(next)) continue;
    seen.add(next);
    for (const need of arriving.images[imageName(loaded.project, next, service)]?.needs ?? [])
      needs.add(need);
    open.push(...usesOf(service));
  }
  return [...needs];
}

function usesOf(service: Service): string[] {
  const sources = (service.volumes_from ?? []).flatMap((source) =>
    source.startsWith('container:') ? [] : (source.split(':')[0] ?? []),
  );
  return [...sharesWith(service), ...sources];
}

/** What touches a container that is there, or starts one. */
const held: ReadonlySet<ActionKind> = new Set([
  'container.hook',
  'container.kill',
  'container.remove',
  'container.rename',
  'container.start',
  'container.stop',
  'pod.remove',
]);

/**
 * Gives what an action waits for besides its own image:
 *
 * - Everything waits for what is pulled, and for images of which nothing is known before (built as a whole) of services that share the
 *   pod's network, as the ports that those declare may move a service out of it.
 * - What touches or starts a container waits for every image: a build that fails leaves the project as it runs, not half of it
 *   replaced. New containers are made and initialised meanwhile.
 */
export function imagesBefore(
  state: Pick<UpState, 'input' | 'placements'>,
): (action: Action) => readonly ActionId[] {
  const { arriving } = state.input;
  if (!arriving) return () => [];
  const own = new Set(arriving.actions.map(({ id }) => id));
  const all = Object.values(arriving.images).flatMap(({ needs }) => needs);
  const pulls = arriving.actions.flatMap(({ kind, id }) => (kind === 'image.pull' ? [id] : []));
  const placing = [...pulls, ...placingNeeds(state, arriving)];
  return ({ id, kind }) => {
    if (kind === 'port.check' || own.has(id)) return [];
    const passes = id.endsWith(replacementSuffix) || id.includes(keeperSuffix);
    if (held.has(kind) || (kind === 'container.create' && passes)) return all;
    return kind.startsWith('pod.') || kind.startsWith('container.') ? placing : pulls;
  };
}

function placingNeeds(
  { input: { loaded }, placements }: Pick<UpState, 'input' | 'placements'>,
  arriving: Arriving,
): ActionId[] {
  return Object.entries(loaded.project.services).flatMap(([name, service]) => {
    const image = arriving.images[imageName(loaded.project, name, service)];
    const decides = image && image.expected === undefined && placements.byService.get(name)?.kind === 'pod';
    return decides ? image.needs : [];
  });
}
