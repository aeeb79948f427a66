/** Phase `defaults`: what is filled in where an attribute is written without it. */
import { expect, test } from 'vitest';
import { afterPhase, serviceAfter } from '../../../support/load-text.ts';

const shown = (service: string): unknown => serviceAfter('defaults', service);

test('a build has the project directory as its context', () => {
  expect(shown('{build: {target: t}}')).toEqual({ build: { context: '.', target: 't' } });
  expect(shown('{build: {context: ./sub}}')).toEqual({ build: { context: './sub' } });
});

test('a port is of tcp and published by every host', () => {
  expect(shown('{image: x, ports: [{target: 80}, {target: 81, protocol: udp, mode: host}]}')).toMatchObject({
    ports: [
      { target: 80, protocol: 'tcp', mode: 'ingress' },
      { target: 81, protocol: 'udp', mode: 'host' },
    ],
  });
});

test('a secret is found at /run/secrets/NAME; a config has no target of its own', () => {
  const text =
    'services: {a: {image: x, secrets: [s, {source: s, target: /t}], configs: [c]}}\nsecrets: {s: {environment: S}}\nconfigs: {c: {content: c}}\n';
  expect(afterPhase('defaults', text, { resolve: false })).toMatchObject({
    services: {
      a: {
        secrets: [
          { source: 's', target: '/run/secrets/s' },
          { source: 's', target: '/t' },
        ],
        configs: [{ source: 'c' }],
      },
    },
  });
});

test.each(['gpus: [{capabilities: [gpu]}]', 'gpus: all'])('%s means all devices', (written) => {
  expect(shown(`{image: x, ${written}}`)).toMatchObject({ gpus: [{ count: 'all' }] });
});

test('a request for devices means all of them, unless it counts or names them', () => {
  const request = (written: string): unknown =>
    shown(`{image: x, deploy: {resources: {reservations: {devices: [{capabilities: [gpu]${written}}]}}}}`);
  const devices = (value: object): object => ({
    deploy: { resources: { reservations: { devices: [value] } } },
  });
  expect(request('')).toMatchObject(devices({ capabilities: ['gpu'], count: 'all' }));
  expect(request(', count: 2')).toMatchObject(devices({ count: 2 }));
  expect(request(', device_ids: [a]')).toEqual({
    image: 'x',
    ...devices({ capabilities: ['gpu'], device_ids: ['a'] }),
  });
});

test('a service that says nothing gets nothing', () => {
  expect(shown('{image: x}')).toEqual({ image: 'x' });
});
