/** The pod's part of `up`: made when missing, made anew when what it shares changed, its infra started. */
import type { ObservedPod } from '../podman/types.ts';
import { imageNeeds } from './arriving.ts';
import { sourced } from './builder.ts';
import { containersByService } from './model.ts';
import type { PodPlan } from './pod.ts';
import { stopAndRemove } from './removal.ts';
import type { ActionId } from './types.ts';
import type { UpState } from './up-state.ts';

export const podIds = {
  create: (name: string): ActionId => `pod.create/${name}`,
  start: (name: string): ActionId => `pod.start/${name}`,
  remove: (name: string): ActionId => `pod.remove/${name}`,
};

export function planPod(state: UpState, pod: ObservedPod | undefined, wanted: PodPlan | undefined): void {
  if (!wanted) {
    if (pod) removePod(state, pod, 'the project asks for no pod any more');
    return;
  }
  const kept = pod !== undefined && state.podReason === undefined;
  if (!kept) createPod(state, pod, wanted);
  const runs = kept && (pod.infraState === undefined || pod.infraState === 'running');
  if (wanted.members.length === 0 || runs) return;
  const { name } = wanted.spec;
  const reason = kept ? `its infra container is ${pod.infraState}` : 'not started';
  state.builder.add({
    kind: 'pod.start',
    id: podIds.start(name),
    needs: [podIds.create(name)],
    reason,
    name,
  });
}

function createPod(state: UpState, pod: ObservedPod | undefined, { spec }: PodPlan): void {
  const networks = [...state.resources.needs].flatMap(([key, id]) =>
    key.startsWith('network ') ? [id] : [],
  );
  const removed = pod ? [removePod(state, pod, state.podReason?.text ?? '')] : [];
  const needs = [...removed, ...networks];
  state.builder.add({
    kind: 'pod.create',
    id: podIds.create(spec.name),
    needs,
    reason: state.podReason?.text ?? 'not found',
    ...sourced(state.podReason?.source),
    spec,
  });
}

/** Containers go first, one by one: removing the pod with them would take their anonymous volumes along. */
function removePod(state: UpState, pod: ObservedPod, reason: string): ActionId {
  const { builder, input, options } = state;
  const { project } = input.loaded;
  const members = input.observed.containers.filter(({ podId, isInfra }) => podId === pod.id && !isInfra);
  const byService = containersByService(input.observed, project.name);
  const before = new Set(builder.ids);
  const removed = members.map((container) => {
    const service = [...byService].find(([, list]) => list.some(({ id }) => id === container.id))?.[0];
    return stopAndRemove(builder, container, {
      reason: `its pod is made anew: ${reason}`,
      timeout: options.timeout,
      service: service === undefined ? undefined : project.services[service],
      volumes: options.renewAnonymousVolumes,
    });
  });
  const id = builder.add({
    kind: 'pod.remove',
    id: podIds.remove(pod.name),
    needs: removed,
    reason,
    name: pod.name,
  });
  // Nothing that runs is taken down for an image that in the end cannot be had.
  const images = Object.keys(project.services).flatMap((name) =>
    byService.has(name) ? imageNeeds(state, name) : [],
  );
  for (const other of builder.ids) if (!before.has(other)) builder.require(other, images);
  return id;
}
