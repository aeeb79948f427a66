/** The pod's part of `up`: made when missing, made anew when what it shares changed, its infra started. */
import type { ObservedPod } from '../podman/types.ts';
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
  const { builder } = state;
  if (!wanted) {
    if (pod) removePod(state, pod, 'the project asks for no pod any more');
    return;
  }
  const { spec } = wanted;
  const networks = [...state.resources.needs].flatMap(([key, id]) =>
    key.startsWith('network ') ? [id] : [],
  );
  if (!pod || state.podReason !== undefined) {
    const removed = pod ? [removePod(state, pod, state.podReason ?? '')] : [];
    builder.add({
      kind: 'pod.create',
      id: podIds.create(spec.name),
      needs: [...removed, ...networks],
      reason: state.podReason ?? 'not found',
      spec,
    });
  }
  const runs =
    pod && state.podReason === undefined && (pod.infraState === undefined || pod.infraState === 'running');
  if (wanted.members.length > 0 && !runs) {
    const reason =
      pod && state.podReason === undefined ? `its infra container is ${pod.infraState}` : 'not started';
    builder.add({
      kind: 'pod.start',
      id: podIds.start(spec.name),
      needs: [podIds.create(spec.name)],
      reason,
      name: spec.name,
    });
  }
}

/** Containers go first, one by one: removing the pod with them would take their anonymous volumes along. */
function removePod(state: UpState, pod: ObservedPod, reason: string): ActionId {
  const { builder, input, options } = state;
  const { project } = input.loaded;
  const members = input.observed.containers.filter(({ podId, isInfra }) => podId === pod.id && !isInfra);
  const byService = containersByService(input.observed, project.name);
  const removed = members.map((container) => {
    const service = [...byService].find(([, list]) => list.some(({ id }) => id === container.id))?.[0];
    return stopAndRemove(builder, container, {
      reason: `its pod is made anew: ${reason}`,
      timeout: options.timeout,
      service: service === undefined ? undefined : project.services[service],
      volumes: options.renewAnonymousVolumes,
    });
  });
  return builder.add({
    kind: 'pod.remove',
    id: podIds.remove(pod.name),
    needs: removed,
    reason,
    name: pod.name,
  });
}
