/** `stop`, `start`, `restart`, `kill`, `pause`, `unpause` and `rm`: they act on what exists and read nothing new from the file. */

import { fail } from '../base/errors.ts';
import { reversed } from '../base/graph.ts';
import type { ObservedContainer } from '../podman/types.ts';
import { PlanBuilder, type Planned } from './builder.ts';
import type { PlanInput } from './inputs.ts';
import { containersByService, dependencyGraph, isRunning, numberOf, sharersOf } from './model.ts';
import { labels, podName } from './names.ts';
import { kill, stop, unpause } from './removal.ts';
import { removeSetAside } from './set-aside-volumes.ts';
import { spareNamedVolumes } from './spare-volumes.ts';
import type { ActionId } from './types.ts';

export interface LifecycleOptions {
  /** Seconds; overrides stop_grace_period. */
  readonly timeout?: number;
}

/** The containers of the named services (all of the file's when none is named), in order of service and number. */
function chosen({ loaded, observed, services }: PlanInput, orphans: 'with' | 'without'): ObservedContainer[] {
  const all = containersByService(observed, loaded.project.name);
  const { project, disabledServices } = loaded;
  const isKnown = (name: string): boolean => name in project.services || name in disabledServices;
  const every = [...all.keys()].filter((name) => orphans === 'with' || isKnown(name));
  const names = services.length > 0 ? services : every;
  return names.flatMap((name) => [...(all.get(name) ?? [])].sort((a, b) => numberOf(a) - numberOf(b)));
}

function stopAll(input: PlanInput, builder: PlanBuilder, options: LifecycleOptions, reason: string): void {
  const { project } = input.loaded;
  const dependents = reversed(dependencyGraph(project));
  const all = containersByService(input.observed, project.name);
  for (const container of chosen(input, 'without')) {
    const service = container.labels[labels.service] ?? '';
    const needs = (dependents.get(service) ?? [])
      .flatMap((name) => all.get(name) ?? [])
      .map(({ name }): ActionId => `container.stop/${name}`);
    stop(builder, container, { reason, timeout: options.timeout, service: project.services[service], needs });
  }
}

export function planStop(input: PlanInput, options: LifecycleOptions): Planned {
  const builder = new PlanBuilder(input.loaded.project.name);
  stopAll(input, builder, options, 'stop was asked for');
  return builder.build();
}

export function planStart(input: PlanInput): Planned {
  const builder = new PlanBuilder(input.loaded.project.name);
  startAll(input, builder, (container) => !isRunning(container), 'start was asked for');
  return builder.build();
}

/** @throws {ComposeError} `E_NO_CONTAINER` when a named service has no container */
function startAll(
  input: PlanInput,
  builder: PlanBuilder,
  wants: (container: ObservedContainer) => boolean,
  reason: string,
): void {
  const { project } = input.loaded;
  const all = containersByService(input.observed, project.name);
  for (const name of input.services) {
    if (!all.has(name))
      throw fail('E_NO_CONTAINER', `service "${name}" has no container to start`, {
        hint: 'make it with: tscompose up -d',
      });
  }
  const pod = input.observed.pods.find((candidate) => candidate.name === podName(project.name));
  const infra: ActionId[] = [];
  const containers = chosen(input, 'without').filter(wants);
  if (containers.length > 0 && pod?.infraState !== undefined && pod.infraState !== 'running') {
    infra.push(
      builder.add({
        kind: 'pod.start',
        id: `pod.start/${pod.name}`,
        needs: [],
        reason: `its infra container is ${pod.infraState}`,
        name: pod.name,
      }),
    );
  }
  for (const container of containers) {
    const service = container.labels[labels.service] ?? '';
    const needs = [...infra, `container.stop/${container.name}`, ...waits(input, builder, service, all)];
    builder.add({
      kind: 'container.start',
      id: `container.start/${container.name}`,
      needs,
      reason,
      service,
      name: container.name,
    });
  }
}

function waits(
  input: PlanInput,
  builder: PlanBuilder,
  service: string,
  all: ReadonlyMap<string, readonly ObservedContainer[]>,
): ActionId[] {
  const dependencies = Object.entries(input.loaded.project.services[service]?.depends_on ?? {});
  return dependencies.flatMap(([name, { condition, required }]) =>
    (all.get(name) ?? []).flatMap((container): ActionId[] => {
      const started: ActionId = `container.start/${container.name}`;
      if (
        condition === 'service_started' ||
        (condition === 'service_completed_successfully' && container.exitCode === 0)
      )
        return [started];
      if (
        condition === 'service_healthy' &&
        container.health === 'healthy' &&
        isRunning(container) &&
        !builder.has(`container.stop/${container.name}`)
      )
        return [];
      const wanted = condition === 'service_healthy' ? 'healthy' : 'completed';
      return [
        builder.add({
          kind: 'container.wait',
          id: `container.wait/${container.name}/${wanted}`,
          needs: [started],
          reason: `${service} depends on it`,
          service: name,
          name: container.name,
          condition: wanted,
          required,
        }),
      ];
    }),
  );
}

export interface RestartOptions extends LifecycleOptions {
  /** Leave those alone that depend on the named ones with `restart: true`. */
  readonly noDeps: boolean;
}

export function planRestart(input: PlanInput, options: RestartOptions): Planned {
  const builder = new PlanBuilder(input.loaded.project.name);
  const all = options.noDeps ? input : { ...input, services: withRestarted(input) };
  stopAll(all, builder, options, 'restart was asked for');
  startAll(all, builder, () => true, 'restart was asked for');
  return builder.build();
}

/** The named services and those that are to be restarted with one of them (`depends_on: {x: {restart: true}}`). */
function withRestarted({ loaded, observed, services }: PlanInput): string[] {
  const there = containersByService(observed, loaded.project.name);
  const result = new Set(services);
  for (const name of result) {
    for (const [dependent, service] of Object.entries(loaded.project.services))
      if (service.depends_on?.[name]?.restart && there.has(dependent)) result.add(dependent);
  }
  return [...result];
}

export interface KillOptions {
  readonly signal: string;
  /** Also containers of services that are not in the file. */
  readonly removeOrphans: boolean;
}

export function planKill(input: PlanInput, { signal, removeOrphans }: KillOptions): Planned {
  const builder = new PlanBuilder(input.loaded.project.name);
  for (const container of chosen(input, removeOrphans ? 'with' : 'without')) {
    if (!isRunning(container)) continue;
    // A frozen process takes no signal.
    const needs = container.state === 'paused' ? [unpause(builder, container, 'kill was asked for')] : [];
    kill(builder, container, { reason: 'kill was asked for', signal, needs });
  }
  return builder.build();
}

export function planPause(input: PlanInput, kind: 'pause' | 'unpause'): Planned {
  const builder = new PlanBuilder(input.loaded.project.name);
  for (const container of chosen(input, 'without')) {
    if (container.state !== (kind === 'pause' ? 'running' : 'paused')) continue;
    const { name } = container;
    builder.add({
      kind: `container.${kind}`,
      id: `container.${kind}/${name}`,
      needs: [],
      reason: `${kind} was asked for`,
      name,
    });
  }
  return builder.build();
}

export interface RemoveOptions extends LifecycleOptions {
  /** Also those that run. */
  readonly stop: boolean;
  readonly volumes: boolean;
}

export function planRemove(input: PlanInput, options: RemoveOptions): Planned {
  const builder = new PlanBuilder(input.loaded.project.name);
  const all = containersByService(input.observed, input.loaded.project.name);
  if (options.stop) stopAll(input, builder, options, 'rm was asked for');
  for (const container of chosen(input, 'without')) {
    const stopped: ActionId = `container.stop/${container.name}`;
    if (isRunning(container) && !builder.has(stopped)) continue;
    const service = container.labels[labels.service] ?? '';
    const sharers = sharersOf(input.loaded.project, service)
      .flatMap((name) => all.get(name) ?? [])
      .map(({ name }): ActionId => `container.remove/${name}`);
    builder.add({
      kind: 'container.remove',
      id: `container.remove/${container.name}`,
      needs: [stopped, ...sharers],
      reason: 'rm was asked for',
      service,
      name: container.name,
      volumes: options.volumes,
      force: !['running', 'paused', 'exited', 'stopped', 'created'].includes(container.state),
    });
  }
  spareNamedVolumes(builder, input.loaded.project);
  removeSetAside(builder, input.observed, input.loaded.project);
  return builder.build();
}
