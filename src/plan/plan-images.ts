/** The part of `up` that gets images, and all of `build` and `pull`: which are pulled, which are built. */
import { fail } from '../base/errors.ts';
import { parseDuration } from '../base/units.ts';
import type { ImageBuild } from '../build/types.ts';
import type { Build, Project, Service } from '../compose/types.ts';
import type { ObservedImage } from '../podman/types.ts';
import { buildRequest } from './build-request.ts';
import { PlanBuilder, type Planned, sourced } from './builder.ts';
import type { ImagesOptions, PlanInput } from './inputs.ts';
import { selectServices } from './model.ts';
import { hasImage, imageName } from './names.ts';
import { checkBuilds } from './support/check-support.ts';
import type { ActionId, ImagePull } from './types.ts';

/** @param nowMs - the time, for policies that go by an image's age */
export function planImages(input: PlanInput, options: ImagesOptions, nowMs: number): Planned {
  const { project } = input.loaded;
  const builder = new PlanBuilder(project.name);
  for (const name of withBases(project, selectServices(project, input.services, options.noDeps))) {
    const service = project.services[name];
    if (!service || !hasImage(service) || (options.onlyBuilds && !service.build)) continue;
    const found = input.observed.images[imageName(project, name, service)] ?? undefined;
    const action =
      service.build && wantsBuild(service, options, found !== undefined)
        ? buildAction(input, name, service, options, found !== undefined)
        : pull(input, name, service, options, found, nowMs);
    if (action) builder.add(action);
    if (action?.kind === 'image.build') {
      const { capabilities } = input.observed;
      builder.diagnostics.push(...checkBuilds({ loaded: input.loaded, services: [name], capabilities }));
    }
  }
  leaveBuilt(builder);
  return builder.build();
}

/** A service may run the image that another one builds: there is nothing to pull then. */
function leaveBuilt(builder: PlanBuilder): void {
  const built = new Set(
    builder.actions().flatMap((action) => (action.kind === 'image.build' ? action.tags : [])),
  );
  for (const action of builder.actions())
    if (action.kind === 'image.pull' && built.has(action.reference)) builder.drop(action.id);
}

function buildAction(
  input: PlanInput,
  name: string,
  service: Service,
  options: ImagesOptions,
  exists: boolean,
): ImageBuild {
  const build = service.build as Build;
  const reason = reasonToBuild(service, options, exists);
  return {
    kind: 'image.build',
    id: `image.build/${name}`,
    needs: buildNeeds(input, service),
    reason,
    ...sourced(input.loaded.provenance.find(['services', name, 'build'])),
    service: name,
    tags: [imageName(input.loaded.project, name, service), ...(build.tags ?? [])],
    request: buildRequest(input, build, service, options),
  };
}

function reasonToBuild(service: Service, options: ImagesOptions, exists: boolean): string {
  if (options.onlyBuilds) return 'asked for';
  if (!exists) return 'not found';
  return options.build === 'always' ? '--build' : `pull_policy ${service.pull_policy}`;
}

function pull(
  input: PlanInput,
  name: string,
  service: Service,
  options: ImagesOptions,
  found: ObservedImage | undefined,
  nowMs: number,
): ImagePull | undefined {
  // What is built here and has no name of its own is nowhere to be pulled from.
  if (service.build && service.image === undefined) return undefined;
  const { policy, reason } = pullPolicy(service, options, found?.createdAt, nowMs);
  if (service.build && found !== undefined && policy !== 'always') return undefined;
  if (found !== undefined && (policy === 'missing' || policy === 'never')) return undefined;
  if (policy === 'never') throw notThere(input, name, service);
  return pullAction(input, name, service, policy, found === undefined ? 'not found' : reason);
}

function notThere({ loaded }: PlanInput, name: string, service: Service): Error {
  const span = loaded.provenance.find(['services', name, 'image']);
  const message = `image "${service.image}" of service "${name}" is not there, and is not to be pulled`;
  return fail('E_IMAGE', message, {
    ...(span ? { span } : {}),
    hint: `pull it with: podman pull ${service.image}`,
  });
}

function wantsBuild(service: Service, options: ImagesOptions, exists: boolean): boolean {
  if (options.build === 'never') return false;
  if (options.build === 'always' || service.pull_policy === 'build') return true;
  // With a pull policy of its own the image is pulled, unless there is no name to pull.
  const pulled =
    service.image !== undefined && (service.pull_policy === 'always' || service.pull_policy === 'never');
  return !exists && !pulled;
}

/** The services whose images others are built from belong to them. */
function withBases(project: Project, names: Iterable<string>): readonly string[] {
  const all = new Set(names);
  for (const name of all)
    for (const context of Object.values(project.services[name]?.build?.additional_contexts ?? {})) {
      const other = /^service:(.+)$/.exec(context)?.[1];
      if (other !== undefined && project.services[other]) all.add(other);
    }
  return [...all];
}

/** Images that another image is built from come first. */
function buildNeeds({ loaded }: PlanInput, service: Service): ActionId[] {
  const contexts = Object.values(service.build?.additional_contexts ?? {});
  return contexts.flatMap((context) => {
    const other = /^service:(.+)$/.exec(context)?.[1];
    return other !== undefined && loaded.project.services[other] ? [`image.build/${other}`] : [];
  });
}

interface PullDecision {
  readonly policy: ImagePull['policy'];
  readonly reason: string;
}

function pullPolicy(
  service: Service,
  options: ImagesOptions,
  createdAt: string | undefined,
  nowMs: number,
): PullDecision {
  const written = options.pull ?? service.pull_policy ?? 'missing';
  if (written === 'always' || written === 'never')
    return { policy: written, reason: `pull policy ${written}` };
  const period =
    { daily: '24h', weekly: '168h', refresh: service.pull_refresh_after ?? '24h' }[written] ??
    /^every_(.+)$/.exec(written)?.[1];
  const age = period === undefined ? undefined : parseDuration(period);
  if (typeof age !== 'bigint' || createdAt === undefined) return { policy: 'missing', reason: 'not found' };
  const old = nowMs - Date.parse(createdAt) > Number(age) / 1e6;
  return { policy: old ? 'newer' : 'missing', reason: `older than ${period}` };
}

function pullAction(
  input: PlanInput,
  name: string,
  service: Service,
  policy: ImagePull['policy'],
  reason: string,
): ImagePull {
  const reference = imageName(input.loaded.project, name, service);
  return {
    kind: 'image.pull',
    id: `image.pull/${reference}`,
    needs: [],
    reason,
    ...sourced(input.loaded.provenance.find(['services', name, 'image'])),
    service: name,
    reference,
    policy,
    ...(service.platform ? { platform: service.platform } : {}),
    optional: service.build !== undefined,
  };
}
