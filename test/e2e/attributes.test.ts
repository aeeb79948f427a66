import { execa } from 'execa';
import { expect } from 'vitest';
import { busybox } from './support/project.ts';
import { scenario } from './support/scenario.ts';

scenario(
  'a container gets the process, the limits and the rights that its service asks for',
  async ({ project }) => {
    project.compose(`
services:
  process:
    <<: *sleep
    entrypoint: ["/bin/sh", "-c"]
    command: ["trap 'exit 3' USR1; echo ready; while :; do sleep 0.05; done"]
    user: "1000:2000"
    group_add: ["3000"]
    working_dir: /made/for/it
    hostname: its-name
    domainname: example.test
    environment: { A: one, EMPTY: "", INHERITED: }
    labels: { a.label: its value, quoted: "with \\"quotes\\"" }
    annotations: { an.annotation: noted }
    stop_signal: SIGUSR1
    stop_grace_period: 5s
    init: false
    tty: false
    stdin_open: true
  rights:
    <<: *sleep
    init: true
    read_only: true
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
    security_opt: ["no-new-privileges:true"]
    tmpfs: [/scratch]
    devices: ["/dev/zero:/dev/nothing:r"]
    sysctls: { kernel.msgmax: "4096" }
    ulimits: { nofile: { soft: 512, hard: 1024 }, core: 0 }
    shm_size: 32m
    oom_score_adj: 200
    ipc: private
  hostpid: { <<: *sleep, pid: host, uts: host, init: true }
  limits:
    <<: *sleep
    mem_limit: 64m
    mem_reservation: 32m
    cpus: 0.5
    cpu_shares: 512
    pids_limit: 50
    deploy: { resources: { limits: { cpus: "0.5", memory: 64M, pids: 50 } } }
  logged: { <<: *sleep, logging: { driver: json-file, options: { max-size: 10k } }, tty: true }
`);
    const up = await project.run(['up', '-d'], { env: { INHERITED: 'from outside' } });
    expect(up.code).toBe(0);

    const inspected = await project.inspect('process');
    expect(inspected.Config.Env).toEqual(
      expect.arrayContaining(['A=one', 'EMPTY=', 'INHERITED=from outside']),
    );
    expect(inspected.Config.Labels).toMatchObject({ 'a.label': 'its value', quoted: 'with "quotes"' });
    expect(inspected.Config.Annotations).toMatchObject({ 'an.annotation': 'noted' });
    expect(inspected.Config.OpenStdin).toBe(true);
    expect(await project.sh('process', 'id -u; id -g; id -G; pwd; hostname; cat /proc/1/comm')).toBe(
      '1000\n2000\n2000 3000\n/made/for/it\nits-name.example.test\nsh',
    );

    const rights = await project.sh(
      'rights',
      [
        'touch /x 2>/dev/null && echo writable',
        'touch /scratch/x && echo scratch',
        'grep CapEff /proc/self/status',
        'grep NoNewPrivs /proc/self/status',
        'head -c 4 /dev/nothing | wc -c',
        'cat /proc/sys/kernel/msgmax',
        "awk '/Max open files/ { print $4, $5 }' /proc/1/limits",
        // A mount without a source shifts the fields of /proc/mounts.
        "grep -o '/dev/shm tmpfs [^ ]*' /proc/mounts | tail -n 1 | grep -o 'size=[0-9]*k'",
        'cat /proc/1/oom_score_adj',
      ].join('; '),
    );
    const { readlinkSync } = await import('node:fs');
    expect(rights.split('\n')).toEqual([
      'scratch',
      'CapEff:\t0000000000000400',
      'NoNewPrivs:\t1',
      '4',
      '4096',
      '512 1024',
      'size=32768k',
      '200',
    ]);
    expect(await project.sh('hostpid', 'readlink /proc/self/ns/pid; readlink /proc/self/ns/uts')).toBe(
      `${readlinkSync('/proc/self/ns/pid')}\n${readlinkSync('/proc/self/ns/uts')}`,
    );
    expect(up.stderr).toContain('init has no effect with pid: host');
    expect((await project.inspect('rights')).HostConfig).toMatchObject({ ReadonlyRootfs: true, Init: true });

    // Rootless Podman on cgroups v1 has no limits: that is said, and the container runs without.
    if (up.stderr.includes('resource limits are ignored')) expect(process.geteuid?.()).not.toBe(0);
    else {
      const limits = (await project.inspect('limits')).HostConfig;
      expect(limits).toMatchObject({ Memory: 64 * 1024 * 1024, PidsLimit: 50 });
    }
    expect((await project.inspect('logged')).HostConfig.LogConfig.Type).toBe('k8s-file');
    expect((await project.inspect('logged')).Config.Tty).toBe(true);

    // Its own signal ends it, within its own grace.
    const started = performance.now();
    await project.ok('stop', 'process');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect((await project.inspect('process')).State.ExitCode).toBe(3);
  },
);

scenario(
  'hooks run in the container: post_start before dependents, pre_stop before the end',
  async ({ project }) => {
    project.compose(`
services:
  app:
    <<: *sleep
    volumes: ["./out:/out"]
    post_start:
      - { command: ["sh", "-c", "echo \\"$$STEP $$(id -u) $$(pwd)\\" >> /out/log"], environment: [STEP=started], user: "12", working_dir: /tmp }
    pre_stop:
      - { command: ["sh", "-c", "echo stopping >> /out/log"] }
  dependent:
    <<: *box
    command: ["sh", "-c", "cat /out/log > /out/seen; sleep 1000"]
    volumes: ["./out:/out"]
    depends_on: [app]
`);
    const { mkdirSync, chmodSync } = await import('node:fs');
    mkdirSync(`${project.dir}/out`);
    chmodSync(`${project.dir}/out`, 0o777);
    await project.ok('up', '-d');
    const { eventually } = await import('./support/eventually.ts');
    expect(await eventually(() => project.read('out/seen'))).toBe('started 12 /tmp\n');
    await project.ok('down');
    expect(project.read('out/log')).toBe('started 12 /tmp\nstopping\n');

    project.compose(`
services:
  app: { <<: *sleep, post_start: [{ command: ["sh", "-c", "echo cannot; exit 4"] }] }
  dependent: { <<: *sleep, depends_on: [app] }
`);
    const failed = await project.run(['up', '-d']);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('cannot');
    expect((await project.states()).find((state) => state.startsWith('dependent'))).not.toContain('running');
  },
);

scenario(
  'names and labels are those of docker compose; restart policies are the engine’s',
  async ({ project }) => {
    project.write('more.yaml', 'services: { plain: { environment: { A: b } } }\n');
    project.write('.env', 'SOME=thing\n');
    project.compose(`
services:
  plain: { <<: *sleep, depends_on: { named: { condition: service_started } }, ports: ["127.0.0.1::80"] }
  named: { <<: *sleep, container_name: ${project.name}-its-own, image: "${busybox}" }
  always: { <<: *sleep, restart: always }
  failure: { <<: *box, restart: "on-failure:2", command: ["sh", "-c", "exit 9"] }
  deployed: { <<: *sleep, deploy: { restart_policy: { condition: on-failure, max_attempts: 4 } } }
`);
    await project.ok('-f', 'compose.yaml', '-f', 'more.yaml', 'up', '-d');
    expect((await project.containers()).map(({ name }) => name)).toEqual([
      `${project.name}-always-1`,
      `${project.name}-deployed-1`,
      `${project.name}-failure-1`,
      `${project.name}-its-own`,
      `${project.name}-plain-1`,
    ]);
    const { Config, HostConfig } = await project.inspect('plain');
    expect(Config.Labels).toMatchObject({
      'com.docker.compose.project': project.name,
      'com.docker.compose.service': 'plain',
      'com.docker.compose.container-number': '1',
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.project.working_dir': project.dir,
      'com.docker.compose.project.config_files': `${project.dir}/compose.yaml,${project.dir}/more.yaml`,
      'com.docker.compose.depends_on': 'named:service_started:false',
      'com.docker.compose.version': '2.40.3',
      'io.podman.compose.project': project.name,
      'io.podman.compose.service': 'plain',
    });
    expect(Config.Labels['com.docker.compose.config-hash']).toMatch(/^[0-9a-f]{64}$/);
    expect(Config.Labels['com.docker.compose.image']).toBe((await project.inspect('plain')).Image);
    expect(HostConfig.RestartPolicy.Name).toBe('no');
    expect((await project.world()).networks).toEqual([`${project.name}_default`]);
    const network = JSON.parse(
      (await project.podman('network', 'inspect', `${project.name}_default`)).stdout,
    ) as { labels: Record<string, string> }[];
    expect(network[0]?.labels).toMatchObject({
      'com.docker.compose.project': project.name,
      'com.docker.compose.network': 'default',
    });

    expect((await project.inspect('always')).HostConfig.RestartPolicy.Name).toBe('always');
    expect((await project.inspect('deployed')).HostConfig.RestartPolicy).toMatchObject({
      Name: 'on-failure',
      MaximumRetryCount: 4,
    });
    const { eventually } = await import('./support/eventually.ts');
    await eventually(async () => {
      const { RestartCount, State } = await project.inspect('failure');
      expect([RestartCount, State.Status, State.ExitCode]).toEqual([2, 'exited', 9]);
    });
    // One that is killed from within comes back; one that is stopped does not.
    const before = await project.startedAt('always');
    await project.podman('exec', `${project.name}-always-1`, 'sh', '-c', 'kill -9 1; true');
    const { Id } = await project.inspect('always');
    await project.podman('kill', Id);
    await project.ok('start', 'always');
    expect(await project.startedAt('always')).toBeGreaterThanOrEqual(before);
    await project.ok('stop', 'always');
    expect((await project.states())[0]).toBe('always-1 exited');
  },
);

scenario('what only Podman has, under x-podman, is there in the container', async ({ project }) => {
  const made = (await project.podman('create', busybox)).stdout.trim();
  try {
    await project.podman('export', '-o', `${project.dir}/root.tar`, made);
  } finally {
    await project.podman('rm', made);
  }
  project.write('root/etc/made-for', project.name);
  await execa('tar', ['-xf', 'root.tar', '-C', 'root'], { cwd: project.dir });
  project.compose(`
services:
  nohosts: { <<: *sleep, x-podman.no_hosts: true }
  maps: { <<: *sleep, x-podman: { uidmaps: ["0:1:1", "1:2:1000"], gidmaps: ["0:1:1", "1:2:1000"] } }
  root: { command: [sleep, "1000"], stop_grace_period: 0s, x-podman.rootfs: ./root }
  lan:
    <<: *sleep
    networks: { n: { x-podman.mac_address: "02:11:22:33:44:55", x-podman.interface_name: lan0 } }
networks:
  n: { x-podman.disable_dns: true }
`);
  await project.ok('up', '-d');
  expect((await project.exec('nohosts', 'test', '-e', '/etc/hosts')).code).toBe(1);
  expect((await project.sh('maps', 'cat /proc/self/uid_map')).split(/\s+/).filter(Boolean)).toEqual([
    '0',
    '1',
    '1',
    '1',
    '2',
    '1000',
  ]);
  expect(await project.sh('root', 'cat /etc/made-for')).toBe(project.name);
  expect(await project.sh('lan', 'cat /sys/class/net/lan0/address')).toBe('02:11:22:33:44:55');
  expect(await project.sh('lan', 'cat /etc/resolv.conf')).not.toContain('dns.podman');
  const before = await project.ids();
  await project.ok('up', '-d');
  expect(await project.ids()).toEqual(before);
});

scenario('a network has the routes that it asks for, or the project is refused', async ({ project }) => {
  const dns = `${project.subnet}.9`;
  project.compose(`
services:
  a: { <<: *sleep, networks: [n] }
networks:
  n:
    ipam: { config: [{ subnet: ${project.subnet}.0/24 }] }
    x-podman: { routes: ["10.254.0.0/16,${project.subnet}.1"], dns: [${dns}] }
`);
  const result = await project.run(['up', '-d']);
  if (result.code === 0) {
    expect(await project.sh('a', 'ip route')).toContain(`10.254.0.0/16 via ${project.subnet}.1`);
    return;
  }
  const { stdout } = await project.podman('version', '--format', '{{.Client.Version}}');
  expect(stdout).toMatch(/^4\.[34]\./);
  expect(result.stderr).toMatch(
    /compose\.yaml:\d+:\d+: error E_UNSUPPORTED: network "n": .*x-podman\.routes/,
  );
  expect(await project.containers()).toEqual([]);
});
