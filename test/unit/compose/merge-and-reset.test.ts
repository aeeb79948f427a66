/** Merging two files, one attribute for each row: what the first says, what the second says, what comes out. */
import { describe, expect, test } from 'vitest';
import { loadProject } from '../../../src/compose/load.ts';
import { ReadProblem, type SourceReader } from '../../../src/compose/reader.ts';
import type { Project } from '../../../src/compose/types.ts';

function readerOf(files: Readonly<Record<string, string>>): SourceReader {
  const get = (file: string): string => {
    const text = files[file];
    if (text === undefined) throw new ReadProblem(file, 'missing');
    return text;
  };
  return {
    kind: (file) => (Object.hasOwn(files, file) ? 'file' : 'missing'),
    readText: get,
    readBytes: (file) => new TextEncoder().encode(get(file)),
  };
}

function load(files: Readonly<Record<string, string>>, names: readonly string[], resolve = false): Project {
  const request = {
    cwd: '/p',
    env: { HOME: '/h' },
    files: names,
    projectName: 'p',
    resolve,
    allResources: true,
  };
  return loadProject({ ...request, reader: readerOf(files) }).project;
}

function merged(attribute: string, first: string, second: string): unknown {
  const file = (value: string): string => `services:\n  web:\n    image: x\n    ${attribute}: ${value}\n`;
  const files = { '/p/a.yaml': file(first), '/p/b.yaml': file(second) };
  const service = load(files, ['/p/a.yaml', '/p/b.yaml']).services['web'] as unknown as Record<
    string,
    unknown
  >;
  return service[attribute];
}

describe('merge', () => {
  test.each<[string, string, string, unknown]>([
    ['command', '[a, b]', 'c d', ['c', 'd']],
    ['environment', '{A: 1, B: 2}', '[B=3, C]', { A: '1', B: '3', C: null }],
    ['labels', '[a=1]', '{a: , b: 2}', { a: '', b: '2' }],
    ['dns', '1.1.1.1', '[2.2.2.2, 1.1.1.1]', ['1.1.1.1', '2.2.2.2']],
    ['extra_hosts', '[a=1]', '{a: ["1", "2"]}', ['a=1', 'a=2']],
    ['cap_add', '[A]', '[B, A]', ['A', 'B']],
    ['tmpfs', '/a', '[/b]', ['/a', '/b']],
    [
      'logging',
      '{driver: a, options: {x: 1}}',
      '{driver: b, options: {y: 2}}',
      { driver: 'b', options: { y: '2' } },
    ],
    [
      'logging',
      '{driver: a, options: {x: 1}}',
      '{options: {y: 2}}',
      { driver: 'a', options: { x: '1', y: '2' } },
    ],
    ['ulimits', '{nofile: 5}', '{nofile: {soft: 1, hard: 2}}', { nofile: { soft: 1, hard: 2 } }],
    [
      'volumes',
      '["./a:/x"]',
      '["/b:/x:ro"]',
      [{ type: 'bind', source: '/b', target: '/x', read_only: true, bind: { create_host_path: true } }],
    ],
    ['init', 'true', 'null', true],
    ['environment', '{A: 1, B: 2}', '!reset {}', undefined],
    ['environment', '{A: 1, B: 2}', '{A: !reset null}', { B: '2' }],
    ['environment', '{A: 1, B: 2}', '!override {C: 3}', { C: '3' }],
    [
      'ports',
      '["80:80"]',
      '!override ["81:81"]',
      [{ mode: 'ingress', target: 81, published: '81', protocol: 'tcp' }],
    ],
  ])('%s: %s and %s', (attribute, first, second, result) => {
    expect(merged(attribute, first, second)).toEqual(result);
  });
});

describe('extends', () => {
  test('paths of another file are seen from there, resets take from what is extended', () => {
    const files = {
      '/p/a.yaml':
        'services:\n  web:\n    extends: {file: sub/b.yaml, service: base}\n    ports: !reset []\n',
      '/p/sub/b.yaml':
        'services:\n  base:\n    image: x\n    ports: ["80"]\n    volumes: ["./d:/d"]\n    build: ./c\n',
    };
    const web = load(files, ['/p/a.yaml']).services['web'];
    expect(web?.ports).toBeUndefined();
    expect(web?.build?.context).toBe('/p/sub/c');
    expect(web?.volumes?.[0]?.source).toBe('/p/sub/d');
  });
});

describe("Podman's own attributes", () => {
  test('both spellings become one, standard attributes where there is one', () => {
    const text = [
      'services:',
      '  web:',
      '    image: x',
      '    x-podman.no_hosts: true',
      '    x-podman: {uidmaps: ["0:1:1"]}',
      '    networks: {n: {x-podman.mac_address: "02:aa:aa:aa:aa:aa", x-podman.interface_name: lan0}}',
      'networks: {n: {x-podman.disable-dns: true}}',
    ].join('\n');
    const project = load({ '/p/a.yaml': text }, ['/p/a.yaml'], true);
    expect(project.services['web']?.['x-podman']).toEqual({ no_hosts: true, uidmaps: ['0:1:1'] });
    expect(project.services['web']?.networks?.['n']).toMatchObject({
      mac_address: '02:aa:aa:aa:aa:aa',
      interface_name: 'lan0',
    });
    expect(project.networks?.['n']?.['x-podman']).toEqual({ disable_dns: true });
  });
});

describe('subnets', () => {
  const config = (first: string, second: string): unknown => {
    const file = (value: string): string =>
      `services: {web: {image: x}}\nnetworks: {default: {ipam: {config: ${value}}}}\n`;
    const project = load({ '/p/a.yaml': file(first), '/p/b.yaml': file(second) }, ['/p/a.yaml', '/p/b.yaml']);
    return project.networks?.['default']?.ipam?.config;
  };

  test('one that both files name has the settings of both', () => {
    expect(config('[{subnet: 10.0.0.0/8}]', '[{subnet: 10.0.0.0/8, gateway: 10.0.0.1}]')).toEqual([
      { subnet: '10.0.0.0/8', gateway: '10.0.0.1' },
    ]);
  });

  test('others of the first file are not kept', () => {
    expect(config('[{subnet: 10.0.0.0/8}]', '[{subnet: 11.0.0.0/8}]')).toEqual([{ subnet: '11.0.0.0/8' }]);
  });
});
