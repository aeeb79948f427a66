/** Phase `unicity`: of entries that mean the same thing the later stays, where the earlier stood. */
import { expect, test } from 'vitest';
import { afterPhase, serviceAfter } from '../../../support/load-text.ts';

const shown = (service: string): unknown => serviceAfter('canonical', `{image: x, ${service}}`);

test.each<[string, string, unknown]>([
  ['environment: [A=1, B=2, A=3, A]', 'environment', ['A', 'B=2']],
  ['labels: [a=1, b, a=2]', 'labels', ['a=2', 'b']],
  ['cap_add: [X, Y, X]', 'cap_add', ['X', 'Y']],
  ['dns: [1.1.1.1, 2.2.2.2, 1.1.1.1]', 'dns', ['1.1.1.1', '2.2.2.2']],
  ['profiles: [p, q, p]', 'profiles', ['p', 'q']],
  ['tmpfs: ["/a:size=1m", "/b", "/a:size=1m"]', 'tmpfs', ['/a:size=1m', '/b']],
  [
    'env_file: [e, f, e]',
    'env_file',
    [
      { path: 'e', required: true },
      { path: 'f', required: true },
    ],
  ],
])('%s', (written, key, value) => {
  const service = shown(written) as Record<string, unknown>;
  expect(service[key]).toEqual(value);
});

test('volumes are told apart by their cleaned target', () => {
  expect(shown('volumes: ["./a:/x", "./b:/x/", "./c:/y"]')).toMatchObject({
    volumes: [
      { source: './b', target: '/x' },
      { source: './c', target: '/y' },
    ],
  });
});

test('devices by their target, secrets by theirs, which is below /run/secrets', () => {
  expect(shown('devices: ["/dev/a:/dev/x", "/dev/b:/dev/x:r"]')).toMatchObject({
    devices: [{ source: '/dev/b', target: '/dev/x', permissions: 'r' }],
  });
  const text =
    'services: {a: {image: x, secrets: [s, {source: t, target: /run/secrets/s}, u]}}\nsecrets: {s: {environment: S}, t: {environment: T}, u: {environment: U}}\n';
  expect(afterPhase('canonical', text, { resolve: false })).toMatchObject({
    services: { a: { secrets: [{ source: 't', target: '/run/secrets/s' }, { source: 'u' }] } },
  });
});

test('ports by address, published port, target and protocol', () => {
  const ports = (written: string): unknown[] =>
    (shown(`ports: ${written}`) as { ports: { target: number; host_ip?: string }[] }).ports.map(
      ({ target }) => target,
    );
  expect(ports('["80:80", "80:80/tcp", "0.0.0.0:80:80"]')).toEqual([80]);
  expect(ports('["80:80", "80:80/udp", "127.0.0.1:80:80", "81:80"]')).toEqual([80, 80, 80, 80]);
});

test('commands, security options and extra hosts are lists of which equal entries stay', () => {
  expect(shown('command: [a, a]')).toMatchObject({ command: ['a', 'a'] });
  expect(shown('extra_hosts: ["h=1.1.1.1", "h=2.2.2.2"]')).toMatchObject({
    extra_hosts: ['h=1.1.1.1', 'h=2.2.2.2'],
  });
});

test('within a file the later form of one wins, and between files too', () => {
  const files = {
    '/p/compose.yaml': 'services: {a: {image: x, expose: [80, "81"], links: ["b:c"]}, b: {image: y}}\n',
    '/p/over.yaml': 'services: {a: {expose: ["80", "82"], links: ["b:c", b]}}\n',
  };
  expect(afterPhase('canonical', files, { files: ['/p/compose.yaml', '/p/over.yaml'] })).toMatchObject({
    services: { a: { expose: ['80', '81', '82'], links: ['b:c', 'b'] } },
  });
});
