import { describe, expect, it } from 'vitest';
import type { Service } from '../../../../src/compose/types.ts';
import { planUp } from '../../../../src/plan/plan-up.ts';
import { type Disposition, sections } from '../../../../src/plan/support/sections.ts';
import { serviceFields } from '../../../../src/plan/support/service-fields.ts';
import { blkioFields, healthFields } from '../../../../src/plan/support/service-parts.ts';
import { FakeEngine } from '../../../../src/podman/fake/fake-engine.ts';
import { loadedFrom } from '../../../support/projects.ts';
import { inputFor, upOptions } from '../../../support/run-plan.ts';

/** A value of each attribute that goes into Podman's API, with what else the service needs for it. */
const samples: Record<string, Partial<Service>> = {
  annotations: { annotations: { a: 'b' } },
  blkio_config: { blkio_config: { weight: 100 } },
  cap_add: { cap_add: ['NET_ADMIN'] },
  cap_drop: { cap_drop: ['CHOWN'] },
  cgroup: { cgroup: 'host' },
  cgroup_parent: { cgroup_parent: 'p' },
  command: { command: ['a'] },
  configs: { configs: [{ source: 'c' }] },
  container_name: { container_name: 'n' },
  cpu_period: { cpu_period: 50_000 },
  cpu_quota: { cpu_quota: 50_000 },
  cpu_rt_period: { cpu_rt_period: 1000 },
  cpu_rt_runtime: { cpu_rt_runtime: 1000 },
  cpu_shares: { cpu_shares: 7 },
  cpus: { cpus: 0.5 },
  cpuset: { cpuset: '0' },
  device_cgroup_rules: { device_cgroup_rules: ['c 1:3 rwm'] },
  devices: { devices: [{ source: '/dev/null' }] },
  dns: { dns: ['1.1.1.1'] },
  dns_opt: { dns_opt: ['ndots:1'] },
  dns_search: { dns_search: ['x.test'] },
  entrypoint: { entrypoint: ['a'] },
  environment: { environment: { A: 'b' } },
  expose: { expose: ['80'], 'x-podman': { share_network: false } },
  extra_hosts: { extra_hosts: ['a=1.2.3.4'] },
  gpus: { gpus: [{ count: -1 }] },
  group_add: { group_add: ['7'] },
  healthcheck: { healthcheck: { test: ['CMD', 'true'] } },
  hostname: { hostname: 'h' },
  init: { init: true },
  ipc: { ipc: 'host' },
  labels: { labels: { a: 'b' } },
  logging: { logging: { driver: 'json-file' } },
  mac_address: { mac_address: '02:42:ac:11:65:43' },
  mem_limit: { mem_limit: '67108864' },
  mem_reservation: { mem_reservation: '67108864' },
  mem_swappiness: { mem_swappiness: 10 },
  memswap_limit: { memswap_limit: '134217728' },
  network_mode: { network_mode: 'host' },
  networks: { networks: { other: null } },
  oom_kill_disable: { oom_kill_disable: true },
  oom_score_adj: { oom_score_adj: 10 },
  pid: { pid: 'host' },
  pids_limit: { pids_limit: 10 },
  ports: { ports: [{ target: 80, published: '8080' }] },
  privileged: { privileged: true },
  read_only: { read_only: true },
  restart: { restart: 'on-failure:3' },
  secrets: { secrets: [{ source: 's' }] },
  security_opt: {
    security_opt: [
      'label=type:x',
      'seccomp=/p',
      'apparmor=p',
      'no-new-privileges',
      'mask=/a',
      'unmask=/b',
      'proc-opts=hidepid=2',
    ],
  },
  shm_size: { shm_size: '1000' },
  stdin_open: { stdin_open: true },
  stop_grace_period: { stop_grace_period: '3s' },
  stop_signal: { stop_signal: 'SIGINT' },
  storage_opt: { storage_opt: { size: '1g' } },
  sysctls: { sysctls: { 'net.core.somaxconn': '9' } },
  tmpfs: { tmpfs: ['/t'] },
  tty: { tty: true },
  ulimits: { ulimits: { nofile: 10 } },
  use_api_socket: { use_api_socket: true },
  user: { user: '1' },
  userns_mode: { userns_mode: 'auto' },
  uts: { uts: 'host' },
  volumes: {
    volumes: [
      { type: 'bind', source: '/a', target: '/a' },
      { type: 'volume', source: 'v', target: '/v' },
      { type: 'image', source: 'i', target: '/i' },
    ],
  },
  volumes_from: { volumes_from: ['container:x'] },
  working_dir: { working_dir: '/w' },
};

/** What is put into words in the table stands elsewhere than in a field of its own. */
function apiFields(disposition: Disposition | undefined): string[] {
  if (!disposition || !('by' in disposition) || !['container', 'pod'].includes(disposition.by)) return [];
  const fields = disposition.as.split(', ');
  return fields.every((field) => /^[A-Za-z_.]+$/.test(field)) ? fields : [];
}

async function specsOf(service: Partial<Service>): Promise<object[]> {
  const loaded = loadedFrom(
    { a: service },
    {
      networks: { default: { name: 'p_default', ipam: {} }, other: { name: 'NAME', ipam: {} } },
      volumes: { v: { name: 'p_v' } },
      secrets: { s: { name: 'p_s', file: '/s' } },
      configs: { c: { name: 'p_c', file: '/c' } },
    },
  );
  const input = await inputFor(loaded, new FakeEngine());
  const { plan } = planUp(input, upOptions);
  return plan.actions.flatMap((action) =>
    action.kind === 'container.create' || action.kind === 'pod.create' ? [action.spec] : [],
  );
}

function valueAt(spec: unknown, path: string): unknown {
  const [first = '', ...rest] = path.split('.');
  if (typeof spec !== 'object' || spec === null) return undefined;
  const entries = Object.entries(spec);
  // A network's name stands for any.
  const found = first === 'NAME' ? entries[0]?.[1] : (spec as Record<string, unknown>)[first];
  return rest.length === 0 ? found : valueAt(found, rest.join('.'));
}

describe('attributes that are carried out reach Podman', () => {
  const wanted = Object.entries(serviceFields as Record<string, Disposition>).flatMap(([key, disposition]) =>
    apiFields(disposition).length > 0 ? [key] : [],
  );

  it('has a sample of each', () => {
    expect(Object.keys(samples).sort()).toEqual(wanted.sort());
  });

  it.each(Object.keys(samples))('%s', async (key) => {
    const specs = await specsOf(samples[key] ?? {});
    const fields = apiFields((serviceFields as Record<string, Disposition>)[key]);
    const sent = fields.filter((field) => specs.some((spec) => valueAt(spec, field) !== undefined));
    expect(sent).toEqual(fields);
  });

  it('sends each part of blkio_config', async () => {
    const device = [{ path: '/dev/null', rate: '1' }];
    const [, spec] = await specsOf({
      blkio_config: {
        weight: 10,
        weight_device: [{ path: '/dev/null', weight: 20 }],
        device_read_bps: device,
        device_read_iops: device,
        device_write_bps: device,
        device_write_iops: device,
      },
    });
    for (const { as } of Object.values(blkioFields)) expect(valueAt(spec, as), as).toBeDefined();
  });

  it('sends each part of a healthcheck', async () => {
    const [, spec] = await specsOf({
      healthcheck: {
        test: ['CMD', 'true'],
        interval: '1s',
        timeout: '2s',
        retries: 3,
        start_period: '4s',
        start_interval: '5s',
      },
    });
    for (const { as } of Object.values(healthFields)) {
      if (/^healthconfig\.\w+$/.test(as)) expect(valueAt(spec, as), as).toBeDefined();
    }
  });
});

it('no attribute stands in two tables of one place', () => {
  expect(new Set(sections.map(({ title }) => title)).size).toBe(sections.length);
});
