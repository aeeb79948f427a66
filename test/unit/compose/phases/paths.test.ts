/** Phase `paths`: relative paths become absolute, `~` the home. */
import { describe, expect, test } from 'vitest';
import { afterPhase, serviceAfter } from '../../../support/load-text.ts';

const env = { HOME: '/home/u' };
const shown = (service: string): unknown =>
  serviceAfter('paths', service, { env, resolve: false, noConsistency: true });

describe('bind mounts', () => {
  test.each([
    ['./a:/x', '/p/a'],
    ['../a:/x', '/a'],
    ['~/a:/x', '/home/u/a'],
    ['~:/x', '/home/u'],
    ['.:/x', '/p'],
    ['/abs//a/:/x', '/abs//a/'],
    ['C:\\dir:/x', 'C:\\dir'],
  ])('%s', (written, source) => {
    expect(shown(`{image: x, volumes: ['${written}']}`)).toMatchObject({
      volumes: [{ type: 'bind', source }],
    });
  });

  test('sources of volumes and targets are no paths here', () => {
    expect(shown('{image: x, volumes: ["data:/x", {type: tmpfs, target: t}]}')).toMatchObject({
      volumes: [{ source: 'data', target: '/x' }, { target: 't' }],
    });
  });
});

describe('builds', () => {
  test.each([
    ['.', '/p'],
    ['./sub/', '/p/sub'],
    ['~/c', '/home/u/c'],
    ['https://example.com/r.git#main', 'https://example.com/r.git#main'],
    ['git@example.com:r.git', 'git@example.com:r.git'],
    ['github.com/a/b', 'github.com/a/b'],
  ])('context %s', (written, context) => {
    expect(shown(`{build: '${written}'}`)).toMatchObject({ build: { context } });
  });

  test('named contexts, of which services and images are none', () => {
    expect(
      shown('{build: {context: /c, additional_contexts: {a: ./a, b: "service:b", c: "docker-image://i"}}}'),
    ).toMatchObject({
      build: { additional_contexts: { a: '/p/a', b: 'service:b', c: 'docker-image://i' } },
    });
  });

  test('the Dockerfile stays as it is written: it is looked for in the context', () => {
    expect(shown('{build: {context: ./c, dockerfile: ../D}}')).toMatchObject({
      build: { context: '/p/c', dockerfile: '../D' },
    });
  });
});

test('env files, label files, what is watched', () => {
  const written =
    '{image: x, env_file: [./e], label_file: [l], develop: {watch: [{path: ./w, action: rebuild}]}}';
  expect(shown(written)).toMatchObject({
    env_file: [{ path: '/p/e' }],
    label_file: ['/p/l'],
    develop: { watch: [{ path: '/p/w' }] },
  });
});

test('files of secrets and configs, and the device of a volume that is a bind mount', () => {
  const text = `services: {}
secrets: {s: {file: ./s}}
configs: {c: {file: c}}
volumes:
  bound: {driver: local, driver_opts: {type: none, o: bind, device: ./d}}
  other: {driver: local, driver_opts: {type: nfs, device: ./d}}
`;
  expect(afterPhase('paths', text, { resolve: false })).toMatchObject({
    secrets: { s: { file: '/p/s' } },
    configs: { c: { file: '/p/c' } },
    volumes: { bound: { driver_opts: { device: '/p/d' } }, other: { driver_opts: { device: './d' } } },
  });
});

test('--no-path-resolution leaves them', () => {
  expect(serviceAfter('paths', '{build: ./sub}', { noPathResolution: true, resolve: false })).toMatchObject({
    build: { context: './sub' },
  });
});
