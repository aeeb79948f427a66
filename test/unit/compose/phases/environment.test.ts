/** Phases `listed` and `environment`: values from the environment, env files and label files. */
import { describe, expect, test } from 'vitest';
import { complaints, type Files, load } from '../../../support/load-text.ts';

const environment = (service: string, files: Files = {}, env: Record<string, string> = {}): unknown =>
  load({ '/p/compose.yaml': `services:\n  a: {image: x, ${service}}\n`, ...files }, { env }).project.services[
    'a'
  ]?.environment;

describe('environment', () => {
  test('names without a value are inherited, or left out', () => {
    expect(environment('environment: {SET: , NOT: , OWN: o}', {}, { SET: 's' })).toEqual({
      OWN: 'o',
      SET: 's',
    });
    expect(environment('environment: [SET, NOT, OWN=o, EMPTY=]', {}, { SET: 's' })).toEqual({
      EMPTY: '',
      OWN: 'o',
      SET: 's',
    });
  });

  test('what the service says wins over env files, a later file over an earlier', () => {
    const files = { '/p/e': 'A=e\nB=e\nC=e\n', '/p/f': 'B=f\nC=f\n' };
    expect(environment('env_file: [e, f], environment: {C: own}', files)).toEqual({
      A: 'e',
      B: 'f',
      C: 'own',
    });
  });

  test('a file uses the environment, then what the service says, then earlier files', () => {
    const files = { '/p/e': 'X=from-e\nA=$OS\nB=$OWN\nOS=no\n', '/p/f': 'C=$X\nD=${NO:-d}\n' };
    expect(environment('env_file: [e, f], environment: {OWN: own}', files, { OS: 'os' })).toEqual({
      A: 'os',
      B: 'own',
      C: 'from-e',
      D: 'd',
      OS: 'no',
      OWN: 'own',
      X: 'from-e',
    });
  });

  test('a raw file says what is in it', () => {
    expect(environment('env_file: [{path: e, format: raw}]', { '/p/e': 'A="q" # $B\n' })).toEqual({
      A: '"q" # $B',
    });
  });

  test('a file that may be missing, and one that must not', () => {
    expect(environment('env_file: [{path: gone, required: false}]')).toBeUndefined();
    expect(complaints('services: {a: {image: x, env_file: gone}}\n')).toEqual([
      'compose.yaml:1:36 E_FILE_NOT_FOUND env file /p/gone of service "a" not found (make the file, or set required: false)',
    ]);
    expect(complaints('services: {a: {image: x, env_file: [{path: e, format: toml}]}}\n')[0]).toContain(
      'E_VALUE unsupported env_file format "toml"',
    );
  });

  test('what is wrong in a file is shown there', () => {
    const files = { '/p/compose.yaml': 'services: {a: {image: x, env_file: e}}\n', '/p/e': 'A=1\nB C=2\n' };
    expect(complaints(files)).toEqual([
      'e:2:1 E_ENV_FILE failed to read /p/e: line 2: key cannot contain a space (write NAME=VALUE)',
    ]);
  });
});

test('labels of files, of which the service has the last word', () => {
  const files = {
    '/p/compose.yaml': 'services: {a: {image: x, label_file: [l, m], labels: {c: own}}}\n',
    '/p/l': 'a=l\nb=l\nc=l\n',
    '/p/m': 'b=m\nd=$a\n',
  };
  const { labels, ...rest } = load(files).project.services['a'] ?? {};
  expect(labels).toEqual({ a: 'l', b: 'm', c: 'own', d: 'l' });
  expect(rest).not.toHaveProperty('label_file');
});
