/** Phase `locate`: which files, which directory, which environment. */
import { describe, expect, test } from 'vitest';
import type { LoadRequest } from '../../../../src/compose/load.ts';
import { afterPhase, complaints, type Files, load } from '../../../support/load-text.ts';

const model = 'services: {a: {image: "x:${TAG:-none}"}}\n';
const found = (files: Files, more: Partial<LoadRequest> = {}): unknown =>
  afterPhase('locate', files, { files: [], ...more });
const at = (...names: string[]): object => ({ files: names.map((name) => `/p/${name}`) });
const tag = (files: Files, more: Partial<LoadRequest> = {}): string | undefined =>
  load({ '/p/compose.yaml': model, ...files }, { files: [], ...more }).project.services['a']?.image;

describe('the compose file', () => {
  test.each([
    ['compose.yaml', ['compose.yml', 'docker-compose.yml']],
    ['compose.yml', ['docker-compose.yml']],
    ['docker-compose.yml', ['docker-compose.yaml']],
    ['docker-compose.yaml', ['podman-compose.yaml']],
    ['podman-compose.yaml', ['container-compose.yaml']],
    ['container-compose.yml', []],
  ])('%s comes before %j', (name, others) => {
    const files = Object.fromEntries([name, ...others].map((file) => [`/p/${file}`, model]));
    expect(found(files)).toMatchObject(at(name));
  });

  test('has its override beside it', () => {
    expect(found({ '/p/compose.yaml': model, '/p/compose.override.yml': '{}' })).toMatchObject(
      at('compose.yaml', 'compose.override.yml'),
    );
    expect(found({ '/p/podman-compose.yml': model, '/p/podman-compose.override.yaml': '{}' })).toMatchObject(
      at('podman-compose.yml', 'podman-compose.override.yaml'),
    );
  });

  test('is looked for in parents, and the project is there', () => {
    expect(found({ '/p/compose.yaml': model, '/p/a/b/c': '' }, { cwd: '/p/a/b' })).toMatchObject({
      ...at('compose.yaml'),
      project_directory: '/p',
    });
  });

  test('is what -f says, without an override', () => {
    const files = { '/p/q/x.yaml': model, '/p/compose.override.yaml': '{}' };
    expect(found(files, { files: ['q/x.yaml'] })).toMatchObject({
      files: ['/p/q/x.yaml'],
      project_directory: '/p/q',
    });
    expect(found(files, { files: ['q/x.yaml'], projectDirectory: 'r' })).toMatchObject({
      project_directory: '/p/r',
    });
  });

  test('is what COMPOSE_FILE says, in .env too', () => {
    const files = { '/p/x.yaml': model, '/p/y.yaml': '{}' };
    expect(found(files, { env: { COMPOSE_FILE: 'x.yaml:y.yaml' } })).toMatchObject(at('x.yaml', 'y.yaml'));
    expect(
      found({ ...files, '/p/.env': 'COMPOSE_FILE=x.yaml|y.yaml\nCOMPOSE_PATH_SEPARATOR=|\n' }),
    ).toMatchObject(at('x.yaml', 'y.yaml'));
  });

  test('that is missing is said, with where it was looked for', () => {
    expect(complaints({ '/p/q': '' }, { files: [] })).toEqual([
      'E_FILE_NOT_FOUND no configuration file provided: not found (looked for compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml in /p and its parents; name one with -f)',
    ]);
  });
});

describe('env files', () => {
  test('.env of the project', () => {
    expect(tag({ '/p/.env': 'TAG=1\n' })).toBe('x:1');
    expect(tag({})).toBe('x:none');
  });

  test('the environment wins', () => {
    expect(tag({ '/p/.env': 'TAG=1\n' }, { env: { TAG: '2' } })).toBe('x:2');
  });

  test('those that are named, the last first, instead of .env', () => {
    const files = { '/p/.env': 'TAG=1\n', '/p/a': 'TAG=2\n', '/p/b': 'TAG=3\n' };
    expect(tag(files, { envFiles: ['a'] })).toBe('x:2');
    expect(tag(files, { envFiles: ['a', 'b'] })).toBe('x:3');
    expect(tag(files, { env: { COMPOSE_ENV_FILES: 'b,a' } })).toBe('x:2');
    expect(complaints({ '/p/compose.yaml': model }, { envFiles: ['gone'] })).toEqual([
      "E_FILE_NOT_FOUND couldn't find env file: /p/gone (correct the path, or make the file)",
    ]);
  });

  test('.env of the directory one stands in wins over that of the parent with the compose file', () => {
    expect(tag({ '/p/sub/.env': 'TAG=1\n', '/p/.env': 'TAG=2\n' }, { cwd: '/p/sub' })).toBe('x:1');
  });

  test('.env that is not to be read: by the environment, or by itself', () => {
    expect(tag({ '/p/.env': 'TAG=1\n' }, { env: { COMPOSE_DISABLE_ENV_FILE: '1' } })).toBe('x:none');
    const off = { '/p/.env': 'TAG=1\nCOMPOSE_DISABLE_ENV_FILE=true\nCOMPOSE_PROJECT_NAME=named\n' };
    expect(tag(off)).toBe('x:none');
    expect(load({ '/p/compose.yaml': model, ...off }, { files: [] }).project.name).toBe('named');
    expect(tag(off, { envFiles: ['.env'] })).toBe('x:1');
    expect(tag(off, { env: { COMPOSE_DISABLE_ENV_FILE: 'false' } })).toBe('x:1');
    expect(complaints({ '/p/compose.yaml': model }, { env: { COMPOSE_DISABLE_ENV_FILE: 'maybe' } })).toEqual([
      'E_USAGE COMPOSE_DISABLE_ENV_FILE is "maybe", which is neither true nor false (set it to true or false)',
    ]);
  });
});

test('a variable of .env that is not set is told where it is used', () => {
  const files = { '/p/compose.yaml': 'services:\n  a: {image: x}\n', '/p/.env': 'B=1\nA=x $NOPE\n' };
  expect(complaints(files)).toEqual([
    '.env:2:5 W_UNSET_VARIABLE The "NOPE" variable is not set. Defaulting to a blank string. (give it a default: ${NOPE:-value})',
  ]);
});
