/** A project at random: up to four services of one image, with the attributes that meet each other, and the files that they read. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const names = ['a', 'b', 'c', 'd'];

/** Attribute, how often a service has it, and what it may be. */
const attributes = [
  ['environment', 0.3, [{ A: '1' }, { A: '2', B: null }, ['A=1', 'C=$$x'], { A: 'a b', B: 'q"' }]],
  ['labels', 0.2, [{ l: '1' }, { l: '2' }, ['m=x', 'n']]],
  ['entrypoint', 0.15, [['sh', '-c', 'sleep 1000'], 'sh -c "sleep 999"']],
  ['user', 0.2, ['1000', 'nobody', '0:7', '1000:1000']],
  ['working_dir', 0.15, ['/tmp', '/w']],
  ['hostname', 0.15, ['h1', 'h2']],
  ['cap_add', 0.15, [['NET_ADMIN'], ['SYS_TIME', 'NET_ADMIN']]],
  ['cap_drop', 0.15, [['ALL'], ['CHOWN']]],
  ['sysctls', 0.1, [{ 'net.ipv4.ip_forward': 1 }, { 'net.core.somaxconn': '512' }]],
  ['ulimits', 0.1, [{ nofile: 1000 }, { nofile: { soft: 500, hard: 900 }, nproc: 500 }]],
  ['mem_limit', 0.1, ['64m', '128m']],
  ['cpus', 0.1, [0.5, 1]],
  ['pids_limit', 0.1, [50, 100]],
  ['shm_size', 0.1, ['16m', '32m']],
  ['read_only', 0.1, [true]],
  ['tmpfs', 0.15, ['/t', ['/t:size=1m', '/t2']]],
  ['dns', 0.1, ['192.0.2.1', ['192.0.2.2']]],
  ['extra_hosts', 0.1, [['x:192.0.2.3'], { y: '192.0.2.4', x: '192.0.2.5' }]],
  ['init', 0.15, [true, false]],
  ['stop_signal', 0.1, ['SIGINT', 'SIGKILL']],
  ['stop_grace_period', 0.1, ['1s', '3s']],
  ['restart', 0.2, ['always', 'no', 'on-failure:3', 'unless-stopped']],
  ['tty', 0.1, [true]],
  ['stdin_open', 0.1, [true]],
  ['group_add', 0.1, [['7'], ['7', '50']]],
  ['oom_score_adj', 0.1, [100, 500]],
  ['annotations', 0.1, [{ 'a.b': '1' }, { 'a.b': '2' }]],
  ['expose', 0.15, [['90'], ['91/udp']]],
  ['logging', 0.1, [{ driver: 'json-file' }, { driver: 'none' }]],
  [
    'healthcheck',
    0.2,
    [
      { test: 'true', interval: '1s' },
      { test: ['CMD', 'true'], interval: '2s', retries: 4 },
      { disable: true },
    ],
  ],
  ['scale', 0.15, [2, 3]],
  ['security_opt', 0.05, [['no-new-privileges:true']]],
  ['secrets', 0.15, [['s1'], ['s1', 's2'], [{ source: 's2', target: 'other', mode: 0o400 }]]],
  ['configs', 0.15, [['c1'], [{ source: 'c2', target: '/etc/c2' }]]],
  ['env_file', 0.15, ['e1', ['e1', 'e2']]],
];
const mounts = [
  [
    0.3,
    ['v1:/v', 'v2:/v', 'v1:/v:ro', { type: 'volume', source: 'v2', target: '/vv', volume: { nocopy: true } }],
  ],
  [0.2, ['/anon', '/anon2']],
  [0.2, ['./b:/b', './b2:/b:ro', { type: 'bind', source: './b', target: '/bb', read_only: true }]],
  [0.1, [{ type: 'tmpfs', target: '/tt', tmpfs: { size: 1_000_000 } }]],
];
/** What only a network namespace of one's own can have. */
const ofNetwork = ['hostname', 'dns', 'extra_hosts', 'sysctls', 'expose'];

/** @param {import('../choices.mjs').Choices} choices */
export function makeProject(choices) {
  const present = names.filter(() => choices.chance(0.7));
  const services = (present.length > 0 ? present : ['a']).map((name, index, all) => [
    name,
    makeService(choices, { index, before: all.slice(0, index) }),
  ]);
  return {
    services: Object.fromEntries(services),
    volumes: { v1: null, v2: null },
    networks: { n1: null, n2: { internal: true } },
    secrets: { s1: { file: './s1' }, s2: { environment: 'RANDOM_UPS_SECRET' } },
    configs: { c1: { file: './c1' }, c2: { content: choices.of(['x', 'y']) } },
  };
}

function makeService(choices, { index, before }) {
  const service = {
    image: 'docker.io/library/busybox:latest',
    command: choices.of(['sleep 1000', ['sleep', '2000']]),
  };
  for (const [name, often, values] of attributes)
    if (choices.chance(often)) service[name] = choices.of(values);
  const volumes = mounts.flatMap(([often, values]) => (choices.chance(often) ? [choices.of(values)] : []));
  if (volumes.length > 0) service.volumes = volumes;
  placeService(choices, service, { index, before });
  if (before.length > 0 && choices.chance(0.3)) {
    const other = choices.of(before);
    const started = { condition: 'service_started' };
    service.depends_on = choices.of([
      [other],
      { [other]: started },
      { [other]: { ...started, restart: true } },
    ]);
  }
  return service;
}

function placeService(choices, service, { index, before }) {
  const kind = choices.number();
  if (kind < 0.08) service.network_mode = 'none';
  else if (kind < 0.14) service.network_mode = 'host';
  else if (kind < 0.18 && before.length > 0) service.network_mode = `service:${choices.of(before)}`;
  else if (kind < 0.34)
    service.networks = choices.of([
      ['default', 'n1'],
      ['n1'],
      { n1: { aliases: ['al'] }, default: null },
      ['n2'],
    ]);
  if (service.network_mode !== undefined) for (const name of ofNetwork) delete service[name];
  else if (service.scale === undefined && choices.chance(0.2))
    service.ports = choices.of([[`${20_000 + index}:80`], [`${20_100 + index}:81/udp`]]);
}

/** The same project, changed in some places, or another one. */
export function changeProject(choices, project) {
  const other = makeProject(choices);
  if (choices.chance(0.3)) return other;
  const services = Object.entries(project.services).map(([name, service]) => {
    const instead = other.services[name];
    if (!instead || choices.chance(0.5)) return [name, service];
    return [name, choices.chance(0.5) ? instead : withSome(choices, service, instead)];
  });
  return {
    ...other,
    services: Object.fromEntries(services.map(([name, one]) => [name, withKnown(one, project)])),
  };
}

function withSome(choices, service, instead) {
  const kept = new Set(['network_mode', 'networks', 'depends_on', 'ports', 'scale', ...ofNetwork]);
  const some = Object.entries(instead).filter(([name]) => !kept.has(name) && choices.chance(0.3));
  return { ...service, ...Object.fromEntries(some) };
}

/** Without what it wants of services that are not there. */
function withKnown(service, { services }) {
  const { depends_on: wants, ...rest } = service;
  const wanted = Array.isArray(wants) ? wants : Object.keys(wants ?? {});
  const isKnown = wanted.every((name) => name in services);
  if (/^service:/.test(rest.network_mode ?? '') && !(rest.network_mode.slice(8) in services))
    delete rest.network_mode;
  return wants === undefined || !isKnown ? rest : { ...rest, depends_on: wants };
}

/** @returns the environment for the command */
export function writeProject(choices, folder, project) {
  for (const name of ['b', 'b2']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'compose.yaml'), JSON.stringify(project, null, 1));
  for (const [name, values] of [
    ['s1', ['one', 'two']],
    ['c1', ['one', 'two']],
    ['e1', ['E=1\n', 'E=2\n']],
    ['e2', ['F=1\n', 'F=2\n']],
  ])
    writeFileSync(join(folder, name), choices.of(values));
  return { RANDOM_UPS_SECRET: choices.of(['three', 'four']) };
}
