/** What becomes of the top level: the project, its networks, volumes, configs, secrets and models; and of a build section. */
import type { Build, FileObject, Model, Network, Project, Volume } from '../../compose/types.ts';
import { cacheRepository } from '../cache-repository.ts';
import { type Dispositions, isFilled, isNot, leaveOut } from './disposition.ts';

export const projectFields = {
  name: { by: 'planner', as: 'names and labels of everything' },
  services: { by: 'planner', as: 'containers' },
  networks: { by: 'network', as: 'networks' },
  volumes: { by: 'volume', as: 'volumes' },
  configs: {
    by: 'secret',
    as: 'Podman’s secrets, which are files in the container',
  },
  secrets: { by: 'secret', as: 'Podman’s secrets' },
  models: { by: 'loader', as: 'a service that uses one warns' },
} as const satisfies Dispositions<Project>;

export const networkFields = {
  name: { by: 'network', as: 'name' },
  driver: { by: 'network', as: 'driver', note: 'bridge where nothing is said' },
  driver_opts: { by: 'network', as: 'options' },
  ipam: { by: 'network', as: 'subnets, ipam_options' },
  external: { by: 'planner', as: 'it must be there, and is never made or removed' },
  internal: { by: 'network', as: 'internal' },
  attachable: { by: 'network', as: 'always so with Podman' },
  enable_ipv4: {
    by: 'network',
    as: 'always so with Podman',
    except: {
      unsupported: 'error',
      values: 'false without IPv6 subnets',
      why: 'Podman makes no network without IPv4 unless all its subnets are IPv6',
      hint: 'give it IPv6 subnets under ipam.config',
      when: (value, network) => value === false && !hasOnlySixes(network as unknown as Network),
    },
  },
  enable_ipv6: { by: 'network', as: 'ipv6_enabled' },
  labels: { by: 'network', as: 'labels' },
} as const satisfies Dispositions<Network>;

function hasOnlySixes({ ipam }: Pick<Network, 'ipam'>): boolean {
  const subnets = (ipam.config ?? []).flatMap(({ subnet }) => subnet ?? []);
  return subnets.length > 0 && subnets.every((subnet) => subnet.includes(':'));
}

export const ipamFields = {
  driver: { by: 'network', as: 'ipam_options.driver', note: 'default means host-local' },
  config: { by: 'network', as: 'subnets' },
  options: {
    unsupported: 'warning',
    why: 'Podman’s address management has no options',
    hint: leaveOut,
    when: isFilled,
  },
} as const satisfies Dispositions<Network['ipam']>;

export const poolFields = {
  subnet: { by: 'network', as: 'subnets.subnet' },
  ip_range: { by: 'network', as: 'subnets.lease_range' },
  gateway: { by: 'network', as: 'subnets.gateway' },
  aux_addresses: {
    unsupported: 'warning',
    why: 'Podman reserves no addresses: aux_addresses may be given to containers',
    hint: 'keep them out of ip_range',
    when: isFilled,
  },
} as const satisfies Dispositions<NonNullable<Network['ipam']['config']>[number]>;

export const volumeFields = {
  name: { by: 'volume', as: 'name' },
  driver: { by: 'volume', as: 'driver' },
  driver_opts: { by: 'volume', as: 'options' },
  external: { by: 'planner', as: 'it must be there, and is never made or removed' },
  labels: { by: 'volume', as: 'labels' },
} as const satisfies Dispositions<Volume>;

const swarm = 'are kept by a cluster and cannot be had';

export const fileObjectFields = {
  name: { by: 'secret', as: 'name' },
  file: { by: 'secret', as: 'its bytes' },
  environment: { by: 'secret', as: 'its bytes' },
  content: { by: 'secret', as: 'its bytes' },
  external: { by: 'planner', as: 'it must be one of Podman’s secrets' },
  labels: { by: 'secret', as: 'labels' },
  driver: {
    unsupported: 'error',
    why: `secrets of a driver ${swarm}`,
    hint: 'use file:, environment: or external:',
  },
  driver_opts: {
    unsupported: 'error',
    why: `secrets of a driver ${swarm}`,
    hint: 'use file: or environment:',
    when: isFilled,
  },
  template_driver: {
    unsupported: 'error',
    why: 'templates are not filled in: the container would get the raw text',
    hint: 'content: has variables filled in',
  },
} as const satisfies Dispositions<FileObject>;

const noRunner = 'there is no model runner for Podman';
const asService = 'run the model as a service';

export const modelFields = {
  name: { unsupported: 'warning', why: noRunner, hint: asService },
  model: { unsupported: 'warning', why: noRunner, hint: asService },
  context_size: { unsupported: 'warning', why: noRunner, hint: asService },
  runtime_flags: { unsupported: 'warning', why: noRunner, hint: asService },
} as const satisfies Dispositions<Model>;

const buildkit = (name: string): string => `Buildah has no ${name}`;

/** `type=registry,ref=...` and plain names are repositories. */
function hasOtherCaches(value: unknown): boolean {
  return (value as readonly string[]).some((cache) => cacheRepository(cache) === undefined);
}

export const buildFields = {
  context: { by: 'build', as: 'the context' },
  dockerfile: { by: 'build', as: 'the Containerfile' },
  dockerfile_inline: { by: 'build', as: 'the Containerfile' },
  additional_contexts: { by: 'build', as: 'named contexts, service:NAME too' },
  args: { by: 'build', as: 'build arguments' },
  cache_from: {
    by: 'build',
    as: 'repositories of a registry that steps are taken from',
    except: {
      unsupported: 'warning',
      values: 'other kinds than registry',
      why: 'Podman keeps build caches in registries only: other entries of cache_from have no effect',
      hint: 'name a repository: type=registry,ref=HOST/NAME',
      when: hasOtherCaches,
    },
  },
  cache_to: {
    by: 'build',
    as: 'repositories of a registry that steps are kept in',
    except: {
      unsupported: 'warning',
      values: 'other kinds than registry',
      why: 'Podman keeps build caches in registries only: other entries of cache_to have no effect',
      hint: 'name a repository: type=registry,ref=HOST/NAME',
      when: hasOtherCaches,
    },
  },
  entitlements: {
    unsupported: 'warning',
    why: buildkit('entitlements: a build may do what Buildah lets it'),
    hint: 'leave it out; privileged: true lets a build do more',
    when: isFilled,
  },
  extra_hosts: { by: 'build', as: 'lines of /etc/hosts' },
  isolation: {
    unsupported: 'warning',
    why: 'build.isolation is for Windows containers and has no effect',
    hint: leaveOut,
    when: isNot('default', ''),
  },
  labels: { by: 'build', as: 'labels of the image' },
  network: { by: 'build', as: 'the network of RUN' },
  no_cache: { by: 'build', as: 'nothing is taken from the cache' },
  no_cache_filter: { by: 'build', as: 'these stages are built anew' },
  platforms: { by: 'build', as: 'the platform' },
  privileged: { by: 'build', as: 'RUN with all capabilities' },
  provenance: {
    unsupported: 'warning',
    why: buildkit('provenance attestations'),
    hint: 'leave it out, or write false',
    when: isNot('false', false),
  },
  pull: { by: 'build', as: 'base images are pulled again' },
  sbom: {
    unsupported: 'warning',
    why: buildkit('SBOM attestations'),
    hint: 'leave it out, or write false',
    when: isNot('false', false),
  },
  secrets: { by: 'build', as: 'secret mounts of RUN' },
  shm_size: { by: 'build', as: 'the size of /dev/shm' },
  ssh: { by: 'build', as: 'ssh mounts of RUN' },
  tags: { by: 'build', as: 'further names of the image' },
  target: { by: 'build', as: 'the stage' },
  ulimits: { by: 'build', as: 'limits of RUN' },
} as const satisfies Dispositions<Build>;
