/** Phase `normalise`: networks, dependencies, names and values that the specification implies. */
import { describe, expect, test } from 'vitest';
import { afterPhase, serviceAfter } from '../../../support/load-text.ts';

const project = (text: string, env: Record<string, string> = {}): Record<string, unknown> =>
  afterPhase('normalise', text, { projectName: 'p', env, noConsistency: true }) as Record<string, unknown>;
const shown = (service: string, env: Record<string, string> = {}): unknown =>
  serviceAfter('normalise', service, { projectName: 'p', env, noConsistency: true });

describe('networks', () => {
  test('a service that names none is on the default one, which is there then', () => {
    expect(project('services: {a: {image: x}}')).toEqual({
      name: 'p',
      services: { a: { image: 'x', networks: { default: null } } },
      networks: { default: { name: 'p_default' } },
    });
    expect(
      project('services: {a: {image: x, networks: [default]}}\nnetworks: {default: {driver: bridge}}'),
    ).toMatchObject({
      networks: { default: { name: 'p_default', driver: 'bridge' } },
    });
  });

  test('where none is used there is none', () => {
    expect(project('services: {a: {image: x, network_mode: host}}')).toEqual({
      name: 'p',
      services: { a: { image: 'x', network_mode: 'host' } },
    });
    expect(project('services: {a: {image: x, networks: [n]}}\nnetworks: {n: }')['networks']).toEqual({
      n: { name: 'p_n' },
    });
    expect(project('services: {a: {provider: {type: t}}}')).not.toHaveProperty('networks');
  });
});

test('what exists elsewhere is called by its key, what is made by project and key, what has a name by that', () => {
  const text =
    'services: {}\nvolumes: {a: , b: {external: true}, c: {name: own}, d: {external: true, name: there}}\nsecrets: {s: {environment: S}}\nconfigs: {c: {content: x}}\n';
  expect(project(text)).toMatchObject({
    volumes: { a: { name: 'p_a' }, b: { name: 'b' }, c: { name: 'own' }, d: { name: 'there' } },
    secrets: { s: { name: 'p_s' } },
    configs: { c: { name: 'p_c' } },
  });
});

describe('dependencies', () => {
  const started = (restart?: boolean): unknown => ({
    condition: 'service_started',
    required: true,
    ...(restart === undefined ? {} : { restart }),
  });

  test.each<[string, boolean]>([
    ['links: [b]', true],
    ['links: ["b:alias"]', true],
    ['network_mode: "service:b"', true],
    ['ipc: "service:b"', true],
    ['pid: "service:b"', true],
    ['volumes_from: [b]', false],
    ['volumes_from: ["b:ro"]', false],
  ])('%s', (written, restart) => {
    expect(shown(`{image: x, ${written}}`)).toMatchObject({ depends_on: { b: started(restart) } });
  });

  test('what depends_on says wins', () => {
    expect(shown('{image: x, links: [b], depends_on: {b: {condition: service_healthy}}}')).toMatchObject({
      depends_on: { b: { condition: 'service_healthy', required: true } },
    });
  });

  test('a container of another project is none', () => {
    expect(shown('{image: x, volumes_from: ["container:z"]}')).not.toHaveProperty('depends_on');
  });
});

test('values', () => {
  expect(shown('{image: x, pull_policy: if_not_present}')).toMatchObject({ pull_policy: 'missing' });
  expect(shown('{image: x, volumes: [{type: volume, target: /d/}]}')).toMatchObject({
    volumes: [{ target: '/d' }],
  });
  expect(shown('{build: {context: /c}}')).toMatchObject({
    build: { context: '/c', dockerfile: 'Dockerfile' },
  });
  expect(shown('{build: {context: /c, dockerfile_inline: FROM x}}')).toMatchObject({
    build: { context: '/c', dockerfile_inline: 'FROM x' },
  });
  expect(shown('{build: {context: /c, dockerfile_inline: FROM x}}')).not.toHaveProperty('build.dockerfile');
});

test('names without a value take it from the environment; build arguments that are not set are left out', () => {
  const env = { SET: 'v', EMPTY: '' };
  expect(shown('{image: x, environment: {SET: , EMPTY: , NOT: , OWN: o}}', env)).toMatchObject({
    environment: { SET: 'v', EMPTY: '', NOT: null, OWN: 'o' },
  });
  expect(shown('{build: {context: /c, args: {SET: , NOT: }}}', env)).toMatchObject({
    build: { args: { SET: 'v' } },
  });
  expect(shown('{build: {context: /c, args: {SET: , NOT: }}}', env)).not.toHaveProperty('build.args.NOT');
});
