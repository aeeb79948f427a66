/** Secrets of builds: which variable each one is had from. */
import { expect, test } from 'vitest';
import type { BuildRequest } from '../../../src/build/types.ts';
import { buildRequest } from '../../../src/plan/build-request.ts';
import { load } from '../../support/load-text.ts';

const options = { build: 'always', noDeps: false } as const;
const secret = 'secrets: {NAME: {environment: TOKEN}}\n';
const model = (name: string): string =>
  `services:\n  ${name}: {build: {context: ., secrets: [{source: ${name}, target: s}]}}\n${secret}`.replace(
    'NAME',
    name,
  );
const files = {
  '/p/compose.yaml': `${model('own')}include: [a/compose.yaml, {path: b/compose.yaml, env_file: b.env}]\n`,
  '/p/a/compose.yaml': model('a'),
  '/p/a/.env': 'TOKEN=of-a\n',
  '/p/b/compose.yaml': model('b'),
  '/p/b.env': 'TOKEN=of-b\n',
};

function variables(env: Record<string, string>): Record<string, BuildRequest['secrets']> {
  const loaded = load(files, { env });
  return Object.fromEntries(
    Object.entries(loaded.project.services).flatMap(([name, service]) =>
      service.build ? [[name, buildRequest({ loaded }, service.build, service, options).secrets]] : [],
    ),
  );
}

test('what only the env file of an included model gives has a name of its own for each secret', () => {
  expect(variables({})).toEqual({
    a: [{ id: 's', environment: 'secrets.a' }],
    b: [{ id: 's', environment: 'secrets.b' }],
    own: [{ id: 's', environment: 'TOKEN' }],
  });
});

test('what the environment gives is the same for all', () => {
  const same = [{ id: 's', environment: 'TOKEN' }];
  expect(variables({ TOKEN: 'of-all' })).toEqual({ a: same, b: same, own: same });
});
