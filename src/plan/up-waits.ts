/** Conditions of depends_on and of --wait, as actions. */
import type { Dependency, Service } from '../compose/types.ts';
import { sourced } from './builder.ts';
import { imageName } from './names.ts';
import { healthConfig } from './spec/process.ts';
import type { ActionId, ContainerWait } from './types.ts';
import type { UpContainer, UpState } from './up-state.ts';

/** What must hold before a container of the service starts. */
export function dependencyNeeds(state: UpState, name: string): ActionId[] {
  const dependencies = Object.entries(state.input.loaded.project.services[name]?.depends_on ?? {});
  return dependencies.flatMap(([dependency, wanted]) =>
    (state.services.get(dependency)?.containers ?? []).flatMap(
      (container) => conditionOf(state, name, dependency, container, wanted) ?? [],
    ),
  );
}

function conditionOf(
  state: UpState,
  name: string,
  dependency: string,
  container: UpContainer,
  wanted: Dependency,
): ActionId | undefined {
  if (wanted.condition === 'service_started') return container.started;
  const source = state.input.loaded.provenance.find(['services', name, 'depends_on', dependency]);
  const condition = wanted.condition === 'service_healthy' ? 'healthy' : 'completed';
  return waitFor(state, dependency, container, condition, wanted.required, `${name} depends on it`, source);
}

function waitFor(
  state: UpState,
  service: string,
  container: UpContainer,
  condition: ContainerWait['condition'],
  required: boolean,
  reason: string,
  source?: ContainerWait['source'],
): ActionId | undefined {
  if (container.finished && condition !== 'healthy') return undefined;
  if (condition === 'healthy' && container.started === undefined && container.kept?.health === 'healthy')
    return undefined;
  const timeoutMs = condition === 'completed' ? undefined : deadline(state, service);
  return state.builder.add({
    kind: 'container.wait',
    id: `container.wait/${container.name}/${condition}${required ? '' : '/optional'}`,
    needs: container.started === undefined ? [] : [container.started],
    reason,
    ...sourced(source),
    service,
    name: container.name,
    condition,
    required,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

/** start_period + retries x (interval + timeout) and some more: after that it would have become healthy. */
function deadline(state: UpState, name: string): number | undefined {
  const service = state.input.loaded.project.services[name] as Service;
  const image = state.input.observed.images[imageName(state.input.loaded.project, name, service)] ?? null;
  if (!service.healthcheck && !image?.healthcheck) return undefined;
  const config = healthConfig(service.healthcheck ?? {}, image?.healthcheck);
  const ms = (nanoseconds: number | undefined): number => (nanoseconds ?? 0) / 1e6;
  const margin = 5_000;
  return (
    ms(config.StartPeriod) + ((config.Retries ?? 3) + 1) * (ms(config.Interval) + ms(config.Timeout)) + margin
  );
}

/** --wait: every container that was asked for is healthy, runs, or has finished well. */
export function planWaits(state: UpState): void {
  if (!state.options.wait) return;
  for (const [name, { containers }] of state.services) {
    for (const container of containers) {
      const id = isReady(container) ? undefined : waitUntilReady(state, name, container);
      if (id !== undefined && state.options.waitTimeoutMs !== undefined)
        limit(state, id, state.options.waitTimeoutMs);
    }
  }
}

function isReady({ finished, started, kept }: UpContainer): boolean {
  if (finished) return true;
  return (
    started === undefined &&
    kept?.state === 'running' &&
    (kept.health === undefined || kept.health === 'healthy')
  );
}

/** A wait that a dependent has asked for serves as well. */
function waitUntilReady(state: UpState, name: string, container: UpContainer): ActionId | undefined {
  const others = ['healthy', 'completed'].map(
    (condition): ActionId => `container.wait/${container.name}/${condition}`,
  );
  return (
    others.find((id) => state.builder.has(id)) ??
    waitFor(state, name, container, 'running-or-healthy', true, '--wait')
  );
}

function limit(state: UpState, id: ActionId, timeoutMs: number): void {
  const action = state.builder.get(id);
  if (action?.kind === 'container.wait') state.builder.replace({ ...action, timeoutMs });
}
