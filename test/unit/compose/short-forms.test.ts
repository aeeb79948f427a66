/** Short forms of ports and volumes: tables of what is written and what it means. */
import { describe, expect, test } from 'vitest';
import { parsePort } from '../../../src/compose/canonical/ports.ts';
import { parseVolume } from '../../../src/compose/canonical/volumes.ts';

/** ip|published|target|protocol, one for each container port. */
function ports(spec: string): string {
  const result = parsePort(spec);
  if ('error' in result) return `error: ${result.error}`;
  return result.map((port) => [port.hostIp, port.published, port.target, port.protocol].join('|')).join(' ');
}

describe('ports', () => {
  test.each([
    ['80', '||80|tcp'],
    ['8080:80', '|8080|80|tcp'],
    ['8000-8001:80-81', '|8000|80|tcp |8001|81|tcp'],
    ['8000-8010:80', '|8000-8010|80|tcp'],
    ['9-10', '||10|tcp ||9|tcp'],
    ['127.0.0.1::80/UDP', '127.0.0.1||80|udp'],
    ['[::1]:80:81', '::1|80|81|tcp'],
    ['80/', '||80|tcp'],
    ['080:081', '|80|81|tcp'],
    ['::1:80:81', 'error: Invalid ip address: ::1'],
    ['[fe80::1%eth0]:1:2', 'error: Invalid ip address: [fe80::1%eth0]'],
    ['1-2:3-5', 'error: Invalid ranges specified for container and host Ports: 3-5 and 1-2'],
    ['65536', 'error: Invalid containerPort: 65536'],
    ['80/foo', 'error: Invalid proto: foo'],
    ['80:', 'error: No port specified: 80:'],
  ])('%s', (spec, meaning) => {
    expect(ports(spec)).toBe(meaning);
  });
});

describe('volumes', () => {
  const plain = { readOnly: false, nocopy: false };
  test.each([
    ['/data', { type: 'volume', target: '/data', options: plain, bare: false }],
    ['a', { type: 'volume', target: 'a', options: plain, bare: true }],
    ['vol:/data/', { type: 'volume', source: 'vol', target: '/data', options: plain, bare: false }],
    [
      './a:/b:ro,z',
      {
        type: 'bind',
        source: './a',
        target: '/b',
        options: { ...plain, readOnly: true, selinux: 'z' },
        bare: false,
      },
    ],
    [
      '~/a:/b:rshared',
      {
        type: 'bind',
        source: '~/a',
        target: '/b',
        options: { ...plain, propagation: 'rshared' },
        bare: false,
      },
    ],
    [
      'vol:/b:nocopy,unknown',
      { type: 'volume', source: 'vol', target: '/b', options: { ...plain, nocopy: true }, bare: false },
    ],
    ['c:/a:/b', { type: 'bind', source: 'c:/a', target: '/b', options: plain, bare: false }],
    ['v:/d', { type: 'volume', target: 'v:/d', options: plain, bare: false }],
    ['${A:-./x}:/b', { type: 'volume', source: '${A:-./x}', target: '/b', options: plain, bare: false }],
  ])('%s', (spec, meaning) => {
    expect(parseVolume(spec)).toEqual(meaning);
  });

  test.each([
    ['', 'invalid empty volume spec'],
    ['./a::ro', 'invalid spec: ./a::ro: empty section between colons'],
    ['./a:/b:ro:z', 'invalid spec: ./a:/b:ro:z: too many colons'],
  ])('%j is refused', (spec, error) => {
    expect(parseVolume(spec)).toEqual({ error });
  });
});
