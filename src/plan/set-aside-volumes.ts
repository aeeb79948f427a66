/**
 * An anonymous volume whose target is mounted no more has somebody's data in it: nobody removes it unasked. The next container
 * remembers it in a label: it is mounted again when its target comes back, and goes when the container's anonymous volumes go.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import type { Project } from '../compose/types.ts';
import type { ContainerSpec, SpecVolume } from '../podman/spec.ts';
import type { Observed, ObservedContainer } from '../podman/types.ts';
import type { PlanBuilder } from './builder.ts';
import { labels } from './names.ts';
import { isGivenName, mountsByGivenName } from './spare-volumes.ts';
import type { ContainerRemove } from './types.ts';

/** Volumes' names by mount target. */
export type Volumes = Readonly<Record<string, string>>;

/** A container's anonymous volumes: those that it mounts, and those that it remembers and that are still there. */
export function heldBy(container: ObservedContainer, observed: Observed): Volumes {
  return { ...rememberedBy(container, observed), ...mountedBy(container) };
}

/** Which volumes Podman made, and which the file mounts by a name that Podman gave, nothing but the label tells. */
export function mountedBy({ anonymousVolumes = {}, labels: own }: ObservedContainer): Volumes {
  const byName = JSON.parse(own[labels.byName] ?? '[]') as string[];
  return Object.fromEntries(Object.entries(anonymousVolumes).filter(([, name]) => !byName.includes(name)));
}

function rememberedBy({ labels: own }: ObservedContainer, { volumes }: Observed): Volumes {
  const text = own[labels.setAside];
  if (text === undefined) return {};
  const there = new Set(volumes.map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(JSON.parse(text) as Volumes).filter(([, name]) => there.has(name)),
  );
}

/** What of the volumes so far a new container does not mount. */
function setAside(kept: Volumes, mounted: readonly SpecVolume[]): Volumes {
  const names = new Set(mounted.map(({ Name }) => Name));
  return Object.fromEntries(Object.entries(kept).filter(([, name]) => !names.has(name)));
}

/** What a new container has to remember of volumes. */
export function volumeLabels(kept: Volumes, mounted: readonly SpecVolume[]): Record<string, string> {
  const aside = setAside(kept, mounted);
  const byName = mounted.flatMap(({ Name, IsAnonymous }) =>
    Name !== undefined && !IsAnonymous && isGivenName(Name) ? [Name] : [],
  );
  return {
    ...(Object.keys(aside).length > 0 ? { [labels.setAside]: JSON.stringify(aside) } : {}),
    ...(byName.length > 0 ? { [labels.byName]: JSON.stringify(byName) } : {}),
  };
}

interface Going {
  readonly action: ContainerRemove;
  readonly remembered: Volumes;
  readonly slot: string;
}

/** Where a container goes with its anonymous volumes, those go that it remembers. */
export function removeSetAside(builder: PlanBuilder, observed: Observed, project: Project): void {
  const actions = builder.actions();
  const made = actions.flatMap((one) => (one.kind === 'container.create' ? namesIn(one.spec) : []));
  const going = actions.flatMap((action): Going[] => {
    if (action.kind !== 'container.remove') return [];
    const container = observed.containers.find(({ name }) => name === action.name);
    if (!container) return [];
    return [{ action, remembered: rememberedBy(container, observed), slot: slotOf(container) }];
  });
  for (const one of going) {
    if (!one.action.volumes) continue;
    for (const [target, name] of Object.entries(one.remembered))
      if (!made.includes(name) && !mountsByGivenName(project, name))
        remove(builder, going, one, target, name);
  }
}

/** Before the container that remembers it, or a run that is interrupted forgets it. */
function remove(
  builder: PlanBuilder,
  going: readonly Going[],
  { action, slot }: Going,
  target: string,
  name: string,
): void {
  // Another one in its place, left by an interrupted run, may mount it: that one goes first, where it does not wait for this one.
  const others = going.filter((one) => one.slot === slot && !Object.values(one.remembered).includes(name));
  const isLast = others.some((one) => builder.comesAfter(one.action.id, action.id));
  const id = builder.add({
    kind: 'volume.remove',
    id: `volume.remove/${name}`,
    needs: (isLast ? going : others).map((one) => one.action.id),
    reason: `it was the anonymous volume of ${target}`,
    ...(action.service === undefined ? {} : { service: action.service }),
    name,
  });
  if (!isLast) builder.require(action.id, [id]);
}

function slotOf({ labels: own }: ObservedContainer): string {
  return `${own[labels.service]}/${own[labels.number]}`;
}

function namesIn({ volumes = [], labels: own = {} }: ContainerSpec): string[] {
  const aside = JSON.parse(own[labels.setAside] ?? '{}') as Volumes;
  return [...volumes.flatMap(({ Name }) => Name ?? []), ...Object.values(aside)];
}

/** Where the data of a target is that a new container does not mount any more. */
export function keptWarnings(
  service: string,
  { labels: own = {} }: ContainerSpec,
  old: Volumes,
  span: Span | undefined,
): Diagnostic[] {
  const aside = JSON.parse(own[labels.setAside] ?? '{}') as Volumes;
  return Object.entries(aside).flatMap(([target, name]): Diagnostic[] =>
    old[target] === name
      ? [
          {
            code: 'W_VOLUME_KEPT',
            severity: 'warning',
            message: `service "${service}": its anonymous volume is mounted on ${target} no more, and is kept: ${name}`,
            ...(span ? { span } : {}),
            hint: 'it is mounted again when the target comes back; "down -v" removes it',
          },
        ]
      : [],
  );
}
