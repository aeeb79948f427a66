/** Volumes, bind mounts, tmpfs, secrets and configs. */
import type { FileMount, FileObject, VolumeMount } from '../../compose/types.ts';
import type { ContainerSpec, SpecImageVolume, SpecMount, SpecSecret, SpecVolume } from '../../podman/spec.ts';
import { secretName } from '../names.ts';
import { refuse, type SpecContext } from './context.ts';

/** SHA-256 of nothing: Podman refuses empty secrets. */
export const emptyDigest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const secretsFolder = '/run/secrets';

export interface MountSpec {
  readonly spec: Partial<ContainerSpec>;
  /** Host directories to be made first. */
  readonly makeDirectories: readonly string[];
}

interface Collected {
  readonly mounts: SpecMount[];
  readonly volumes: SpecVolume[];
  readonly images: SpecImageVolume[];
  readonly secrets: SpecSecret[];
  readonly directories: string[];
}

/** @param kept - anonymous volumes of the container that is replaced, by target */
export function mountSpec(context: SpecContext, kept: Readonly<Record<string, string>>): MountSpec {
  const { service } = context;
  const all: Collected = { mounts: [], volumes: [], images: [], secrets: [], directories: [] };
  for (const [index, mount] of (service.volumes ?? []).entries()) addVolume(context, mount, index, all, kept);
  for (const item of service.tmpfs ?? []) all.mounts.push(tmpfs(item));
  for (const [index, mount] of (service.secrets ?? []).entries())
    addObject(context, 'secrets', mount, index, all);
  for (const [index, mount] of (service.configs ?? []).entries())
    addObject(context, 'configs', mount, index, all);
  keepImageVolumes(context, all, kept);
  sharedMemory(context, all);
  placeForSecrets(context, all);
  if (service.use_api_socket) addSocket(context, all);
  const from = (service.volumes_from ?? []).map((source) => volumesFrom(context, source));
  const { mounts, volumes, images, secrets } = all;
  return {
    spec: { mounts, volumes, image_volumes: images, secrets, volumes_from: from },
    makeDirectories: all.directories,
  };
}

function addVolume(
  context: SpecContext,
  mount: VolumeMount,
  index: number,
  all: Collected,
  kept: Readonly<Record<string, string>>,
): void {
  const path = ['volumes', index];
  refuseRelative(context, path, mount.target);
  switch (mount.type) {
    case 'bind':
      all.mounts.push(bind(mount));
      if (mount.bind?.create_host_path && mount.source) all.directories.push(mount.source);
      return;
    case 'volume':
      all.volumes.push(volume(context, mount, index, kept));
      return;
    case 'tmpfs': {
      const options = [
        mount.tmpfs?.size ? `size=${mount.tmpfs.size}` : '',
        mount.tmpfs?.mode ? `mode=${mount.tmpfs.mode.toString(8)}` : '',
        'notmpcopyup',
      ];
      all.mounts.push({
        type: 'tmpfs',
        destination: mount.target,
        options: options.filter((option) => option !== ''),
      });
      return;
    }
    case 'image':
      if (mount.image?.subpath && !context.capabilities.has.imageSubpath)
        refuse(
          context,
          path,
          'a part of an image can be mounted from Podman 5.5 on only',
          'leave subpath out, and use the path below the target',
        );
      all.images.push({
        Source: mount.source ?? '',
        Destination: mount.target,
        ReadWrite: false,
        ...(mount.image?.subpath ? { subPath: mount.image.subpath } : {}),
      });
      return;
    default:
      refuse(
        context,
        path,
        `mounts of type ${mount.type} do not exist on Linux`,
        'write type: bind, volume, tmpfs or image',
      );
  }
}

function refuseRelative(context: SpecContext, path: readonly (string | number)[], target: string): void {
  if (target.startsWith('/')) return;
  refuse(
    context,
    path,
    `the target "${target}" of a mount is no absolute path`,
    /^[a-z]:/i.test(target)
      ? 'a name of one letter reads as a drive: write the mount in its long form'
      : 'begin it with /',
  );
}

function bind(mount: VolumeMount): SpecMount {
  const recursive = mount.bind?.recursive === 'disabled' ? 'bind' : 'rbind';
  const options = [mount.read_only ? 'ro' : 'rw', recursive];
  if (mount.bind?.propagation) options.push(mount.bind.propagation);
  if (mount.bind?.selinux) options.push(mount.bind.selinux);
  return { type: 'bind', source: mount.source ?? '', destination: mount.target, options };
}

function volume(
  context: SpecContext,
  mount: VolumeMount,
  index: number,
  kept: Readonly<Record<string, string>>,
): SpecVolume {
  const options = [...(mount.read_only ? ['ro'] : []), ...(mount.volume?.nocopy ? ['nocopy'] : [])];
  const base = { Dest: mount.target, ...(options.length > 0 ? { Options: options } : {}) };
  if (mount.source === undefined) {
    const old = kept[mount.target];
    return old === undefined ? base : { ...base, Name: old, IsAnonymous: true };
  }
  const subpath = mount.volume?.subpath;
  if (subpath && !context.capabilities.has.volumeSubpath) {
    refuse(
      context,
      ['volumes', index],
      `a part of a volume (${subpath}) can be mounted from Podman 5.4 on only; this is ${context.capabilities.version}`,
      'mount the whole volume, or a directory of the host',
    );
  }
  const name = context.project.volumes?.[mount.source]?.name ?? mount.source;
  return { ...base, Name: name, ...(subpath ? { SubPath: subpath } : {}) };
}

/** Volumes that the image declares go over to the next container as well. */
function keepImageVolumes(
  context: SpecContext,
  all: Collected,
  kept: Readonly<Record<string, string>>,
): void {
  const taken = targetsOf(all);
  for (const target of context.image?.volumes ?? []) {
    const old = kept[target];
    if (old !== undefined && !taken.has(target))
      all.volumes.push({ Name: old, Dest: target, IsAnonymous: true });
  }
}

function targetsOf({ volumes, mounts }: Collected): ReadonlySet<string> {
  return new Set([...volumes.map(({ Dest }) => Dest), ...mounts.map(({ destination }) => destination)]);
}

/** `PATH[:OPTIONS]`; Podman would copy what the image has there, Docker does not. */
function tmpfs(item: string): SpecMount {
  const at = item.indexOf(':');
  const options = at < 0 ? [] : item.slice(at + 1).split(',');
  return {
    type: 'tmpfs',
    destination: at < 0 ? item : item.slice(0, at),
    options: [...options, 'notmpcopyup'],
  };
}

/**
 * A tmpfs of that size: in a pod Podman ignores shm_size, and a read-only root makes /dev/shm read-only on 5.x. Who shares somebody
 * else's IPC namespace shares the /dev/shm that comes with it.
 */
function sharedMemory({ service }: SpecContext, all: Collected): void {
  if (!service.shm_size && !service.read_only) return;
  const isShared = service.ipc !== undefined && service.ipc !== 'private' && service.ipc !== 'shareable';
  if (isShared || all.mounts.some((mount) => mount.destination === '/dev/shm')) return;
  const size = service.shm_size ?? '67108864';
  all.mounts.push({
    type: 'tmpfs',
    destination: '/dev/shm',
    options: [`size=${size}`, 'mode=1777', 'noexec', 'notmpcopyup'],
  });
}

/** Where old engines cannot mount a secret below a read-only root, a place of their own is made for them. */
function placeForSecrets({ service, capabilities }: SpecContext, all: Collected): void {
  if (!service.read_only || capabilities.has.secretsInReadOnly) return;
  // A name that is no absolute path is one there.
  const isThere = ({ Target }: SpecSecret): boolean =>
    !Target.startsWith('/') || Target.startsWith(`${secretsFolder}/`);
  if (targetsOf(all).has(secretsFolder) || !all.secrets.some(isThere)) return;
  all.mounts.push({ type: 'tmpfs', destination: secretsFolder, options: ['mode=755', 'notmpcopyup'] });
}

function addObject(
  context: SpecContext,
  section: 'secrets' | 'configs',
  mount: FileMount,
  index: number,
  all: Collected,
): void {
  const object = context.project[section]?.[mount.source];
  if (!object) return;
  const target =
    mount.target ?? (section === 'secrets' ? `${secretsFolder}/${mount.source}` : `/${mount.source}`);
  if (context.digests[section][mount.source] === emptyDigest) {
    all.mounts.push({
      type: 'bind',
      source: object.file ?? '/dev/null',
      destination: target,
      options: ['ro', 'rbind'],
    });
    return;
  }
  for (const key of ['uid', 'gid'] as const) {
    const value = mount[key];
    if (value !== undefined && !/^\d+$/.test(value))
      refuse(
        context,
        [section, index],
        `${key} "${value}" is not a number`,
        'write the number that the user or group has in the image',
      );
  }
  const secret = {
    Source: objectName(section, object),
    Target: target,
    UID: Number(mount.uid ?? 0),
    GID: Number(mount.gid ?? 0),
    Mode: Number.parseInt(mount.mode ?? '0444', 8),
  };
  refuseOtherRights(context, [section, index], secret, all.secrets);
  all.secrets.push(secret);
}

/** Podman keeps one file per container and secret: the rights of the last mount would count for all of them. */
function refuseOtherRights(
  context: SpecContext,
  path: readonly (string | number)[],
  secret: SpecSecret,
  others: readonly SpecSecret[],
): void {
  const differs = others.some(
    (other) =>
      other.Source === secret.Source &&
      (other.UID !== secret.UID || other.GID !== secret.GID || other.Mode !== secret.Mode),
  );
  if (differs)
    refuse(
      context,
      path,
      'Podman mounts one secret or config with one owner and mode only, wherever it is mounted',
      'give both mounts the same uid, gid and mode, or name the file twice at the top level',
    );
}

/** The name of Podman's secret that holds the bytes. */
export function objectName(section: 'secrets' | 'configs', object: FileObject): string {
  return object.external ? object.name : secretName(section, object.name);
}

function addSocket(context: SpecContext, all: Collected): void {
  const { url, remote } = context.capabilities;
  if (remote || !url.startsWith('unix://')) {
    refuse(
      context,
      ['use_api_socket'],
      'the socket of a remote engine cannot be given to a container',
      'run the command where the engine is',
    );
    return;
  }
  all.mounts.push({
    type: 'bind',
    source: url.slice('unix://'.length),
    destination: '/var/run/docker.sock',
    options: ['rw', 'rbind'],
  });
}

/** `SERVICE[:ro]` or `container:NAME[:ro]` */
function volumesFrom(context: SpecContext, source: string): string {
  if (source.startsWith('container:')) return source.slice('container:'.length);
  const [service = '', mode] = source.split(':');
  const other = context.project.services[service];
  const name = other?.container_name ?? `${context.project.name}-${service}-1`;
  return mode === undefined ? name : `${name}:${mode}`;
}
