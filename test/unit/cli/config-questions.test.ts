/** `config --phase`, `config --explain` and diagnostics as data: what they print, to the letter. */
import { describe, expect, test } from 'vitest';
import { runConfig } from '../../../src/cli/commands/config.ts';
import type { ConfigArgs } from '../../../src/cli/config/args.ts';
import { phaseNames } from '../../../src/compose/load.ts';
import { type Files, memoryReader } from '../../support/load-text.ts';

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function config(files: Files, args: Partial<ConfigArgs>): Promise<Answer> {
  let out = '';
  let err = '';
  const code = await runConfig(
    { cwd: '/p', env: { TAG: '2' }, files: ['/p/compose.yaml'], projectName: 'p', ...args },
    {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      stdin: () => '',
      reader: memoryReader(files),
      writeFile: () => undefined,
    },
  );
  return { code, out, err };
}

const files = {
  '/p/compose.yaml': [
    'services:',
    '  web:',
    '    extends: {file: base.yaml, service: b}',
    '    image: "web:${TAG}"',
    '    ports: ["80"]',
    '    env_file: web.env',
    '',
  ].join('\n'),
  '/p/base.yaml': 'services:\n  b:\n    image: base\n    build: ./ctx\n    labels: [a=1]\n',
  '/p/web.env': 'K=v\n',
};

async function webAfter(phase: string): Promise<unknown> {
  const { out, code } = await config(files, { phase, format: 'json' });
  expect(code).toBe(0);
  const trees = JSON.parse(out) as { file: string; tree: { services: Record<string, unknown> } }[];
  expect(trees).toHaveLength(1);
  return trees[0]?.tree.services['web'];
}

const extended = { image: 'web:2', build: { context: '/p/ctx' }, labels: ['a=1'] };
const long = {
  ...extended,
  ports: [{ mode: 'ingress', target: 80, protocol: 'tcp' }],
  env_file: [{ path: 'web.env', required: true }],
};
const written = { extends: { file: 'base.yaml', service: 'b' }, ports: ['80'], env_file: 'web.env' };
const resolved = { ...long, env_file: [{ path: '/p/web.env', required: true }] };

describe('config --phase shows the tree after', () => {
  const unread = { ...extended, ports: ['80'], env_file: 'web.env' };
  test.each<[string, unknown]>([
    ['parse', { ...written, image: 'web:${TAG}' }],
    ['reset', { ...written, image: 'web:${TAG}' }],
    ['interpolate', { ...written, image: 'web:2' }],
    ['extends', unread],
    ['include', unread],
    ['merge', unread],
    ['unicity', unread],
    ['validate', unread],
    ['canonical', long],
    ['defaults', long],
    ['check', long],
    ['paths', resolved],
    ['listed', resolved],
  ])('%s', async (phase, tree) => {
    expect(await webAfter(phase)).toEqual(tree);
  });

  const normal = {
    ...resolved,
    build: { context: '/p/ctx', dockerfile: 'Dockerfile' },
    networks: { default: null },
  };
  const typed = { ...normal, labels: { a: '1' } };
  const { env_file: _read, ...complete } = { ...typed, environment: { K: 'v' } };
  test.each<[string, unknown]>([
    ['normalise', normal],
    ['typed', typed],
    ['profiles', typed],
    ['consistency', typed],
    ['environment', complete],
    ['bind', complete],
  ])('%s', async (phase, tree) => {
    expect(await webAfter(phase)).toEqual(tree);
  });

  test('locate', async () => {
    const { out } = await config(files, { phase: 'locate' });
    expect(out).toBe(
      '# locate: /p/compose.yaml\nfiles:\n  - /p/compose.yaml\nenv_files: []\nproject_directory: /p\n',
    );
  });

  test('every phase can be asked for, and no other', async () => {
    for (const phase of phaseNames) expect((await config(files, { phase })).code, phase).toBe(0);
    const { code, err } = await config(files, { phase: 'canonicl' });
    expect(code).toBe(2);
    expect(err).toContain('did you mean "canonical"?');
  });

  test('also when a later phase fails', async () => {
    const bad = { '/p/compose.yaml': 'services:\n  web: {image: x, depends_on: [db]}\n' };
    const { code, out, err } = await config(bad, { phase: 'merge' });
    expect(code).toBe(3);
    expect(out).toContain('depends_on');
    expect(err).toContain('E_UNDEFINED');
  });
});

describe('config --explain says who gave a value', () => {
  test('and what it took the place of', async () => {
    const more = { ...files, '/p/more.yaml': 'services:\n  web:\n    image: other\n' };
    const { out } = await config(more, {
      explain: 'services.web.image',
      files: ['/p/compose.yaml', '/p/more.yaml'],
    });
    expect(out).toBe(
      'services.web.image = "other"\n  from /p/more.yaml:3:5\n  also at /p/compose.yaml:4:5: "web:2"\n',
    );
  });

  test('of a service in another file', async () => {
    const { out } = await config(files, { explain: 'services.web.build.context' });
    expect(out).toBe('services.web.build.context = "/p/ctx"\n  from /p/base.yaml:4:12\n');
  });

  test('of a default', async () => {
    const { out } = await config(files, { explain: 'networks.default.name' });
    expect(out).toContain('networks.default.name = "p_default"');
  });

  test('of a variable, and where it is used', async () => {
    const { out } = await config(files, { explain: 'TAG' });
    expect(out).toBe('TAG = "2"\n  from the environment of the command\n  used at /p/compose.yaml:4:12\n');
  });

  test('and what is near to a path that is not there', async () => {
    const { code, err } = await config(files, { explain: 'services.web.imag' });
    expect(code).toBe(2);
    expect(err).toContain('did you mean "image"?');
  });
});

test('--format json gives diagnostics as lines of JSON on standard error', async () => {
  const bad = {
    '/p/compose.yaml':
      'services:\n  web:\n    image: x\n    comand: y\n    networks: [bakc]\nnetworks: {back: }\n',
  };
  const { code, out, err } = await config(bad, { format: 'json' });
  expect(code).toBe(3);
  expect(out).toBe('');
  expect(
    err
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    {
      type: 'diagnostic',
      place: '/p/compose.yaml:4:5',
      code: 'E_SCHEMA',
      severity: 'error',
      message: 'services.web: unknown attribute "comand"',
      span: { path: '/p/compose.yaml', line: 4, column: 5, endLine: 4, endColumn: 11 },
      hint: 'did you mean "command"?',
    },
    {
      type: 'diagnostic',
      place: '/p/compose.yaml:5:16',
      code: 'E_UNDEFINED',
      severity: 'error',
      message: 'service "web" refers to undefined network bakc',
      span: { path: '/p/compose.yaml', line: 5, column: 16, endLine: 5, endColumn: 20 },
      hint: 'did you mean "back"?',
    },
  ]);
});

describe('config --variables', () => {
  const model = { '/p/compose.yaml': 'services:\n  a: {image: "x${A:-1}${B:?r}", user: "${C+<}"}\n' };
  const fields = { DefaultValue: '', PresenceValue: '', Required: false };

  test('as JSON', async () => {
    const { out } = await config(model, { listVariables: true, format: 'json' });
    expect(JSON.parse(out)).toEqual({
      A: { ...fields, Name: 'A', DefaultValue: '1' },
      B: { ...fields, Name: 'B', Required: true },
      C: { ...fields, Name: 'C', PresenceValue: '<' },
    });
  });

  test('as YAML', async () => {
    const { out } = await config(model, { listVariables: true, format: 'yaml' });
    expect(out).toContain(
      'A:\n    name: A\n    defaultvalue: "1"\n    presencevalue: ""\n    required: false\n',
    );
  });
});

describe('config: lists', () => {
  const model = {
    '/p/compose.yaml': [
      'services:',
      '  web: {image: x, env_file: [missing.env], models: [m]}',
      '  db: {image: y, env_file: [{path: missing.env, required: false}]}',
      'models: {m: {model: ai/small}}',
      '',
    ].join('\n'),
  };
  /** Those of docker compose. */
  const digests = {
    db: 'fd1881f37098e79f85ffffe22da398cb3c3f61eb544095b3a87e756b1481a70e',
    web: '08264c36ceeca466deeb21085a9e888e4d3e3ee6eecb27ec59b94a933a2b6b8e',
  };

  test.each<[Partial<ConfigArgs>, string]>([
    [{ listServices: true }, 'db\nweb\n'],
    [{ listModels: true, services: ['db'] }, 'ai/small\n'],
    [{ listImages: true }, 'y\nx\n'],
    [{ listNetworks: true, services: ['unknown'] }, 'default\n'],
    [{ hash: '*' }, `db ${digests.db}\nweb ${digests.web}\n`],
    [{ hash: 'web,db' }, `db ${digests.db}\nweb ${digests.web}\n`],
  ])('%o reads no env file', async (args, text) => {
    expect(await config(model, args)).toEqual({ code: 0, out: text, err: '' });
  });

  test.each<[Partial<ConfigArgs>, string]>([
    [{ listServices: true }, 'db\nweb\n'],
    [{ listImages: true }, 'y\nx\n'],
  ])('%o prints its list with --quiet, too', async (args, text) => {
    expect((await config(model, { ...args, quiet: true })).out).toBe(text);
  });

  test('the project itself does', async () => {
    expect((await config(model, {})).err).toContain('E_FILE_NOT_FOUND');
  });
});
