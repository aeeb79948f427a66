/** The names and labels that other tools know a project by: docker compose's, and those of our own. */
import type { Project, Service } from '../compose/types.ts';

export const labels = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneoff: 'com.docker.compose.oneoff',
  configHash: 'com.docker.compose.config-hash',
  workingDir: 'com.docker.compose.project.working_dir',
  configFiles: 'com.docker.compose.project.config_files',
  environmentFile: 'com.docker.compose.project.environment_file',
  dependsOn: 'com.docker.compose.depends_on',
  image: 'com.docker.compose.image',
  version: 'com.docker.compose.version',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
  podmanProject: 'io.podman.compose.project',
  podmanService: 'io.podman.compose.service',
  /** On pods, networks, volumes, secrets and containers that we made. */
  own: 'io.tscompose.project',
  /** Short digest per attribute, so that a change can be named. */
  digests: 'io.tscompose.digests',
  /** What the service itself publishes: every member of a pod reports all of the pod's ports. */
  ports: 'io.tscompose.ports',
  /** Short digest of each thing that is fixed when a pod is made, so that a change can be named. */
  podDigests: 'io.tscompose.pod-digests',
  /** Services that the pod was made for, with a digest of the names each answers to. */
  members: 'io.tscompose.members',
  digest: 'io.tscompose.digest',
  /** On a container that only holds the anonymous volumes of the one it names. */
  keeps: 'io.tscompose.keeps',
  /** On a container: anonymous volumes that it does not mount any more, as JSON: names by target. */
  setAside: 'io.tscompose.set-aside-volumes',
  /** On a container: volumes that the file mounts by a name that Podman gave, as a JSON list. */
  byName: 'io.tscompose.volumes-by-name',
  podWorkingDir: 'io.tscompose.working-dir',
} as const;

/** The level of the compose command line that is kept; clients compare it. */
export const composeVersion = '2.40.3';

/** `PROJECT-SERVICE-N`, with `_` when the project asks for the old names. */
export function containerName(project: Project, service: string, number: number): string {
  const fixed = project.services[service]?.container_name;
  return fixed ?? [project.name, service, String(number)].join(separator(project));
}

function separator(project: Project): string {
  const podman = project['x-podman'] as { name_separator_compat?: boolean | string } | undefined;
  return String(podman?.name_separator_compat) === 'false' ? '_' : '-';
}

export function imageName(project: Pick<Project, 'name'>, name: string, service: Service): string {
  return service.image ?? `${project.name}-${name}`;
}

/** A directory that a service runs from, instead of an image. */
export function rootfsOf(service: Service): string | undefined {
  return (service['x-podman'] as { rootfs?: string } | undefined)?.rootfs;
}

/** Whether a service runs from an image: others are a provider's, or run from a directory. */
export function hasImage(service: Service): boolean {
  return !service.provider && rootfsOf(service) === undefined;
}

export function podName(project: string): string {
  return `pod_${project}`;
}

/** Secrets and configs share Podman's one list of secrets: a config's name ends in `.config`. */
export function secretName(section: 'secrets' | 'configs', name: string): string {
  return section === 'secrets' ? name : `${name}.config`;
}
