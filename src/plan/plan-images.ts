/** The first plan of `up`, and all of `build` and `pull`: which images are pulled, which are built. */
import { fail } from '../base/errors.ts';
import { parseBytes, parseDuration } from '../base/units.ts';
import type { BuildRequest } from '../build/types.ts';
import type { Build, Service } from '../compose/types.ts';
import { PlanBuilder, type Planned, sourced } from './builder.ts';
import type { ImagesOptions, PlanInput } from './inputs.ts';
import { selectServices } from './model.ts';
import { imageName } from './names.ts';
import type { ActionId, ImagePull } from './types.ts';

/** @param nowMs - the time, for policies that go by an image's age */
export function planImages(input: PlanInput, options: ImagesOptions, nowMs: number): Planned {
  const { project, provenance } = input.loaded;
  const builder = new PlanBuilder(project.name);
  for (const name of selectServices(project, input.services, options.noDeps)) {
    const service = project.services[name];
    if (!service || service.provider) continue;
    const reference = imageName(project, name, service);
    const found = input.observed.images[reference] ?? undefined;
    if (service.build && wantsBuild(service, options, found !== undefined)) {
      const reason =
        found === undefined
          ? 'not found'
          : options.build === 'always'
            ? '--build'
            : `pull_policy ${service.pull_policy}`;
      builder.add({
        kind: 'image.build',
        id: `image.build/${name}`,
        needs: buildNeeds(input, service),
        reason,
        ...sourced(provenance.find(['services', name, 'build'])),
        service: name,
        tags: [reference, ...(service.build.tags ?? [])],
        request: buildRequest(input, service.build, service, options),
      });
      continue;
    }
    const pull =
      service.build && service.image === undefined
        ? undefined
        : pullPolicy(service, options, found?.createdAt, nowMs);
    if (pull === undefined || (service.build && found !== undefined && pull.policy !== 'always')) continue;
    if (found !== undefined && pull.policy === 'missing') continue;
    if (pull.policy === 'never') {
      if (found === undefined) {
        const span = provenance.find(['services', name, 'image']);
        throw fail(
          'E_IMAGE',
          `image "${reference}" of service "${name}" is not there, and is not to be pulled`,
          { ...(span ? { span } : {}), hint: `pull it with: podman pull ${reference}` },
        );
      }
      continue;
    }
    builder.add(
      pullAction(
        input,
        name,
        service,
        reference,
        pull.policy,
        found === undefined ? 'not found' : pull.reason,
      ),
    );
  }
  return builder.build();
}

function wantsBuild(service: Service, options: ImagesOptions, exists: boolean): boolean {
  if (options.build === 'never') return false;
  if (options.build === 'always' || service.pull_policy === 'build') return true;
  // With a pull policy of its own the image is pulled, unless there is no name to pull.
  const pulled =
    service.image !== undefined && (service.pull_policy === 'always' || service.pull_policy === 'never');
  return !exists && !pulled;
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
  reference: string,
  policy: ImagePull['policy'],
  reason: string,
): ImagePull {
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

/** The build section and the command's flags as one request. */
export function buildRequest(
  { loaded }: Pick<PlanInput, 'loaded'>,
  build: Build,
  service: Service,
  options: ImagesOptions,
): BuildRequest {
  const { project } = loaded;
  const args: Record<string, string> = {};
  for (const [key, value] of Object.entries({ ...build.args, ...options.buildArgs }))
    if (value !== null) args[key] = value;
  const contexts = Object.entries(build.additional_contexts ?? {}).map(([key, value]): [string, string] => {
    const other = /^service:(.+)$/.exec(value)?.[1];
    const target = other === undefined ? undefined : project.services[other];
    return [
      key,
      other !== undefined && target ? `container-image://${imageName(project, other, target)}` : value,
    ];
  });
  const shmSize = build.shm_size === undefined ? undefined : parseBytes(build.shm_size);
  return {
    context: build.context,
    ...(build.dockerfile ? { dockerfile: build.dockerfile } : {}),
    ...(build.dockerfile_inline ? { dockerfileInline: build.dockerfile_inline } : {}),
    ...(build.target ? { target: build.target } : {}),
    args,
    labels: build.labels ?? {},
    additionalContexts: Object.fromEntries(contexts),
    cacheFrom: build.cache_from ?? [],
    cacheTo: build.cache_to ?? [],
    extraHosts: (build.extra_hosts ?? []).map((entry) => entry.replace('=', ':')),
    ...(build.network ? { network: build.network } : {}),
    noCache: options.noCache ?? build.no_cache ?? false,
    pull: options.pullBase ?? build.pull ?? false,
    platforms: build.platforms ?? (service.platform ? [service.platform] : []),
    privileged: build.privileged ?? false,
    ...(shmSize === undefined ? {} : { shmSize }),
    ssh: build.ssh ?? [],
    secrets: (build.secrets ?? []).map((mount) => {
      const object = project.secrets?.[mount.source];
      return {
        id: mount.target ?? mount.source,
        ...(object?.file ? { file: object.file } : {}),
        ...(object?.environment ? { environment: object.environment } : {}),
      };
    }),
    ulimits: Object.entries(build.ulimits ?? {}).map(([key, limit]) =>
      typeof limit === 'number' ? `${key}=${limit}` : `${key}=${limit.soft}:${limit.hard}`,
    ),
  };
}
