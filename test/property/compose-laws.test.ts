/** Laws of loading: merging with nothing changes nothing, long forms stay long forms, and what `config` prints is read as the same project. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderProject } from '../../src/cli/config/render.ts';
import { canonical } from '../../src/compose/canonical/canonical.ts';
import { canonicalModel } from '../../src/compose/canonical/model.ts';
import { type LoadContext, Reporter } from '../../src/compose/context.ts';
import { loadProject } from '../../src/compose/load.ts';
import { mergeModels } from '../../src/compose/merge.ts';
import { MapNode, toPlain } from '../../src/compose/node.ts';
import { parseYaml } from '../../src/compose/parse-yaml.ts';
import { ReadProblem, type SourceReader } from '../../src/compose/reader.ts';
import { SourceFile } from '../../src/compose/source.ts';
import type { Project } from '../../src/compose/types.ts';

const name = fc.constantFrom('a', 'b', 'c', 'x1', 'web.2', '__proto__', 'constructor', '10', '9');
const word = fc.constantFrom(
  'x',
  'on',
  '1e3',
  'a b',
  '#c',
  "it's",
  '"q"',
  '',
  'é',
  'a\nb',
  '$$x',
  '- y',
  '2020-01-01',
  'a: b',
  '~',
);
const size = fc.constantFrom('64m', '1.5gb', '1024', 1048576);
const duration = fc.constantFrom('10s', '1m30s', '1d', '500ms', '0s');
const pairs = fc.oneof(
  fc.dictionary(name, fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null))),
  fc.array(
    fc.tuple(name, word).map(([key, value]) => `${key}=${value}`),
    { maxLength: 3 },
  ),
);
const path = fc.constantFrom('./a', '../b', '/c/', '~/d', 'e');
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const service = fc
  .record({
    image: fc.constantFrom('app', 'db:1'),
    build: maybe(fc.oneof(path, fc.record({ context: path, args: pairs, tags: fc.constant(['t:1']) }))),
    cap_add: maybe(fc.uniqueArray(fc.constantFrom('NET_ADMIN', 'SYS_TIME'))),
    command: maybe(fc.oneof(fc.constantFrom('run --it "a b"', '', 'x'), fc.array(word, { maxLength: 3 }))),
    cpus: maybe(fc.constantFrom(0.1, 2, '1.5', 0.333333333)),
    deploy: maybe(fc.record({ replicas: fc.constantFrom(1, 2), labels: pairs })),
    devices: maybe(fc.constantFrom(['/dev/a'], ['/dev/a:/dev/b:r'])),
    dns: maybe(fc.oneof(fc.constant('1.1.1.1'), fc.constant(['1.1.1.1', '2.2.2.2']))),
    environment: maybe(pairs),
    expose: maybe(fc.constantFrom([80], ['80', '81/udp'])),
    extra_hosts: maybe(fc.constantFrom(['a=1.1.1.1', 'b:2.2.2.2'], { c: ['3.3.3.3', '4.4.4.4'] })),
    gpus: maybe(fc.constant('all')),
    healthcheck: maybe(fc.record({ test: fc.constantFrom('true', ['CMD', 'x']), interval: duration })),
    init: maybe(fc.boolean()),
    labels: maybe(pairs),
    mem_limit: maybe(size),
    networks: maybe(fc.constantFrom(['front'], { front: { aliases: ['z'] }, back: null })),
    ports: maybe(
      fc.constantFrom(['80', '8000-8002:80-82/udp'], [{ target: 80, published: '8080' }], ['127.0.0.1:1:2']),
    ),
    privileged: maybe(fc.boolean()),
    secrets: maybe(fc.constantFrom(['s'], [{ source: 's', target: '/t', mode: 288 }])),
    stop_grace_period: maybe(duration),
    tmpfs: maybe(fc.constantFrom('/t', ['/t', '/u:size=1m'])),
    ulimits: maybe(fc.constantFrom({ nofile: 5 }, { nofile: { soft: 1, hard: 2 } })),
    volumes: maybe(
      fc.constantFrom(
        ['data:/d:ro', './x:/y', '/anon'],
        [{ type: 'tmpfs', target: '/z', tmpfs: { size: '1m' } }],
      ),
    ),
    'x-mine': maybe(fc.dictionary(name, word)),
  })
  .map((value) => Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)));

const model = fc
  .dictionary(fc.constantFrom('web', 'db', 'job', '10'), service, { minKeys: 1, maxKeys: 3 })
  .map((services) => ({
    services,
    networks: { front: null, back: { driver: 'bridge', labels: ['a=b'] } },
    volumes: { data: { driver_opts: { n: 1 } } },
    secrets: { s: { file: './s.txt' } },
  }));

/** JSON is YAML; a dollar in it is one. */
const textOf = (value: unknown): string => JSON.stringify(value);

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

function load(...texts: string[]): Project {
  const files = Object.fromEntries(texts.map((text, index) => [`/p/${index}.yaml`, text]));
  const request = {
    cwd: '/p',
    env: { HOME: '/home/u' },
    files: Object.keys(files),
    projectName: 'laws',
    allResources: true,
  };
  return loadProject({ ...request, resolve: false, reader: readerOf(files) }).project;
}

function contextOf(): LoadContext {
  const environment = { get: () => undefined, entries: () => [] };
  return {
    reader: readerOf({}),
    included: new Map(),
    workingDir: '/p',
    environment,
    interpolate: true,
    report: new Reporter(),
  };
}

function treeOf(value: unknown): MapNode {
  const tree = parseYaml(new SourceFile('/p/compose.yaml', textOf(value)))[0];
  if (!(tree instanceof MapNode)) throw new Error('a model is a mapping');
  return tree;
}

describe('loading', () => {
  test('merging with nothing changes nothing', () => {
    fc.assert(
      fc.property(model, (given) => {
        const tree = treeOf(given);
        const nothing = treeOf({});
        expect(toPlain(mergeModels(tree, nothing, contextOf()))).toEqual(toPlain(tree));
        expect(toPlain(mergeModels(nothing, tree, contextOf()))).toEqual(toPlain(tree));
        expect(load(textOf(given), '{}', 'services: {}')).toEqual(load(textOf(given)));
      }),
      { numRuns: 40 },
    );
  });

  test('long forms stay long forms, and typed values stay as they are', () => {
    fc.assert(
      fc.property(model, (given) => {
        const context = contextOf();
        const long = canonicalModel(treeOf(given), context);
        expect(toPlain(canonicalModel(long, context))).toEqual(toPlain(long));
        const typed = canonical(long, context);
        expect(toPlain(canonical(typed, context))).toEqual(toPlain(typed));
        expect(context.report.hasErrors).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  test.each(['yaml', 'json'] as const)('what config prints as %s is the same project', (form) => {
    fc.assert(
      fc.property(model, (given) => {
        const project = load(textOf(given));
        const printed = renderProject(project, form).join('');
        const again = load(printed);
        expect(renderProject(again, form).join('')).toBe(printed);
        // JSON leaves out what is not of the specification.
        if (form === 'yaml') expect(again).toEqual(project);
      }),
      { numRuns: 40 },
    );
  });
});
