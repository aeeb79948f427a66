/**
 * Images that come while the plan runs. Until one is there its id is not known, so a container of it is planned as if the image
 * differed from the one that the container has now: the plan shows the most that can happen. Once it is there, the plan is made
 * again with what it is.
 */
import type { Service } from '../compose/types.ts';
import type { ObservedImage } from '../podman/types.ts';
import type { Arriving, PlanInput } from './inputs.ts';
import { sharesWith } from './model.ts';
import { imageName } from './names.ts';
import type { ActionId } from './types.ts';
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

/**
 * Images of which nothing is known before they are there, of services that share the pod's network: the ports that they declare
 * may move a service out of it. The pod and everything in it is made after them.
 */
export function placingNeeds({ input, placements }: Pick<UpState, 'input' | 'placements'>): ActionId[] {
  const { arriving, loaded } = input;
  if (!arriving) return [];
  const open = Object.entries(loaded.project.services).flatMap(([name, service]) => {
    const image = arriving.images[imageName(loaded.project, name, service)];
    const decides = image && image.expected === undefined && placements.byService.get(name)?.kind === 'pod';
    return decides ? image.needs : [];
  });
  return [...new Set(open)];
}
