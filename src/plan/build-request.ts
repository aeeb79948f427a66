/** A service's build section and the command's flags as one request. */
import { parseBytes } from '../base/units.ts';
import type { BuildRequest } from '../build/types.ts';
import type { Build, Project, Service } from '../compose/types.ts';
import { cacheRepository } from './cache-repository.ts';
import type { ImagesOptions, PlanInput } from './inputs.ts';
import { imageName } from './names.ts';

export function buildRequest(
  { loaded }: Pick<PlanInput, 'loaded'>,
  build: Build,
  service: Service,
  options: ImagesOptions,
): BuildRequest {
  const { project } = loaded;
  const args = Object.entries({ ...build.args, ...options.buildArgs }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return {
    ...source(build),
    args: Object.fromEntries(args),
    labels: build.labels ?? {},
    additionalContexts: contexts(project, build),
    cacheFrom: repositories(build.cache_from),
    cacheTo: repositories(build.cache_to),
    extraHosts: (build.extra_hosts ?? []).map((entry) => entry.replace('=', ':')),
    noCache: options.noCache ?? build.no_cache ?? false,
    noCacheFilter: build.no_cache_filter ?? [],
    pull: options.pullBase ?? build.pull ?? false,
    platforms: build.platforms ?? (service.platform ? [service.platform] : []),
    privileged: build.privileged ?? false,
    ssh: build.ssh ?? [],
    secrets: secrets(loaded, build),
    ulimits: Object.entries(build.ulimits ?? {}).map(
      ([key, limit]) => `${key}=${typeof limit === 'number' ? limit : `${limit.soft}:${limit.hard}`}`,
    ),
  };
}

/** Those of kinds that there are here: the others are warned of. */
function repositories(caches: readonly string[] = []): string[] {
  return [...new Set(caches.flatMap((cache) => cacheRepository(cache) ?? []))];
}

type Source = Pick<
  BuildRequest,
  'context' | 'dockerfile' | 'dockerfileInline' | 'target' | 'network' | 'shmSize'
>;

function source(build: Build): Source {
  const shmSize = build.shm_size === undefined ? undefined : parseBytes(build.shm_size);
  return {
    context: build.context,
    ...(build.dockerfile ? { dockerfile: build.dockerfile } : {}),
    ...(build.dockerfile_inline ? { dockerfileInline: build.dockerfile_inline } : {}),
    ...(build.target ? { target: build.target } : {}),
    ...(build.network ? { network: build.network } : {}),
    ...(shmSize === undefined ? {} : { shmSize }),
  };
}

/** `service:x` means the image that x builds. */
function contexts(project: Project, build: Build): Record<string, string> {
  const entries = Object.entries(build.additional_contexts ?? {}).map(([key, value]): [string, string] => {
    const name = /^service:(.+)$/.exec(value)?.[1];
    const other = name === undefined ? undefined : project.services[name];
    return [
      key,
      name !== undefined && other ? `container-image://${imageName(project, name, other)}` : value,
    ];
  });
  return Object.fromEntries(entries);
}

function secrets({ project, includedValues }: PlanInput['loaded'], build: Build): BuildRequest['secrets'] {
  return (build.secrets ?? []).map((mount) => {
    const object = project.secrets?.[mount.source];
    const id = mount.target ?? mount.source;
    // Two included models may give one variable different values: each has a name that no variable has.
    const own = `secrets.${mount.source}`;
    const variable = includedValues?.[own] === undefined ? object?.environment : own;
    return {
      id,
      ...(object?.file ? { file: object.file } : {}),
      ...(variable ? { environment: variable } : {}),
    };
  });
}
