/** Phases `check` and `consistency`: what contradicts itself, and names that are nowhere. */
import { describe, expect, test } from 'vitest';
import { complaints } from '../../../support/load-text.ts';

const first = (text: string): string | undefined => complaints(text)[0]?.replace(/^compose\.yaml:/, '');
const service = (written: string): string | undefined =>
  first(`services: {a: {${written}}, b: {image: y}}\n`);

describe('one value', () => {
  test.each<[string, string]>([
    [
      'volumes: {v: {external: true, driver: d}}',
      '1:31 E_CONSISTENCY volumes.v: conflicting parameters "external" and "driver" specified (remove driver, or external)',
    ],
    [
      'secrets: {s: {file: a, environment: B}}',
      '1:24 E_CONSISTENCY secrets.s: file|environment attributes are mutually exclusive (keep one of them)',
    ],
    [
      'configs: {c: {}}',
      '1:14 E_CONSISTENCY configs.c: one of file|environment|content must be set (add file: or environment: or content:)',
    ],
  ])('%s', (written, message) => {
    expect(first(`${written}\nservices: {}\n`)).toBe(message);
  });

  test.each<[string, string]>([
    [
      'image: x, ports: [{target: 80, host_ip: nowhere}]',
      'E_VALUE services.a.ports: invalid ip address: nowhere',
    ],
    [
      'image: x, gpus: [{count: 1, device_ids: [a]}]',
      'E_CONSISTENCY services.a: "count" and "device_ids" attributes are exclusive',
    ],
    [
      "image: x, develop: {watch: [{path: '', action: rebuild}]}",
      "E_CONSISTENCY services.a.develop.watch.path: value can't be blank",
    ],
  ])('%s', (written, message) => {
    expect(service(written)).toContain(message);
  });
});

describe('a service', () => {
  test.each<[string, string]>([
    [
      'hostname: h',
      '1:12 E_CONSISTENCY service "a" has neither an image nor a build context specified (add image: or build:)',
    ],
    [
      'build: {dockerfile: d, dockerfile_inline: FROM x}',
      '1:58 E_CONSISTENCY service "a" declares mutually exclusive dockerfile and dockerfile_inline',
    ],
    [
      'image: x, platform: linux/arm64, build: {platforms: [linux/amd64]}',
      'build.platforms must include the service\'s platform "linux/arm64"',
    ],
    [
      'build: {additional_contexts: {c: "service:z"}}',
      'declares unknown service "z" as additional contexts c',
    ],
    [
      'build: {additional_contexts: {c: "service:b"}}',
      'declares non-buildable service "b" as additional contexts c',
    ],
    [
      'image: x, network_mode: host, networks: [n]',
      'E_CONSISTENCY service "a" declares mutually exclusive network_mode and networks (keep one of the two)',
    ],
    [
      'image: x, networks: [n]',
      'E_UNDEFINED service "a" refers to undefined network n (define it under the top-level networks:)',
    ],
    [
      'image: x, volumes: ["data:/x"]',
      'E_UNDEFINED service "a" refers to undefined volume data (define it under the top-level volumes:)',
    ],
    [
      'image: x, secrets: [s]',
      'E_UNDEFINED service "a" refers to undefined secret s (define it under the top-level secrets:)',
    ],
    [
      'image: x, configs: [c]',
      'E_UNDEFINED service "a" refers to undefined config c (define it under the top-level configs:)',
    ],
    ['image: x, models: [m]', 'E_UNDEFINED service "a" refers to undefined model m'],
    ['build: {secrets: [s]}', 'E_UNDEFINED service "a" refers to undefined secret s'],
    ['image: x, healthcheck: {test: [true]}', 'healthcheck.test'],
    [
      'image: x, depends_on: [bb]',
      'E_UNDEFINED service "a" depends on undefined service "bb" (did you mean "b"?)',
    ],
    ['image: x, network_mode: "service:c"', `E_UNDEFINED service "a"`],
    [
      'image: x, scale: 2, deploy: {replicas: 3}',
      "E_CONSISTENCY services.a: can't set distinct values on 'scale' and 'deploy.replicas' (keep one of the two)",
    ],
    ['image: x, scale: -1', 'services.a.scale: must be greater than or equal to 0'],
    [
      'image: x, scale: 2, container_name: cc',
      'E_CONSISTENCY services.a: container_name "cc" allows only one container, but 2 are asked for (remove container_name)',
    ],
    [
      "image: x, cpus: 1, deploy: {resources: {limits: {cpus: '2'}}}",
      "can't set distinct values on 'cpus' and 'deploy.resources.limits.cpus'",
    ],
    [
      'image: x, mem_limit: 1g, deploy: {resources: {limits: {memory: 2g}}}',
      "'mem_limit' and 'deploy.resources.limits.memory'",
    ],
    [
      'image: x, pids_limit: 1, deploy: {resources: {limits: {pids: 2}}}',
      "'pids_limit' and 'deploy.resources.limits.pids'",
    ],
    [
      'image: x, develop: {watch: [{path: p, action: sync}]}',
      'services.a.develop.watch: target is required for non-rebuild actions',
    ],
    ['image: x, tmpfs: /t, volumes: [/t]', 'E_CONSISTENCY service "a" mounts "/t" twice'],
    ['image: x, depends_on: [a]', 'E_CYCLE dependency cycle detected: a -> a'],
  ])('%s', (written, message) => {
    expect(service(written)).toContain(message);
  });

  test('two cannot have one container name', () => {
    expect(
      complaints('services: {a: {image: x, container_name: cc}, b: {image: x, container_name: cc}}\n'),
    ).toEqual([
      'compose.yaml:1:77 E_CONSISTENCY services.b: container name "cc" is already in use by service "a" (give one of them another name, or leave container_name out)',
      '  compose.yaml:1:42 first used here',
    ]);
  });
});

test('a secret that a driver is to give is refused: Podman has none of another engine', () => {
  expect(first('secrets: {s: {driver: d}}\nservices: {a: {image: x}}\n')).toBe(
    '1:11 E_CONSISTENCY secret "s" must declare either `file` or `environment` (add file: or environment:)',
  );
});

test('all that is wrong is said, in the order of the file; limits that agree are no contradiction', () => {
  expect(
    complaints('services:\n  a: {image: x, networks: [n]}\n  b: {image: y, volumes: ["data:/x"]}\n').map(
      (line) => line.split(' ')[0],
    ),
  ).toEqual(['compose.yaml:2:28', 'compose.yaml:3:27']);
  expect(service("image: x, cpus: 1, deploy: {resources: {limits: {cpus: '1'}}}, scale: 2")).toBeUndefined();
});
