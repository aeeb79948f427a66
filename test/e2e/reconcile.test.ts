import { describe, expect } from 'vitest';
import type { Project } from './support/project.ts';
import { scenario } from './support/scenario.ts';

/** Names of the containers whose ids differ, after `up -d`. */
async function recreatedBy(project: Project, ...args: string[]): Promise<string[]> {
  const before = await project.ids();
  await project.ok('up', '-d', ...args);
  const after = await project.ids();
  return Object.keys(after).filter((name) => after[name] !== before[name]);
}

/** The reasons that a dry run gives for new containers: "container.create/NAME: reason (place)". */
async function reasons(project: Project): Promise<Record<string, { reason: string; place: string }>> {
  const { stdout } = await project.ok('up', '--dry-run', '--format', 'json');
  const { actions } = JSON.parse(stdout) as {
    actions: { kind: string; service?: string; reason: string; source?: { line: number } }[];
  };
  const lines = project.read('compose.yaml').split('\n');
  return Object.fromEntries(
    actions
      .filter(({ kind }) => kind === 'container.create')
      .map(({ service, reason, source }) => [
        service ?? '',
        { reason, place: source ? (lines[source.line - 1] ?? '').trim() : '' },
      ]),
  );
}

describe('up makes anew only what changed, and says what and where', () => {
  scenario('environment, env_file, labels, secrets, configs, networks, volumes', async ({ project }) => {
    project.write('vars.env', 'FROM_FILE=one\n');
    project.write('secret.txt', 'first');
    project.compose(`
services:
  env:
    <<: *sleep
    environment:
      LEVEL: low
  file: { <<: *sleep, env_file: vars.env }
  secret:
    <<: *sleep
    secrets: [token]
  config:
    <<: *sleep
    configs: [settings]
  net: { <<: *sleep, networks: [side] }
  steady: { <<: *sleep, volumes: ["data:/data"], healthcheck: { test: ["CMD", "true"] } }
secrets: { token: { file: secret.txt } }
configs: { settings: { content: "a=1" } }
networks: { side: { labels: { a: "1" } } }
volumes: { data: }
`);
    await project.ok('up', '-d');
    expect(await reasons(project)).toEqual({});

    project.edit('LEVEL: low', 'LEVEL: high');
    expect(await reasons(project)).toEqual({ env: { reason: 'environment changed', place: 'environment:' } });
    expect(await recreatedBy(project)).toEqual(['env-1']);

    project.write('vars.env', 'FROM_FILE=two\n');
    expect(Object.keys(await reasons(project))).toEqual(['file']);
    expect(await recreatedBy(project)).toEqual(['file-1']);
    expect((await project.inspect('file')).Config.Env).toContain('FROM_FILE=two');

    project.write('secret.txt', 'second');
    expect(await reasons(project)).toEqual({
      secret: { reason: 'secret token changed', place: 'secrets: [token]' },
    });
    project.edit('content: "a=1"', 'content: "a=2"');
    expect(await recreatedBy(project)).toEqual(['config-1', 'secret-1']);
    expect(await project.sh('secret', 'cat /run/secrets/token')).toBe('second');
    expect(await project.sh('config', 'cat /settings')).toBe('a=2');

    project.edit('labels: { a: "1" }', `ipam: { config: [{ subnet: ${project.subnet}.0/24 }] }`);
    expect((await reasons(project))['net']?.reason).toBe('network side changed');
    expect(await recreatedBy(project)).toEqual(['net-1']);
    expect(await project.sh('net', 'ip -4 addr show eth0')).toContain(`${project.subnet}.`);

    // What only decides how the others are run changes no container.
    project.edit(
      'steady: { <<: *sleep,',
      'steady: { <<: *sleep, depends_on: [env], profiles: [], pull_policy: never, restart: "no",',
    );
    expect(Object.keys(await reasons(project))).toEqual(['steady']);
    expect((await reasons(project))['steady']?.reason).toBe('restart changed');
    expect(await recreatedBy(project)).toEqual(['steady-1']);
    expect(await recreatedBy(project)).toEqual([]);
  });

  scenario('another image of the same name', async ({ project }) => {
    project.write(
      'app/Containerfile',
      'FROM docker.io/library/busybox:latest\nLABEL level=1\nCMD ["sleep", "1000"]\n',
    );
    project.compose(`
services:
  app: { build: { context: app, dockerfile: Containerfile }, stop_grace_period: 0s }
  other: { <<: *sleep }
`);
    await project.ok('up', '-d');
    const image = (await project.inspect('app')).Image;
    expect(await recreatedBy(project)).toEqual([]);
    project.write(
      'app/Containerfile',
      'FROM docker.io/library/busybox:latest\nLABEL level=2\nCMD ["sleep", "1000"]\n',
    );
    expect(await recreatedBy(project)).toEqual([]);
    expect(await recreatedBy(project, '--build')).toEqual(['app-1']);
    expect((await project.inspect('app')).Image).not.toBe(image);
    expect((await project.inspect('app')).Config.Labels['level']).toBe('2');
    await project.ok('down', '--rmi', 'local');
    expect((await project.podman('image', 'exists', `${project.name}-app`)).code).toBe(1);
    expect((await project.podman('image', 'exists', 'docker.io/library/busybox:latest')).code).toBe(0);
  });
});

scenario('flags: --force-recreate, --no-recreate, --no-deps, --always-recreate-deps', async ({ project }) => {
  project.compose(`
services:
  web: { <<: *sleep, environment: { A: "1" }, depends_on: [db] }
  db: { <<: *sleep, environment: { B: "1" } }
`);
  await project.ok('up', '-d');
  expect(await recreatedBy(project, '--force-recreate', 'web')).toEqual(['db-1', 'web-1']);
  expect(await recreatedBy(project, '--force-recreate', '--no-deps', 'web')).toEqual(['web-1']);
  expect(await recreatedBy(project, '--always-recreate-deps', 'web')).toEqual(['db-1']);
  project.edit('A: "1"', 'A: "2"');
  project.edit('B: "1"', 'B: "2"');
  expect(await recreatedBy(project, '--no-recreate')).toEqual([]);
  expect(await recreatedBy(project, '--no-deps', 'web')).toEqual(['web-1']);
  expect(await recreatedBy(project, 'web')).toEqual(['db-1']);
  for (const flags of [
    ['--force-recreate', '--no-recreate'],
    ['--always-recreate-deps', '--no-recreate'],
    ['-V', '--no-recreate'],
  ])
    expect((await project.run(['up', '-d', ...flags])).code).toBe(2);
});

scenario(
  'an anonymous volume whose target goes from the file is told and kept, and goes with down -v',
  async ({ project }) => {
    project.compose(
      'services:\n  app: { <<: *sleep, volumes: [/data] }\n  pair: { <<: *sleep, scale: 2, volumes: [/data] }\n',
    );
    await project.ok('up', '-d');
    const names = async (what: string): Promise<string[]> =>
      (await project.inspect(what)).Mounts.map(({ Name }) => Name ?? '');
    const all = [...(await names('app')), ...(await names('pair-1')), ...(await names('pair-2'))];
    const left = async (): Promise<string[]> => {
      const { stdout } = await project.podman('volume', 'ls', '-q');
      return all.filter((name) => stdout.includes(name));
    };
    expect(all).toHaveLength(3);
    await project.sh('app', 'echo kept > /data/file');
    project.edit('volumes: [/data]', 'volumes: ["data:/data"]');
    project.edit('scale: 2, volumes: [/data]', 'scale: 2, volumes: []');
    project.write('compose.yaml', `${project.read('compose.yaml')}volumes: { data: }\n`);
    const { stderr } = await project.ok('up', '-d');
    for (const name of all) expect(stderr).toContain(`is kept: ${name}`);
    expect(await project.sh('app', 'ls /data')).toBe('');
    expect((await project.ok('up', '-d')).stderr).not.toContain('is kept');
    expect(await recreatedBy(project, '--force-recreate')).toEqual(['app-1', 'pair-1', 'pair-2']);
    expect(await left()).toEqual(all);
    project.edit('volumes: ["data:/data"]', 'volumes: [/data]');
    project.edit('scale: 2', 'scale: 1');
    await project.ok('up', '-d');
    expect(await project.sh('app', 'cat /data/file')).toBe('kept');
    expect(await left()).toEqual(all.slice(0, 2));
    await project.ok('down', '-v', '-y');
    expect(await left()).toEqual([]);
  },
);

scenario('anonymous volumes go over to the next container; -V makes them anew', async ({ project }) => {
  project.write(
    'img/Containerfile',
    'FROM docker.io/library/busybox:latest\nVOLUME /image\nCMD ["sleep", "1000"]\n',
  );
  project.compose(`
services:
  app:
    build: { context: img, dockerfile: Containerfile }
    stop_grace_period: 0s
    environment: { A: "1" }
    volumes: [/anonymous, "named:/named"]
volumes: { named: }
`);
  await project.ok('up', '-d');
  await project.sh('app', 'for d in anonymous image named; do echo kept > /$d/file; done');
  project.edit('A: "1"', 'A: "2"');
  expect(await recreatedBy(project)).toEqual(['app-1']);
  expect(await project.sh('app', 'cat /anonymous/file /image/file /named/file')).toBe('kept\nkept\nkept');
  const { Mounts } = await project.inspect('app');
  const anonymous = Mounts.filter(({ Destination }) => Destination !== '/named').map(
    ({ Name }) => Name ?? '',
  );
  expect(await recreatedBy(project, '--force-recreate', '-V')).toEqual(['app-1']);
  expect(await project.sh('app', 'ls /anonymous /image; cat /named/file')).toBe(
    '/anonymous:\n\n/image:\nkept',
  );
  for (const name of anonymous) expect((await project.podman('volume', 'exists', name)).code).toBe(1);
  const left = (await project.inspect('app')).Mounts.map(({ Name }) => Name ?? '');
  await project.ok('down', '-v', '-y');
  for (const name of left) expect((await project.podman('volume', 'exists', name)).code).toBe(1);
});
