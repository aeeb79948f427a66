/** `up` and `create`: what it takes to make the engine hold what the project says. An unchanged project needs nothing. */
import { sortDiagnostics } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import { imagesBefore, withArriving } from './arriving.ts';
import { PlanBuilder, type Planned } from './builder.ts';
import type { PlanInput, UpOptions } from './inputs.ts';
import { containersByService, selectServices, startOrder } from './model.ts';
import { hasImage, imageName, labels, podName } from './names.ts';
import { orphans, ownershipConflicts } from './ownership.ts';
import type { PodChange } from './pod.ts';
import { stopAndRemove } from './removal.ts';
import { planResources } from './resources.ts';
import { scaleProblems } from './scale-problems.ts';
import { removeSetAside } from './set-aside-volumes.ts';
import { settlePod } from './settle-pod.ts';
import { spareNamedVolumes } from './spare-volumes.ts';
import { checkSupport } from './support/check-support.ts';
import { planPod } from './up-pod.ts';
import { planPortCheck } from './up-ports.ts';
import { joinsNewNamespace, planService } from './up-service.ts';
import type { UpService, UpState } from './up-state.ts';
import { planWaits } from './up-waits.ts';

/**
 * Plans `up` (or `create` with `start: false`). Images that are still to come are part of the plan: a container waits for its own.
 *
 * @throws {ComposeError} with every reason why the project cannot be brought up: `E_CONFLICT`, `E_EXTERNAL_MISSING`,
 *   `E_UNSUPPORTED`, `E_IMAGE`
 */
export function planUp(asked: PlanInput, options: UpOptions): Planned {
  const input = withArriving(asked);
  const { project } = input.loaded;
  const builder = new PlanBuilder(project.name);
  for (const action of input.arriving?.actions ?? []) builder.add(action);
  const pod = input.observed.pods.find(
    ({ name, labels: own }) => name === podName(project.name) && own[labels.own] === project.name,
  );
  const existing = containersByService(input.observed, project.name);
  const selected = new Set(selectServices(project, input.services, options.noDeps));
  const resources = planResources(input, { ...options, used: usedResources(input, selected) }, builder);
  const { placements, wantedPod, reasonForPod } = settlePod(input, options, pod, resources.changedNetworks);
  for (const name of takenAlong(input, resources.changedNetworks, reasonForPod !== undefined))
    if (existing.has(name)) selected.add(name);
  const state: UpState = {
    input,
    options,
    builder,
    placements,
    resources,
    selected,
    existing,
    podName: wantedPod?.spec.name,
    podHasInfra: (wantedPod?.members.length ?? 0) > 0,
    podReason: placed(input, reasonForPod),
    services: new Map<string, UpService>(),
    problems: [
      ...checkSupport({
        loaded: input.loaded,
        services: selected,
        capabilities: input.observed.capabilities,
      }),
      ...scaleProblems(input, options.scale),
      ...ownershipConflicts(input, options.takeOver, options.scale),
      ...resources.problems,
    ],
  };
  planPod(state, pod, wantedPod);
  for (const name of startOrder(project)) {
    // Who joined a namespace of a container that is made anew has to be made anew as well, named or not.
    if (selected.has(name) || (existing.has(name) && joinsNewNamespace(state, name)))
      planService(state, name);
  }
  planOrphans(state);
  spareNamedVolumes(builder, project);
  removeSetAside(builder, input.observed, project);
  planPortCheck(state, wantedPod);
  planWaits(state);
  orderNetworkRemovals(state);
  waitForImages(state);
  const errors = state.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new ComposeError(sortDiagnostics(errors));
  builder.diagnostics.push(...sortDiagnostics(state.problems));
  return builder.build([...placements.byService.values()]);
}

/** A pod that is made anew takes everything in it along, a network whoever is attached to it: they are made again. */
function takenAlong({ loaded }: PlanInput, networks: ReadonlySet<string>, withPod: boolean): string[] {
  return Object.entries(loaded.project.services).flatMap(([name, service]) =>
    withPod || Object.keys(service.networks ?? {}).some((key) => networks.has(key)) ? [name] : [],
  );
}

function placed({ loaded }: PlanInput, change: PodChange | undefined): UpState['podReason'] {
  return change && { text: change.text, source: change.path && loaded.provenance.find(change.path) };
}

/** What the selected services and the pod use. */
function usedResources(input: PlanInput, selected: ReadonlySet<string>): Set<string> {
  const services = Object.entries(input.loaded.project.services);
  const networks = services.flatMap(([, service]) =>
    Object.keys(service.networks ?? {}).map((key) => `network ${key}`),
  );
  const mounts = services
    .filter(([name]) => selected.has(name))
    .flatMap(([, service]) => [
      ...(service.volumes ?? []).map((mount) => `volume ${mount.type === 'volume' ? mount.source : ''}`),
      ...(service.secrets ?? []).map((mount) => `secrets ${mount.source}`),
      ...(service.configs ?? []).map((mount) => `configs ${mount.source}`),
    ]);
  return new Set([...networks, ...mounts]);
}

function planOrphans(state: UpState): void {
  const { input, options, builder } = state;
  const { project, disabledServices } = input.loaded;
  const known = new Set([...Object.keys(project.services), ...Object.keys(disabledServices)]);
  const found = orphans(input.observed, project.name, known);
  if (found.length === 0) return;
  if (options.removeOrphans) {
    for (const container of found)
      stopAndRemove(builder, container, {
        reason: 'its service is not in the file any more',
        timeout: options.timeout,
        volumes: false,
      });
    return;
  }
  const names = found.map(({ name }) => name).join(', ');
  state.problems.push({
    code: 'W_ORPHANS',
    severity: 'warning',
    message: `Found orphan containers (${names}) for this project`,
    hint: 'if you removed or renamed this service, run the command with --remove-orphans to clean up',
  });
}

function waitForImages(state: UpState): void {
  const before = imagesBefore(state);
  for (const action of state.builder.actions()) {
    const images = before(action);
    if (images.length > 0) state.builder.require(action.id, images);
  }
}

/** A network can go only when nothing is attached to it any more. */
function orderNetworkRemovals(state: UpState): void {
  const gone = state.builder.ids.filter(
    (id) => id.startsWith('container.remove/') || id.startsWith('pod.remove/'),
  );
  for (const id of state.builder.ids) if (id.startsWith('network.remove/')) state.builder.require(id, gone);
}

/** The image references that `planUp` wants to know about. */
export function imageReferences(input: Pick<PlanInput, 'loaded'>): string[] {
  const { project } = input.loaded;
  const own = Object.entries(project.services).flatMap(([name, service]) =>
    hasImage(service) ? [imageName(project, name, service)] : [],
  );
  return [...new Set(own)].sort();
}
