/** Phases `extends` and `include`: services and models of other files. */
import { describe, expect, test } from 'vitest';
import { complaints, type Files, load } from '../../../support/load-text.ts';

const service = (files: string | Files, name = 'a'): unknown =>
  load(files, { resolve: false }).project.services[name];

describe('extends', () => {
  test('of the same file: what the service says itself wins', () => {
    const text =
      'services:\n  base: {image: x, user: u, labels: {a: "1", b: "1"}}\n  a: {extends: base, user: own, labels: [a=2]}\n';
    expect(service(text)).toMatchObject({ image: 'x', user: 'own', labels: { a: '2', b: '1' } });
  });

  test('through several, each with its own', () => {
    const text =
      'services:\n  a: {extends: b, user: a}\n  b: {extends: {service: c}, hostname: b}\n  c: {image: x, hostname: c, domainname: c}\n';
    expect(service(text)).toMatchObject({ image: 'x', user: 'a', hostname: 'b', domainname: 'c' });
  });

  test('of another file: its paths are seen from there, its networks and volumes are not taken along', () => {
    const files = {
      '/p/compose.yaml': 'services: {a: {extends: {file: sub/base.yaml, service: base}}}\n',
      '/p/sub/base.yaml':
        'services: {base: {build: ./app, volumes: ["./d:/d"], networks: [n]}}\nnetworks: {n: }\n',
    };
    expect(complaints(files)).toEqual([
      'sub/base.yaml:1:65 E_UNDEFINED service "a" refers to undefined network n (define it under the top-level networks:)',
    ]);
    const own = { ...files, '/p/compose.yaml': `${files['/p/compose.yaml']}networks: {n: }\n` };
    expect(service(own)).toMatchObject({
      build: { context: '/p/sub/app' },
      volumes: [{ source: '/p/sub/d' }],
    });
  });

  test.each<[string, string]>([
    [
      '{extends: bas}',
      'E_EXTENDS cannot extend service "bas" of /p/compose.yaml: service "bas" not found (did you mean "base"?)',
    ],
    ['{extends: {file: gone.yaml, service: s}}', 'E_FILE_NOT_FOUND file /p/gone.yaml does not exist'],
    ['{extends: {file: 5, service: s}}', 'E_EXTENDS services.a.extends.file must be a string'],
    ['{extends: {}}', 'E_EXTENDS services.a: extends needs a service'],
  ])('%s', (written, message) => {
    expect(complaints(`services:\n  base: {image: x}\n  a: ${written}\n`)[0]).toContain(message);
  });
});

describe('include', () => {
  const included = 'services: {b: {image: "y:${TAG:-none}", volumes: ["./d:/d"]}}\n';

  test('a model of its own: its directory, its .env', () => {
    const files = {
      '/p/compose.yaml': 'include: [sub/c.yaml]\nservices: {a: {image: x}}\n',
      '/p/sub/c.yaml': included,
      '/p/sub/.env': 'TAG=1\n',
    };
    expect(service(files, 'b')).toMatchObject({ image: 'y:1', volumes: [{ source: '/p/sub/d' }] });
  });

  test('with a directory and env files that are named; a number is a name too', () => {
    const files = {
      '/p/compose.yaml': 'include: [{path: sub/c.yaml, project_directory: 5, env_file: [e]}]\nservices: {}\n',
      '/p/sub/c.yaml': included,
      '/p/5/x': '',
      '/p/e': 'TAG=2\n',
      '/p/5/.env': 'TAG=3\n',
    };
    expect(service(files, 'b')).toMatchObject({ image: 'y:2', volumes: [{ source: '/p/5/d' }] });
  });

  test('several files of one entry are merged, entries are not', () => {
    const files = {
      '/p/compose.yaml': 'include: [{path: [c.yaml, d.yaml]}]\nservices: {}\n',
      '/p/c.yaml': included,
      '/p/d.yaml': 'services: {b: {user: u}}\n',
    };
    expect(service(files, 'b')).toMatchObject({ image: 'y:none', user: 'u' });
    expect(
      complaints({ ...files, '/p/compose.yaml': 'include: [c.yaml]\nservices: {b: {image: z}}\n' }),
    ).toEqual([
      'compose.yaml:2:12 E_INCLUDE services.b conflicts with imported resource (change it in an override file given beside the including one, or rename it)',
      '  c.yaml:1:12 imported from here',
    ]);
  });

  test.each<[string, string]>([
    ['c.yaml', 'E_INCLUDE include must be a list, got "c.yaml" (write - FILE)'],
    ['[[c.yaml]]', 'E_INCLUDE an include entry is a path'],
    ['[2020-01-01]', 'E_INCLUDE an include entry is a path'],
    ['[{path: c.yaml, project_directory: [a]}]', 'E_INCLUDE an include entry is a path'],
    ['[{env_file: gone}]', 'E_FILE_NOT_FOUND env file /p/gone of an include is missing'],
    ['[gone.yaml]', 'E_FILE_NOT_FOUND file /p/gone.yaml does not exist'],
    [
      '["https://example.com/r.git"]',
      'E_INCLUDE include of "https://example.com/r.git": remote files are not fetched (fetch the file and include its path)',
    ],
    ['["oci://example.com/r"]', 'remote files are not fetched'],
  ])('%s', (written, message) => {
    expect(
      complaints({ '/p/compose.yaml': `include: ${written}\nservices: {}\n`, '/p/c.yaml': included })[0],
    ).toContain(message);
  });
});
