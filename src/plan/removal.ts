/** Stopping and removing one container, in the right order. */
import type { Hook, Service } from '../compose/types.ts';
import type { ObservedContainer } from '../podman/types.ts';
import type { PlanBuilder } from './builder.ts';
import { isRunning } from './model.ts';
import { graceSeconds } from './spec/process.ts';
import type { ActionId } from './types.ts';

export interface StopRequest {
  readonly reason: string;
  /** Seconds; absent: the service's own grace period, else 10. */
  readonly timeout?: number | undefined;
  readonly service?: Service | undefined;
  readonly needs?: readonly ActionId[];
}

/** It runs, and is killed without being asked. */
export function endsAtOnce(
  { state }: ObservedContainer,
  { timeout, service }: Pick<StopRequest, 'timeout' | 'service'>,
): boolean {
  const grace = timeout ?? graceSeconds(service?.stop_grace_period);
  return state === 'running' && grace === 0 && (service?.pre_stop ?? []).length === 0;
}

export interface KillRequest {
  readonly reason: string;
  readonly signal: string;
  readonly needs: readonly ActionId[];
}

/** Sends a signal; nothing waits for what it leads to. */
export function kill(builder: PlanBuilder, container: ObservedContainer, request: KillRequest): ActionId {
  const service = container.labels['com.docker.compose.service'];
  return builder.add({
    ...request,
    kind: 'container.kill',
    id: `container.kill/${container.name}`,
    ...(service ? { service } : {}),
    name: container.name,
  });
}

/** Lets a paused container go on: no signal reaches it before. */
export function unpause(builder: PlanBuilder, container: ObservedContainer, reason: string): ActionId {
  const service = container.labels['com.docker.compose.service'];
  return builder.add({
    kind: 'container.unpause',
    id: `container.unpause/${container.name}`,
    needs: [],
    reason,
    ...(service ? { service } : {}),
    name: container.name,
  });
}

/** Adds a stop, if it runs; a paused container is unpaused first: a signal would not reach it. */
export function stop(
  builder: PlanBuilder,
  container: ObservedContainer,
  request: StopRequest,
): ActionId | undefined {
  if (!isRunning(container)) return undefined;
  const serviceName = container.labels['com.docker.compose.service'];
  const base = { reason: request.reason, ...(serviceName ? { service: serviceName } : {}) };
  const needs = [...(request.needs ?? [])];
  if (container.state === 'paused') {
    needs.push(unpause(builder, container, request.reason));
  }
  const hooks: readonly Hook[] = request.service?.pre_stop ?? [];
  const signal = request.service?.stop_signal;
  return builder.add({
    ...base,
    kind: 'container.stop',
    id: `container.stop/${container.name}`,
    needs,
    name: container.name,
    ...(signal ? { signal } : {}),
    timeout: request.timeout ?? graceSeconds(request.service?.stop_grace_period),
    hooks,
  });
}

export interface RemoveRequest extends StopRequest {
  /** Also its anonymous volumes. */
  readonly volumes: boolean;
}

/** Adds the removal, after a stop if it runs. Gives the removal's id. */
export function stopAndRemove(
  builder: PlanBuilder,
  container: ObservedContainer,
  request: RemoveRequest,
): ActionId {
  const stopped = stop(builder, container, request);
  const serviceName = container.labels['com.docker.compose.service'];
  const id = builder.add({
    kind: 'container.remove',
    id: `container.remove/${container.name}`,
    needs: stopped ? [stopped] : [...(request.needs ?? [])],
    reason: request.reason,
    ...(serviceName ? { service: serviceName } : {}),
    name: container.name,
    volumes: request.volumes,
    // Something between stopped and running (initialised, stopping) goes only by force.
    force:
      !isRunning(container) &&
      container.state !== 'exited' &&
      container.state !== 'stopped' &&
      container.state !== 'created',
  });
  // Its pod may have had it removed already, for the time being.
  const removal = builder.get(id);
  if (request.volumes && removal?.kind === 'container.remove') builder.replace({ ...removal, volumes: true });
  return id;
}
