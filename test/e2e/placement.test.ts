import { expect } from 'vitest';
import { busybox, type Project } from './support/project.ts';
import { scenario } from './support/scenario.ts';

/** Which of the services share the pod's network namespace, as the kernel sees it. */
async function sharing(project: Project, pod: string, services: readonly string[]): Promise<string[]> {
  const shared = await project.netns(pod);
  const found = await Promise.all(
    services.map(async (service) => ((await project.netns(service)) === shared ? [service] : [])),
  );
  return found.flat();
}

scenario(
  'services share the pod’s network namespace; what a service publishes is the pod’s',
  async ({ project }) => {
    project.compose(`
services:
  a: { <<: *sleep, hostname: first }
  b: { <<: *sleep }
`);
    await project.ok('up', '-d');
    const pod = await project.pod();
    expect(pod.State).toBe('Running');
    expect(pod.SharedNamespaces).toEqual(['net']);
    expect(pod.Labels?.['io.tscompose.project']).toBe(project.name);
    expect(pod.Labels?.['com.docker.compose.project']).toBeUndefined();
    expect((await project.containers()).map(({ podId }) => podId)).toEqual([pod.Id, pod.Id]);
    expect(await sharing(project, 'a', ['b'])).toEqual(['b']);
    // Other namespaces stay the container's own.
    expect(await project.sh('a', 'hostname')).toBe('first');
    expect(await project.sh('a', 'readlink /proc/self/ns/pid')).not.toBe(
      await project.sh('b', 'readlink /proc/self/ns/pid'),
    );
  },
);

scenario('each reason for a network namespace of its own gives one, in the same pod', async ({ project }) => {
  project.write('exposer/Containerfile', `FROM ${busybox}\nEXPOSE 7000\n`);
  project.compose(`
services:
  a1: { <<: *sleep, expose: ["80"] }
  a2: { <<: *sleep, expose: ["7000-7001"] }
  a3: { <<: *sleep, network_mode: "service:a1" }
  clash: { <<: *sleep, expose: ["80"] }
  exposes: { <<: *sleep, image: "localhost/${project.name}-exposer", build: exposer }
  twice: { <<: *sleep, scale: 2 }
  networks: { <<: *sleep, networks: [default, back] }
  static: { <<: *sleep, networks: { back: { ipv4_address: ${project.subnet}.77 } } }
  mac: { <<: *sleep, mac_address: "92:d0:c6:0a:29:33" }
  asked: { <<: *sleep, x-podman: { share_network: false } }
  dns: { <<: *sleep, dns: [10.99.99.99] }
  hosts: { <<: *sleep, extra_hosts: ["elsewhere:10.1.2.3"] }
  sysctl: { <<: *sleep, sysctls: { net.ipv4.ip_unprivileged_port_start: "99" } }
networks:
  back: { ipam: { config: [{ subnet: ${project.subnet}.0/24 }] } }
`);
  await project.ok('up', '-d');
  const own = [
    'clash',
    'exposes',
    'twice-1',
    'twice-2',
    'networks',
    'static',
    'mac',
    'asked',
    'dns',
    'hosts',
    'sysctl',
  ];
  expect(await sharing(project, 'a1', ['a2', 'a3', ...own])).toEqual(['a2', 'a3']);
  expect(new Set(await Promise.all(own.map((service) => project.netns(service)))).size).toBe(own.length);
  const pod = await project.pod();
  for (const container of await project.containers()) expect(container.podId).toBe(pod.Id);

  expect(await project.placements()).toEqual({
    a1: "pod: shares the pod's network",
    a2: "pod: shares the pod's network",
    a3: "pod: shares the network of a1, which is the pod's",
    clash: 'own: port 80/tcp is already taken in the pod by a1',
    exposes: 'own: port 7000/tcp is already taken in the pod by a2',
    twice: 'own: more than one replica',
    networks: "own: its networks (back, default) are not the pod's (default)",
    static: 'own: ipv4_address on network back',
    mac: 'own: a MAC address of its own',
    asked: 'own: the service asks for it (x-podman.share_network)',
    dns: "own: its dns differ from the pod's",
    hosts: "own: its extra_hosts differ from the pod's",
    sysctl: "own: its sysctls differ from the pod's",
  });
  const { stdout } = await project.ok('plan');
  expect(stdout).toMatch(/clash.*port 80\/tcp is already taken in the pod by a1.*compose\.yaml:\d+/);

  // And each really got what it asked for.
  expect(await project.sh('static', 'ip -4 addr show eth0')).toContain(`${project.subnet}.77/24`);
  expect(await project.sh('mac', 'cat /sys/class/net/eth0/address')).toBe('92:d0:c6:0a:29:33');
  expect(await project.sh('hosts', 'cat /etc/hosts')).toMatch(/10\.1\.2\.3\s+elsewhere/);
  expect(await project.sh('a1', 'cat /etc/hosts')).not.toContain('elsewhere');
  expect(await project.sh('sysctl', 'cat /proc/sys/net/ipv4/ip_unprivileged_port_start')).toBe('99');
  expect((await project.sh('networks', 'ls /sys/class/net')).split('\n')).toEqual(['eth0', 'eth1', 'lo']);
});

scenario('each network_mode gives the namespace that it names', async ({ project }) => {
  await project.podman(
    'run',
    '-d',
    '--name',
    `${project.name}-outside`,
    '--label',
    `com.docker.compose.project=${project.name}-x`,
    busybox,
    'sleep',
    '1000',
  );
  try {
    project.compose(`
services:
  host: { <<: *sleep, network_mode: host }
  none: { <<: *sleep, network_mode: none }
  bridge: { <<: *sleep, network_mode: bridge }
  outside: { <<: *sleep, network_mode: "container:${project.name}-outside" }
  owner: { <<: *sleep, x-podman: { share_network: false } }
  joiner: { <<: *sleep, network_mode: "service:owner" }
  late: { <<: *sleep, network_mode: "service:owner", pid: "service:joiner", depends_on: [owner, joiner] }
`);
    await project.ok('up', '-d');
    const { stdout } = await project.podman(
      'inspect',
      '--format',
      '{{.State.Pid}}',
      `${project.name}-outside`,
    );
    const { readlinkSync } = await import('node:fs');
    expect(await project.netns('host')).toBe(readlinkSync('/proc/self/ns/net'));
    expect(await project.netns('outside')).toBe(readlinkSync(`/proc/${stdout.trim()}/ns/net`));
    expect(await project.netns('joiner')).toBe(await project.netns('owner'));
    expect((await project.sh('none', 'ls /sys/class/net')).split('\n')).toEqual(['lo']);
    expect(await project.sh('bridge', 'ip -4 addr show eth0')).toContain('inet ');
    const spaces = await Promise.all(
      ['host', 'none', 'bridge', 'outside', 'owner'].map((name) => project.netns(name)),
    );
    expect(new Set(spaces).size).toBe(5);
    // Who joins a namespace is made anew with its owner.
    const before = await project.ids();
    project.edit(
      'x-podman: { share_network: false }',
      'x-podman: { share_network: false }, environment: { A: b }',
    );
    await project.ok('up', '-d', 'owner');
    const after = await project.ids();
    expect(after['owner-1']).not.toBe(before['owner-1']);
    expect(after['joiner-1']).not.toBe(before['joiner-1']);
    expect(after['none-1']).toBe(before['none-1']);
    for (const service of ['joiner', 'late'])
      expect(await project.netns(service)).toBe(await project.netns('owner'));
    expect(await project.sh('late', 'readlink /proc/self/ns/pid')).toBe(
      await project.sh('joiner', 'readlink /proc/self/ns/pid'),
    );
    await project.ok('down');
    expect((await project.world()).containers).toEqual([]);
  } finally {
    await project.podman('rm', '-f', '-t', '0', `${project.name}-outside`);
  }
});

scenario(
  'a project that asks for no pod gets none, and its services find each other',
  async ({ project }) => {
    project.compose(`
x-podman: { in_pod: false }
services:
  web: { <<: *box, command: ["httpd", "-f", "-p", "80", "-h", "/etc"] }
  web2: { <<: *box, command: ["httpd", "-f", "-p", "80", "-h", "/etc"] }
  app: { <<: *sleep, depends_on: [web, web2] }
`);
    await project.ok('up', '-d');
    expect((await project.world()).pods).toEqual([]);
    expect((await project.containers()).map(({ podId }) => podId)).toEqual(['', '', '']);
    for (const host of ['web', 'web2', `${project.name}-web-1`])
      expect(await project.sh('app', `wget -q -O - http://${host}/hostname`)).not.toBe('');
    await project.ok('down');
    expect((await project.world()).containers).toEqual([]);
  },
);
