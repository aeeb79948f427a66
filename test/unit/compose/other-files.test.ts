/** Included and extended files: their paths without resolution, and values that only their own env files give. */
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/base/digest.ts';
import { complaints, load } from '../../support/load-text.ts';

const files = {
  '/p/compose.yaml':
    'include: [sub/inner.yaml]\nservices:\n  w: {build: ./c, extends: {file: sub/base.yaml, service: b}}\n',
  '/p/sub/inner.yaml':
    'services:\n  i: {build: ., volumes: ["../up:/k", "/abs:/abs"], secrets: [s]}\nsecrets: {s: {environment: INNER}}\n',
  '/p/sub/base.yaml': 'services:\n  b: {image: x, volumes: ["./v:/v"]}\n',
  '/p/sub/.env': 'INNER=hidden\n',
};

test('without path resolution, paths of other files are as seen from the project', () => {
  const { services } = load(files, { noPathResolution: true, resolve: false }).project;
  expect(services['i']?.build?.context).toBe('sub');
  expect(services['i']?.volumes?.map(({ source }) => source)).toEqual(['up', '/abs']);
  expect(services['w']?.build?.context).toBe('./c');
  expect(services['w']?.volumes?.map(({ source }) => source)).toEqual(['sub/v']);
});

describe('a secret of an included model', () => {
  test('takes its value from the env file of that model', () => {
    const loaded = load(files);
    expect(loaded.digests.secrets['s']).toBe(sha256(new TextEncoder().encode('hidden')));
    expect(loaded.environment['INNER']).toBeUndefined();
  });

  test('unless the environment has it', () => {
    const loaded = load(files, { env: { INNER: 'outer' } });
    expect(loaded.digests.secrets['s']).toBe(sha256(new TextEncoder().encode('outer')));
  });
});

describe('values', () => {
  test.each([
    ['container_name: "a"', 1],
    ['container_name: "bad name"', 0],
    ['expose: [1.5]', 1],
    ['env_file: ""', 1],
    ['build: {ulimits: {nofile: "5"}}', 1],
    ['volumes: [{type: tmpfs, target: /t, tmpfs: {mode: "0755"}}]', 1],
    ['ports: [{target: 80, published: 1.0}]', 1],
    ['ulimits: {NOFILE: 5, x-mine: [1]}', 0],
  ])('%s has %d problems', (attribute, count) => {
    expect(complaints(`services:\n  web: {image: x, ${attribute}}\n`)).toHaveLength(count);
  });

  test('an attribute of gpus that is not known has no effect, and that is said', () => {
    expect(complaints('services:\n  web: {image: x, gpus: [{cuont: 1}]}\n')).toEqual([
      'compose.yaml:2:27 W_UNSUPPORTED services.web.gpus.0: unknown attribute "cuont" has no effect (did you mean "count"?)',
    ]);
  });

  test.each([
    ['${A:-{"x":1}}', 'a'],
    ['${U:-{"x":1}}', '{"x":1}'],
    ['${U:-{}', '{'],
    ['${U:-${E:-${A}}}', 'a'],
  ])('%s is %s', (template, value) => {
    const text = `services:\n  web: {image: x, labels: {l: '${template}'}}\n`;
    expect(load(text, { env: { A: 'a', E: '' } }).project.services['web']?.labels).toEqual({ l: value });
  });
});

test.each(['networks', 'models'])('%s of nothing, in an extended service and in its own, are none', (key) => {
  const files = {
    '/p/compose.yaml': `services:\n  web: {extends: {file: base.yaml, service: b}, ${key}: null}\n`,
    '/p/base.yaml': `services:\n  b: {image: x, ${key}: null}\n`,
  };
  expect(complaints(files)).toEqual([]);
  expect(load(files).project.services['web']?.image).toBe('x');
});
