/**
 * The configuration of an OCI runtime, as far as a build's step changes it: that of a sandbox becomes that of a command.
 *
 * @see https://github.com/opencontainers/runtime-spec/blob/main/config.md
 */

export interface RuntimeConfig {
  readonly process: {
    readonly user: {
      readonly uid: number;
      readonly gid: number;
      readonly additionalGids?: readonly number[];
    };
    readonly args: readonly string[];
    readonly env?: readonly string[];
    readonly cwd: string;
    /** SELinux. */
    readonly selinuxLabel?: string;
  };
  readonly root: { readonly path: string };
  readonly hostname?: string;
  readonly mounts: readonly RuntimeMount[];
  readonly linux: {
    readonly cgroupsPath?: string;
    readonly namespaces: readonly { readonly type: string; readonly path?: string }[];
  };
}

export interface RuntimeMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options?: readonly string[];
}

export interface RuntimeCommand {
  /** Of the container that the command's files are in. */
  readonly id: string;
  /** Where its files are. */
  readonly rootfs: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** Root's in the image, its own first. */
  readonly groups: readonly number[];
  readonly mounts: readonly RuntimeMount[];
}

/** @param sandbox - id and configuration of the container that lends its network and its settings */
export function runtimeConfig(
  sandbox: { readonly id: string; readonly config: RuntimeConfig },
  command: RuntimeCommand,
): RuntimeConfig {
  const { config, id } = sandbox;
  const { HOSTNAME = config.hostname ?? '', ...environment } = command.environment;
  return {
    ...config,
    root: { ...config.root, path: command.rootfs },
    process: {
      ...config.process,
      user: { ...config.process.user, additionalGids: command.groups },
      args: command.argv,
      // HOME is left to the runtime, which looks it up in the image.
      env: Object.entries({ ...environment, HOSTNAME }).map(([name, value]) => `${name}=${value}`),
      cwd: command.workingDir,
    },
    mounts: [...config.mounts.map(ownMemory), ...command.mounts],
    linux: {
      ...config.linux,
      ...(config.linux.cgroupsPath === undefined
        ? {}
        : { cgroupsPath: config.linux.cgroupsPath.replaceAll(id, command.id) }),
    },
  };
}

/** The sandbox's shared memory is a directory that all its steps would share. */
function ownMemory(mount: RuntimeMount): RuntimeMount {
  if (mount.destination !== '/dev/shm' || mount.type !== 'bind') return mount;
  const options = ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'];
  return { destination: mount.destination, type: 'tmpfs', source: 'shm', options };
}

/**
 * The groups of root, as Buildah gives them: its own, and those that it is a member of unless USER names a group.
 *
 * @param user - as USER has it
 * @param text - of `/etc/group`
 */
export function groupsOfRoot(user: string | undefined, text: string): number[] {
  return user?.includes(':') ? [0] : [...new Set([0, ...membershipsOf('root', text)])];
}

function membershipsOf(user: string, text: string): number[] {
  return text.split('\n').flatMap((line) => {
    const [, , gid = '', members = ''] = line.trim().split(':');
    return members.split(',').includes(user) && /^\d+$/.test(gid) ? [Number(gid)] : [];
  });
}
