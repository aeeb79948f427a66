/** One service's part of `up`: which containers stay, start, are made, made anew or removed, and why. */

import type { Service } from '../compose/types.ts';
import type { ObservedContainer } from '../podman/types.ts';
import { imageNeeds, unknownId } from './arriving.ts';
import { sourced } from './builder.ts';
import { attributeDigests, configHash } from './config-hash.ts';
import { keepersOf, keepVolumes, removeKeepers, type Slot, volumesOf } from './kept-volumes.ts';
import { isRunning, numberOf, replacementSuffix, replicas, sharersOf, sharesWith } from './model.ts';
import { containerName, imageName, labels } from './names.ts';
import { portsOf } from './port-choice.ts';
import { type Reason, recreateReason, type ServicePlan } from './recreate-reason.ts';
import { stop, stopAndRemove } from './removal.ts';
import { keptWarnings, mountedBy } from './set-aside-volumes.ts';
import { containerSpec } from './spec/container.ts';
import type { ActionId, Placement } from './types.ts';
import { podIds } from './up-pod.ts';
import type { UpContainer, UpState } from './up-state.ts';
import { dependencyNeeds } from './up-waits.ts';

/** All that is done for a service whose image is still to come waits for it: only then it is known to be needed. */
export function planService(state: UpState, name: string): void {
  const needs = imageNeeds(state, name);
  if (needs.length === 0) {
    planContainers(state, name);
    return;
  }
  const before = new Set(state.builder.ids);
  planContainers(state, name);
  for (const id of state.builder.ids)
    if (!before.has(id) && !id.startsWith('container.wait/')) state.builder.require(id, needs);
}

function planContainers(state: UpState, name: string): void {
  const { loaded, observed } = state.input;
  const written = loaded.project.services[name] as Service;
  const service = written.ports ? { ...written, ports: portsOf(loaded.project, name) } : written;
  const placement = state.placements.byService.get(name) as Placement;
  const image = observed.images[imageName(loaded.project, name, service)] ?? null;
  const attributes = attributeDigests({ loaded, service: written, image, placement });
  const plan: ServicePlan = {
    state,
    name,
    service,
    placement,
    attributes,
    hash: configHash(attributes),
    source: loaded.provenance.find(['services', name]),
  };
  const wanted = replicas(service, name, state.options.scale);
  const there = state.existing.get(name) ?? [];
  const originals = there.filter((container) => !container.name.endsWith(replacementSuffix));
  const leftovers = there.filter((container) => container.name.endsWith(replacementSuffix));
  const keepers = keepersOf(observed, loaded.project.name, name);
  const containers: UpContainer[] = [];
  let recreated = false;
  for (let number = 1; number <= wanted; number++) {
    const target = containerName(loaded.project, name, number);
    const old = originals.find((container) => numberOf(container) === number);
    const leftover = leftovers.find((container) => numberOf(container) === number);
    const own = keepers.filter((container) => numberOf(container) === number);
    const slot = { number, target, old, leftover, keepers: own };
    const result = planContainer(plan, slot);
    keepVolumes(plan, slot, goesFirst(plan, slot));
    containers.push(result.container);
    recreated ||= result.recreated;
  }
  for (const surplus of there.filter((container) => numberOf(container) > wanted)) {
    stopAndRemove(state.builder, surplus, {
      reason: `scaled to ${wanted}`,
      timeout: state.options.timeout,
      service,
      volumes: true,
    });
  }
  removeKeepers(plan, keepers, wanted);
  state.services.set(name, { containers, recreated });
  if (recreated) restartDependents(plan);
}

function planContainer(plan: ServicePlan, slot: Slot): { container: UpContainer; recreated: boolean } {
  const { old, leftover } = slot;
  const podGone =
    plan.state.podReason !== undefined || (plan.state.podName === undefined && old?.podId !== undefined);
  if (!old && leftover && !podGone && leftover.labels[labels.configHash] === plan.hash) {
    return { container: takeOverLeftover(plan, slot, leftover), recreated: true };
  }
  const cleared =
    leftover && !podGone
      ? [
          stopAndRemove(plan.state.builder, leftover, {
            reason: 'left by an interrupted run',
            timeout: 0,
            volumes: false,
          }),
        ]
      : [];
  if (!old) return { container: create(plan, slot, 'not found', cleared), recreated: false };
  if (podGone)
    return {
      container: create(plan, slot, 'its pod is made anew', [`container.remove/${old.name}`, ...cleared]),
      recreated: true,
    };
  const reason = recreateReason(plan, old);
  if (reason === undefined) return { container: keep(plan, old), recreated: false };
  return { container: replace(plan, slot, old, reason, cleared), recreated: true };
}

/** What stays: started when it does not run. */
function keep(plan: ServicePlan, old: ObservedContainer): UpContainer {
  const { builder, options } = plan.state;
  const base = { service: plan.name, ...sourced(plan.source) };
  const stopped: ActionId = `container.stop/${old.name}`;
  if (options.start && builder.has(stopped)) {
    return {
      name: old.name,
      started: start(plan, old.name, [stopped], 'what it depends on is made anew'),
      kept: old,
      finished: false,
    };
  }
  if (!options.start || old.state === 'running')
    return { name: old.name, started: undefined, kept: old, finished: false };
  if (old.state === 'paused') {
    const id = builder.add({
      ...base,
      kind: 'container.unpause',
      id: `container.unpause/${old.name}`,
      needs: [],
      reason: 'it is paused',
      name: old.name,
    });
    return { name: old.name, started: id, kept: old, finished: false };
  }
  if (isFinished(plan, old)) return { name: old.name, started: undefined, kept: old, finished: true };
  const started = start(plan, old.name, [], `it is ${old.state}`);
  return { name: old.name, started, kept: old, finished: false };
}

/** A one-shot that succeeded and that others wait for is not run again while nothing changed. */
function isFinished(plan: ServicePlan, old: ObservedContainer): boolean {
  if (old.state !== 'exited' && old.state !== 'stopped') return false;
  if (old.exitCode !== 0 || old.startedAt === 0) return false;
  const services = Object.values(plan.state.input.loaded.project.services);
  return services.some(
    (service) => service.depends_on?.[plan.name]?.condition === 'service_completed_successfully',
  );
}

function create(plan: ServicePlan, slot: Slot, reason: string, needs: readonly ActionId[]): UpContainer {
  const created = createAction(plan, slot, slot.target, { text: reason, source: plan.source }, needs);
  return {
    name: slot.target,
    started: startNew(plan, slot.target, created),
    kept: undefined,
    finished: false,
  };
}

function startNew(plan: ServicePlan, name: string, created: ActionId): ActionId | undefined {
  return plan.state.options.start ? start(plan, name, [created], 'to be started') : undefined;
}

/** Made beside the old one under another name, so that its anonymous volumes are never without an owner. */
function replace(
  plan: ServicePlan,
  slot: Slot,
  old: ObservedContainer,
  reason: Reason,
  cleared: readonly ActionId[],
): UpContainer {
  const { builder, options } = plan.state;
  const temporary = `${slot.target}${replacementSuffix}`;
  const created = createAction(plan, slot, temporary, reason, cleared);
  const first = hasToGoFirst(plan) ? [] : [created];
  const stopped = stop(builder, old, {
    reason: reason.text,
    timeout: options.timeout,
    service: plan.service,
    needs: first,
  });
  const base = { service: plan.name, reason: reason.text, ...sourced(reason.source) };
  const removed = builder.add({
    ...base,
    kind: 'container.remove',
    id: `container.remove/${old.name}`,
    needs: [...(stopped === undefined ? first : [stopped]), ...sharersRemoved(plan)],
    name: old.name,
    volumes: options.renewAnonymousVolumes,
    force: !isRunning(old) && old.state !== 'exited' && old.state !== 'stopped' && old.state !== 'created',
  });
  const renamed = builder.add({
    ...base,
    kind: 'container.rename',
    id: `container.rename/${slot.target}`,
    // A stop that was planned for another reason does not wait for the new one to exist.
    needs: [removed, created],
    name: temporary,
    newName: slot.target,
  });
  return {
    name: slot.target,
    started: startNew(plan, slot.target, renamed),
    kept: undefined,
    finished: false,
  };
}

/** What of the place is removed before its successor is made. */
function goesFirst(plan: ServicePlan, { old, leftover, target }: Slot): ObservedContainer[] {
  const { builder } = plan.state;
  const early = builder.has(`container.create/${target}`) || hasToGoFirst(plan);
  return [early ? old : undefined, leftover].flatMap((container) =>
    container && builder.has(`container.remove/${container.name}`) ? [container] : [],
  );
}

/** Who uses a network or a namespace that is made anew can only be made after it, and has to be gone before. */
function hasToGoFirst({ state, name, service }: ServicePlan): boolean {
  const networks = Object.keys(service.networks ?? {});
  return joinsNewNamespace(state, name) || networks.some((key) => state.resources.changedNetworks.has(key));
}

/** Whether the service joins a namespace of a service that is made anew in this run. */
export function joinsNewNamespace({ services, input }: UpState, name: string): boolean {
  const service = input.loaded.project.services[name] as Service;
  return sharesWith(service).some((owner) => services.get(owner)?.recreated);
}

/** Containers that join a namespace of the replaced one keep it from being removed: they go first. */
function sharersRemoved({ state, name }: ServicePlan): ActionId[] {
  return sharersOf(state.input.loaded.project, name).flatMap((sharer) =>
    (state.existing.get(sharer) ?? []).map((container): ActionId => `container.remove/${container.name}`),
  );
}

function takeOverLeftover(plan: ServicePlan, slot: Slot, leftover: ObservedContainer): UpContainer {
  const renamed = plan.state.builder.add({
    service: plan.name,
    reason: 'an interrupted run had made it',
    ...sourced(plan.source),
    kind: 'container.rename',
    id: `container.rename/${slot.target}`,
    needs: [],
    name: leftover.name,
    newName: slot.target,
  });
  return {
    name: slot.target,
    started: startNew(plan, slot.target, renamed),
    kept: undefined,
    finished: false,
  };
}

function createAction(
  plan: ServicePlan,
  slot: Slot,
  name: string,
  reason: Reason,
  needs: readonly ActionId[],
): ActionId {
  const { state, service, placement } = plan;
  const { loaded, observed } = state.input;
  const reference = imageName(loaded.project, plan.name, service);
  const image = observed.images[reference] ?? null;
  const { spec, makeDirectories } = containerSpec({
    project: loaded.project,
    provenance: loaded.provenance,
    capabilities: observed.capabilities,
    name: plan.name,
    service,
    placement,
    image,
    digests: loaded.digests,
    diagnostics: state.problems,
    loaded,
    container: name,
    number: slot.number,
    imageReference: reference,
    pod: placement.kind === 'outside' ? undefined : state.podName,
    configHash: plan.hash,
    attributeDigests: plan.attributes,
    keptVolumes: state.options.renewAnonymousVolumes ? {} : volumesOf(slot, observed),
  });
  const mounted = slot.old && image?.id !== unknownId ? mountedBy(slot.old) : {};
  state.problems.push(
    ...keptWarnings(plan.name, spec, mounted, loaded.provenance.find(['services', plan.name, 'volumes'])),
  );
  return state.builder.add({
    kind: 'container.create',
    id: `container.create/${name}`,
    needs: [
      ...needs,
      ...resourceNeeds(plan),
      ...(state.podName === undefined ? [] : [podIds.create(state.podName)]),
      ...containerNeeds(plan),
    ],
    reason: reason.text,
    ...sourced(reason.source ?? plan.source),
    service: plan.name,
    spec,
    makeDirectories,
  });
}

function resourceNeeds({ state, service }: ServicePlan): ActionId[] {
  const keys = [
    ...Object.keys(service.networks ?? {}).map((key) => `network ${key}`),
    ...(service.volumes ?? []).map((mount) => `volume ${mount.source ?? ''}`),
    ...(service.secrets ?? []).map((mount) => `secrets ${mount.source}`),
    ...(service.configs ?? []).map((mount) => `configs ${mount.source}`),
  ];
  return keys.flatMap((key) => state.resources.needs.get(key) ?? []);
}

/** Containers that must exist before one that uses their namespaces or volumes can be made. */
function containerNeeds({ state, service }: ServicePlan): ActionId[] {
  const others = sharesWith(service);
  const sources = (service.volumes_from ?? []).flatMap((source) =>
    source.startsWith('container:') ? [] : (source.split(':')[0] ?? []),
  );
  return [...others, ...sources].flatMap((name) =>
    (state.services.get(name)?.containers ?? []).flatMap((container) => [
      `container.create/${container.name}`,
      `container.rename/${container.name}`,
    ]),
  );
}

/** Initialised as soon as it exists, started when its conditions hold. */
function start(plan: ServicePlan, name: string, needs: readonly ActionId[], reason: string): ActionId {
  const { state } = plan;
  const { builder } = state;
  const base = { service: plan.name, reason, ...sourced(plan.source) };
  const pod =
    state.podName !== undefined && plan.placement.kind !== 'outside' && state.podHasInfra
      ? [podIds.start(state.podName)]
      : [];
  // A namespace can be joined only while its owner runs; the pod's is there with the pod.
  const owners = sharesWith(plan.service).flatMap((owner) =>
    (state.services.get(owner)?.containers ?? []).flatMap(({ started }) => started ?? []),
  );
  const initialised = builder.add({
    ...base,
    kind: 'container.init',
    id: `container.init/${name}`,
    needs: [...needs, ...pod, ...owners],
    name,
  });
  let last = builder.add({
    ...base,
    kind: 'container.start',
    id: `container.start/${name}`,
    needs: [initialised, ...dependencyNeeds(state, plan.name)],
    name,
  });
  (plan.service.post_start ?? []).forEach((hook, index) => {
    last = builder.add({
      ...base,
      kind: 'container.hook',
      id: `container.hook/${name}/${index + 1}`,
      needs: [last],
      reason: 'post_start',
      name,
      hook,
    });
  });
  return last;
}

/** `depends_on: {x: {restart: true}}`: dependents of what is made anew are restarted. */
function restartDependents(plan: ServicePlan): void {
  const { state, name } = plan;
  if (!state.options.start) return;
  for (const [dependent, service] of Object.entries(state.input.loaded.project.services)) {
    if (!service.depends_on?.[name]?.restart || !state.selected.has(dependent)) continue;
    for (const container of state.existing.get(dependent) ?? []) {
      if (!isRunning(container)) continue;
      const reason = `${name}, which it depends on, is made anew`;
      const stopped = stop(state.builder, container, { reason, timeout: state.options.timeout, service });
      if (stopped)
        state.builder.require(`container.stop/${plan.state.services.get(name)?.containers[0]?.name ?? ''}`, [
          stopped,
        ]);
    }
  }
}
