/** A project's containers, without what another run makes differently: identities, times, addresses. */

/** Where a service is (in the pod, in a namespace of its own) depends on what was there before, and is told by `up`. */
const ofPlace = `
  NetworkMode IpcMode UTSMode Pod Dependencies CgroupParent PortBindings Ports Dns ExtraHosts Hostname
  Networks`;
const ofRun = `
  Id ID Created io.kubernetes.cri-o.Created StartedAt FinishedAt CheckpointedAt RestoredAt Log
  FailingStreak Pid ConmonPid ConmonPidFile PidFile LockNumber lockNumber ExecIDs StorageID
  CreateCommand RestartCount ResolvConfPath HostnamePath HostsPath StaticDir OCIConfigPath ConfigPath
  LogPath Path CgroupPath SandboxKey SandboxID NetworkID EndpointID MacAddress IPAddress IPPrefixLen
  Gateway GlobalIPv6Address UpperDir WorkDir MergedDir LowerDir SizeRw SizeRootFs StoppedByUser
  io.podman.annotations.pod`;
const dropped = new Set(`${ofPlace}${ofRun}`.trim().split(/\s+/));
/** Lists whose order says nothing. */
const sets = new Set([
  'Env',
  'Binds',
  'Secrets',
  'Mounts',
  'BoundingCaps',
  'EffectiveCaps',
  'CapAdd',
  'CapDrop',
]);

/** @returns {Map<string, Map<string, string>>} by container, by attribute */
export function snapshot(run, project) {
  const ids = run('podman', [
    'ps',
    '--all',
    '--quiet',
    `--filter=label=com.docker.compose.project=${project}`,
  ])
    .text.split('\n')
    .filter(Boolean);
  if (ids.length === 0) return new Map();
  const inspected = JSON.parse(run('podman', ['inspect', ...ids]).text);
  return new Map(inspected.map((container) => [container.Name, flat(container)]));
}

function flat(value, path = '', into = new Map()) {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    // Ours say where the container is, and of what it was made.
    for (const [key, inner] of Object.entries(value))
      if (!dropped.has(key) && !key.startsWith('io.tscompose.')) flat(inner, `${path}.${key}`, into);
    return into;
  }
  into.set(path, plain(value, path.slice(path.lastIndexOf('.') + 1)));
  return into;
}

function plain(value, key) {
  if (!Array.isArray(value)) return JSON.stringify(value ?? null).replaceAll(/[0-9a-f]{64}/g, 'ID');
  const items = value.map((item) =>
    JSON.stringify(item, (name, inner) => (dropped.has(name) ? undefined : inner)),
  );
  const told = items.map((item) =>
    item.replaceAll(/[0-9a-f]{64}/g, 'ID').replace(/^"HOSTNAME=.*/, '"HOSTNAME"'),
  );
  return JSON.stringify(sets.has(key) ? told.sort() : told);
}

/** @returns {string[]} one for each attribute that differs */
export function differences(one, other) {
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  return names.flatMap((name) => {
    const [a, b] = [one.get(name), other.get(name)];
    if (!a || !b) return [`${name} is ${a ? 'there only after the change' : 'missing after the change'}`];
    const keys = [...new Set([...a.keys(), ...b.keys()])].sort();
    return keys
      .filter((key) => a.get(key) !== b.get(key))
      .map((key) => `${name}${key}: ${a.get(key)} / ${b.get(key)}`);
  });
}
