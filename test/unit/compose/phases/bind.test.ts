/** Phases `typed` and `bind`: one form for every value, sorted keys, and the way back to a line. */
import { expect, test } from 'vitest';
import { formatSpan } from '../../../../src/base/span.ts';
import { load } from '../../../support/load-text.ts';

const service = (written: string): Record<string, unknown> =>
  load(`services: {a: {image: x, ${written}}}\n`, { resolve: false, noConsistency: true }).project.services[
    'a'
  ] as never;

test.each<[string, unknown]>([
  ['mem_limit: 1.5gb', { mem_limit: '1610612736' }],
  ['shm_size: 64m', { shm_size: '67108864' }],
  ['stop_grace_period: 90s', { stop_grace_period: '1m30s' }],
  [
    'healthcheck: {test: run it, interval: 1d}',
    { healthcheck: { test: ['CMD-SHELL', 'run it'], interval: '24h0m0s' } },
  ],
  ['command: run --it "a b"', { command: ['run', '--it', 'a b'] }],
  ["command: \"`a 'b c'` $$(d 'e)\"", { command: ['`a b c`', "$(d 'e)"] }],
  [
    'volumes: ["/a:/b//c\\\\d/"]',
    { volumes: [{ type: 'bind', source: '/a', target: '/b/c\\d', bind: { create_host_path: true } }] },
  ],
  ['labels: [a=1, b]', { labels: { a: '1', b: '' } }],
  ['dns: 1.1.1.1', { dns: ['1.1.1.1'] }],
  [
    'ulimits: {nofile: 5, nproc: {soft: 1, hard: 2}}',
    { ulimits: { nofile: 5, nproc: { hard: 2, soft: 1 } } },
  ],
  ['cpus: "0.333333333"', { cpus: 0.33333334 }],
  ['gpus: all', { gpus: [{ count: -1 }] }],
  ['extra_hosts: {h: [1.1.1.1, 2.2.2.2]}', { extra_hosts: ['h=1.1.1.1', 'h=2.2.2.2'] }],
  [
    'blkio_config: {device_read_bps: [{rate: 1k}]}',
    { blkio_config: { device_read_bps: [{ path: '', rate: '1024' }] } },
  ],
  [
    'deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: k}}]}}}',
    {
      deploy: {
        resources: {
          reservations: { generic_resources: [{ discrete_resource_spec: { kind: 'k', value: 0 } }] },
        },
      },
    },
  ],
])('%s', (written, value) => {
  expect(service(written)).toMatchObject(value as object);
});

test.each(['privileged: false', 'cpu_shares: 0', 'hostname: ""', 'labels: {}', 'ports: []', 'mem_limit: 0'])(
  '%s says nothing',
  (written) => {
    expect(service(written)).toEqual(service('command: '));
  },
);

test('keys are sorted, however they are written; command and entrypoint are always there', () => {
  expect(Object.keys(service('user: u, cap_add: [A], working_dir: /w'))).toEqual([
    'cap_add',
    'command',
    'entrypoint',
    'image',
    'networks',
    'user',
    'working_dir',
  ]);
  expect(service('user: u')['command']).toBeNull();
});

test('a value leads back to its line', () => {
  const { provenance } = load(
    'services:\n  a:\n    image: x\n    labels:\n      b: "1"\n    ports:\n      - "80"\n',
  );
  const at = (...path: (string | number)[]): string => formatSpan(provenance.find(path) as never);
  expect(at('services', 'a', 'labels', 'b')).toBe('/p/compose.yaml:5:7');
  expect(at('services', 'a', 'ports', 0)).toBe('/p/compose.yaml:7:9');
  expect(at('services', 'a', 'ports', 0, 'nothing', 'there')).toBe('/p/compose.yaml:7:9');
});

test.each([
  ['cpus: 1e39', 'services.a.cpus: 1e+39 is too large'],
  ['group_add: [9223372036854775808]', 'services.a.group_add.0: must be a string'],
  ['expose: [18446744073709551615]', 'services.a.expose.0: 18446744073709551615 is not a port'],
])('%s', (written, message) => {
  expect(() => service(written)).toThrow(message);
});
