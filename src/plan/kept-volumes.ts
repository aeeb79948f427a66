/**
 * Anonymous volumes are never without an owner. Where a container has to go before its successor can be made (its pod or a network is
 * made anew), a container that is never started holds its volumes meanwhile: the run after one that was interrupted finds them by it.
 */
import type { ContainerSpec } from '../podman/spec.ts';
import type { Observed, ObservedContainer } from '../podman/types.ts';
import { keeperSuffix, numberOf, replacementSuffix } from './model.ts';
import { composeVersion, imageName, labels, rootfsOf } from './names.ts';
import type { ServicePlan } from './recreate-reason.ts';
import { heldBy, type Volumes } from './set-aside-volumes.ts';
import type { ActionId } from './types.ts';

/** A container's place: what is there of it. */
export interface Slot {
  readonly number: number;
  readonly target: string;
  readonly old: ObservedContainer | undefined;
  /** A replacement that an interrupted run left behind. */
  readonly leftover: ObservedContainer | undefined;
  /** Keepers that interrupted runs left behind. */
  readonly keepers: readonly ObservedContainer[];
}

/** All keepers of a service. */
export function keepersOf(observed: Observed, project: string, service: string): ObservedContainer[] {
  return observed.containers.filter(
    ({ labels: own }) =>
      own[labels.project] === project && own[labels.service] === service && own[labels.keeps] !== undefined,
  );
}

/** The place's anonymous volumes by mount target, whoever holds them. */
export function volumesOf({ keepers, leftover, old }: Slot, observed: Observed): Volumes {
  const holders = [...keepers, leftover, old].flatMap((container) => container ?? []);
  return Object.assign({}, ...holders.map((container) => heldBy(container, observed))) as Volumes;
}

/**
 * Lets a keeper hold what would be without an owner for a while, and takes keepers away that are not needed any more.
 *
 * @param goesFirst - what of the place is removed before its successor is made
 */
export function keepVolumes(plan: ServicePlan, slot: Slot, goesFirst: readonly ObservedContainer[]): void {
  const { builder, options, input } = plan.state;
  const all = options.renewAnonymousVolumes ? {} : unowned(slot, goesFirst, input.observed);
  const names = slot.keepers.map(({ name }) => name);
  if (Object.keys(all).length > 0) {
    const spec = keeper(plan, slot, goesFirst, all);
    const id = builder.add({
      kind: 'container.create',
      id: `container.create/${spec.name}`,
      needs: [],
      reason: 'it holds the anonymous volumes until the new container is there',
      service: plan.name,
      spec,
      makeDirectories: [],
    });
    for (const { name } of goesFirst) builder.require(`container.remove/${name}`, [id]);
    names.push(spec.name);
  }
  const made: ActionId[] = ['', replacementSuffix].map(
    (end): ActionId => `container.create/${slot.target}${end}`,
  );
  for (const name of names)
    removeKeeper(plan, name, [`container.create/${name}`, ...made], options.renewAnonymousVolumes);
}

/** Keepers of places that the service has no more. */
export function removeKeepers(
  plan: ServicePlan,
  keepers: readonly ObservedContainer[],
  wanted: number,
): void {
  for (const one of keepers) if (numberOf(one) > wanted) removeKeeper(plan, one.name, [], true);
}

function removeKeeper(
  { state: { builder }, name: service }: ServicePlan,
  name: string,
  needs: readonly ActionId[],
  volumes: boolean,
): void {
  builder.add({
    kind: 'container.remove',
    id: `container.remove/${name}`,
    needs,
    reason: 'the anonymous volumes need it no more',
    service,
    name,
    volumes,
    force: false,
  });
}

/** The volumes that only those who go first hold. */
function unowned(
  { old, leftover, keepers }: Slot,
  goesFirst: readonly ObservedContainer[],
  observed: Observed,
): Volumes {
  const staying = [old, leftover, ...keepers].flatMap((one) =>
    one && !goesFirst.includes(one) ? [one] : [],
  );
  const owned = new Set(staying.flatMap((one) => Object.values(heldBy(one, observed))));
  const going = goesFirst.flatMap((one) => Object.entries(heldBy(one, observed)));
  return Object.fromEntries(going.filter(([, volume]) => !owned.has(volume)));
}

function keeper(
  { state, name: service, service: model }: ServicePlan,
  { target, number, keepers }: Slot,
  goesFirst: readonly ObservedContainer[],
  volumes: Volumes,
): ContainerSpec {
  const { project, workingDir } = state.input.loaded;
  const rootfs = rootfsOf(model);
  // By its id: the name may mean another image by now.
  const image = goesFirst.map(({ imageId }) => imageId).find((id) => id !== '');
  const source = image === undefined && rootfs !== undefined ? { image: '', rootfs } : undefined;
  return {
    ...(source ?? { image: image ?? imageName(project, service, model) }),
    name: `${target}${keeperSuffix}${keepers.length === 0 ? '' : keepers.length + 1}`,
    command: ['true'],
    netns: { nsmode: 'none' },
    // Those that the image declares and nobody has yet are the new container's to make.
    image_volume_mode: 'ignore',
    volumes: Object.entries(volumes).map(([Dest, Name]) => ({ Name, Dest, IsAnonymous: true })),
    labels: {
      [labels.project]: project.name,
      [labels.service]: service,
      [labels.number]: String(number),
      [labels.oneoff]: 'True',
      [labels.workingDir]: workingDir,
      [labels.version]: composeVersion,
      [labels.own]: project.name,
      [labels.keeps]: target,
    },
  };
}
