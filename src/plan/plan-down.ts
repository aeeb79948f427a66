/** `down`: everything of the project goes, dependents first; volumes and images only when asked for. */
import { reversed } from '../base/graph.ts';
import type { Project } from '../compose/types.ts';
import type { ObservedContainer } from '../podman/types.ts';
import { PlanBuilder, type Planned } from './builder.ts';
import type { DownOptions, PlanInput } from './inputs.ts';
import { dependencyGraph, sharersOf } from './model.ts';
import { imageName, labels, podName } from './names.ts';
import { endsAtOnce, kill, stop } from './removal.ts';
import { removeSetAside } from './set-aside-volumes.ts';
import { spareNamedVolumes } from './spare-volumes.ts';
import type { ActionId } from './types.ts';

export function planDown(input: PlanInput, options: DownOptions): Planned {
  const { project } = input.loaded;
  const builder = new PlanBuilder(project.name);
  const containers = chosen(input, options);
  const removed = removeContainers(builder, project, containers, options);
  spareNamedVolumes(builder, project);
  removeSetAside(builder, input.observed, project);
  if (input.services.length > 0) return builder.build();
  const left = leftOver(input, containers);
  const pods = left ? [] : removePods(input, builder, removed);
  const after = [...removed, ...pods];
  removeNetworks(input, builder, after, left);
  removeSecrets(input, builder, after);
  if (options.volumes) removeVolumes(input, builder, after);
  if (options.images !== 'none') removeImages(input, builder, options, after);
  return builder.build();
}

/** The project's containers; with services named, theirs only. Orphans go as well when asked for, or when there is no file. */
function chosen({ loaded, observed, services }: PlanInput, options: DownOptions): ObservedContainer[] {
  const known = new Set([...Object.keys(loaded.project.services), ...Object.keys(loaded.disabledServices)]);
  return observed.containers.filter((container) => {
    if (container.labels[labels.project] !== loaded.project.name || container.isInfra) return false;
    const service = serviceOf(container);
    if (services.length > 0) return services.includes(service);
    return known.has(service) || options.removeOrphans || container.labels[labels.oneoff] === 'True';
  });
}

/** Orphans that stay keep the pod and the networks alive. */
function leftOver({ loaded, observed }: PlanInput, going: readonly ObservedContainer[]): boolean {
  return observed.containers.some(
    (container) =>
      container.labels[labels.project] === loaded.project.name &&
      !container.isInfra &&
      !going.includes(container),
  );
}

function removeContainers(
  builder: PlanBuilder,
  project: Project,
  containers: readonly ObservedContainer[],
  options: DownOptions,
): ActionId[] {
  const dependents = reversed(dependencyGraph(project));
  const byService = new Map<string, ObservedContainer[]>();
  for (const container of containers) {
    const service = serviceOf(container);
    byService.set(service, [...(byService.get(service) ?? []), container]);
  }
  const waitedFor = ({ labels: own }: ObservedContainer): ObservedContainer[] =>
    (dependents.get(own[labels.service] ?? '') ?? []).flatMap((name) => byService.get(name) ?? []);
  const endsSo = (container: ObservedContainer): Ending => {
    const how = { timeout: options.timeout, service: project.services[serviceOf(container)] };
    return endsAtOnce(container, how) ? 'kill' : 'stop';
  };
  const endings = new Map(containers.map((container) => [container, endsSo(container)]));
  return containers.map((container) => {
    const service = serviceOf(container);
    const ending = endings.get(container);
    const needs = waitedFor(container).map((one): ActionId => `container.${endings.get(one)}/${one.name}`);
    const sharers = sharersOf(project, service)
      .flatMap((name) => byService.get(name) ?? [])
      .map(({ name }): ActionId => `container.remove/${name}`);
    const reason = 'the project goes down';
    const how = { reason, timeout: options.timeout, service: project.services[service], needs };
    const ended =
      ending === 'stop'
        ? stop(builder, container, how)
        : kill(builder, container, { reason, needs, signal: 'SIGKILL' });
    return builder.add({
      kind: 'container.remove',
      id: `container.remove/${container.name}`,
      needs: [...(ended === undefined ? needs : [ended]), ...sharers],
      reason,
      ...(service === '' ? {} : { service }),
      name: container.name,
      volumes: options.volumes,
      // Whatever state an interrupted run left it in.
      force:
        ending !== 'stop' || !['running', 'paused', 'exited', 'stopped', 'created'].includes(container.state),
    });
  });
}

/** What ends a container before those that it depends on; whoever is killed at once is waited for by its own removal only. */
type Ending = 'stop' | 'kill';

function serviceOf(container: ObservedContainer): string {
  return container.labels[labels.service] ?? '';
}

function removePods(
  { loaded, observed }: PlanInput,
  builder: PlanBuilder,
  needs: readonly ActionId[],
): ActionId[] {
  const { name } = loaded.project;
  const pods = observed.pods.filter((pod) => pod.name === podName(name) && pod.labels[labels.own] === name);
  return pods.map((pod) =>
    builder.add({
      kind: 'pod.remove',
      id: `pod.remove/${pod.name}`,
      needs,
      reason: 'the project goes down',
      name: pod.name,
    }),
  );
}

function removeNetworks(
  { loaded, observed }: PlanInput,
  builder: PlanBuilder,
  needs: readonly ActionId[],
  left: boolean,
): void {
  if (left) return;
  for (const network of observed.networks) {
    if (network.labels[labels.project] !== loaded.project.name) continue;
    builder.add({
      kind: 'network.remove',
      id: `network.remove/${network.name}`,
      needs,
      reason: 'the project goes down',
      name: network.name,
    });
  }
}

function removeSecrets(
  { loaded, observed }: PlanInput,
  builder: PlanBuilder,
  needs: readonly ActionId[],
): void {
  for (const secret of observed.secrets) {
    if (secret.labels[labels.own] !== loaded.project.name) continue;
    builder.add({
      kind: 'secret.remove',
      id: `secret.remove/${secret.name}`,
      needs,
      reason: 'the project goes down',
      name: secret.name,
    });
  }
}

function removeVolumes(
  { loaded, observed }: PlanInput,
  builder: PlanBuilder,
  needs: readonly ActionId[],
): void {
  for (const volume of observed.volumes) {
    if (volume.labels[labels.project] !== loaded.project.name) continue;
    builder.add({
      kind: 'volume.remove',
      id: `volume.remove/${volume.name}`,
      needs,
      reason: '--volumes',
      name: volume.name,
    });
  }
}

/** local: images that the project named itself; all: those of the file, too. */
function removeImages(
  { loaded }: PlanInput,
  builder: PlanBuilder,
  options: DownOptions,
  needs: readonly ActionId[],
): void {
  for (const [name, service] of Object.entries(loaded.project.services)) {
    if (service.provider || (options.images === 'local' && service.image !== undefined)) continue;
    const reference = imageName(loaded.project, name, service);
    builder.add({
      kind: 'image.remove',
      id: `image.remove/${reference}`,
      needs,
      reason: `--rmi ${options.images}`,
      service: name,
      reference,
    });
  }
}
