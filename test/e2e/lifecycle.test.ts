import { expect } from 'vitest';
import { eventually } from './support/eventually.ts';
import { scenario } from './support/scenario.ts';
import { canPause } from './support/skips.ts';

scenario('stop, start, restart, kill and rm change what they name, and nothing else', async ({ project }) => {
  project.compose(`
services:
  web: { <<: *sleep, depends_on: { db: { condition: service_started, restart: true } } }
  aside: { <<: *sleep, depends_on: [db] }
  db: { <<: *box, command: ["sh", "-c", "trap 'echo reloaded' HUP; trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done"], stop_grace_period: 5s, volumes: [/data] }
`);
  await project.ok('up', '-d');
  const ids = await project.ids();

  await project.ok('stop', '-t', '0', 'web');
  expect(await project.states()).toEqual(['aside-1 running', 'db-1 running', 'web-1 exited']);
  await project.ok('start', 'web');
  await project.ok('stop');
  expect(await project.states()).toEqual(['aside-1 exited', 'db-1 exited', 'web-1 exited']);
  expect((await project.inspect('db')).State.ExitCode).toBe(0);
  const finished = async (what: string): Promise<number> =>
    Date.parse((await project.inspect(what)).State.FinishedAt);
  expect(await finished('db')).toBeGreaterThanOrEqual(await finished('web'));
  await project.ok('stop');
  await project.ok('start');
  expect(await project.states()).toEqual(['aside-1 running', 'db-1 running', 'web-1 running']);

  // restart: those who depend on it with restart: true as well, the others not; --no-deps: it alone.
  const starts = async (): Promise<number[]> =>
    Promise.all(['web', 'aside', 'db'].map((name) => project.startedAt(name)));
  const [web = 0, aside, db = 0] = await starts();
  await project.ok('restart', '-t', '0', 'db');
  const [web2 = 0, aside2, db2 = 0] = await starts();
  expect(web2).toBeGreaterThan(web);
  expect(aside2).toBe(aside);
  expect(db2).toBeGreaterThan(db);
  await project.ok('restart', '-t', '0', '--no-deps', 'db');
  const [web3, , db3] = await starts();
  expect(web3).toBe(web2);
  expect(db3).toBeGreaterThan(db2);

  await project.ok('kill', '-s', 'HUP', 'db');
  await eventually(async () => expect(await project.logs('db')).toContain('reloaded'));
  expect(await project.states()).toEqual(['aside-1 running', 'db-1 running', 'web-1 running']);
  await project.ok('kill', 'web');
  expect((await project.inspect('web')).State.ExitCode).toBe(137);

  expect(await project.ids()).toEqual(ids);
  const { stderr } = await project.ok('rm', '-f', 'db');
  expect(stderr).toContain('No stopped containers');
  await project.ok('rm', '-f');
  expect(Object.keys(await project.ids())).toEqual(['aside-1', 'db-1']);
  const volume = (await project.inspect('db')).Mounts[0]?.Name ?? '';
  await project.ok('rm', '-fsv', 'db');
  expect(Object.keys(await project.ids())).toEqual(['aside-1']);
  expect((await project.podman('volume', 'exists', volume)).code).toBe(1);
  expect((await project.run(['stop', 'nobody'])).code).not.toBe(0);
});

scenario(
  'pause and unpause change what they name, up takes a pause away; an engine that cannot pause is told',
  async ({ project }) => {
    project.compose('services:\n  web: { <<: *sleep }\n  db: { <<: *sleep }\n');
    await project.ok('up', '-d');
    const ids = await project.ids();
    if (!canPause) {
      const { code, stderr } = await project.run(['pause', 'db']);
      expect([code, stderr]).toEqual([1, expect.stringContaining('can not pause containers on rootless')]);
      expect(await project.states()).toEqual(['db-1 running', 'web-1 running']);
      return;
    }
    await project.ok('pause', 'db');
    expect(await project.states()).toEqual(['db-1 paused', 'web-1 running']);
    await project.ok('unpause');
    expect(await project.states()).toEqual(['db-1 running', 'web-1 running']);
    await project.ok('pause', 'web');
    await project.ok('up', '-d');
    expect(await project.states()).toEqual(['db-1 running', 'web-1 running']);
    expect(await project.ids()).toEqual(ids);
  },
);

scenario(
  'orphans are left alone by stop and kill, and taken by kill --remove-orphans',
  async ({ project }) => {
    project.compose('services:\n  web: { <<: *sleep }\n  old: { <<: *sleep }\n');
    await project.ok('up', '-d');
    project.compose('services:\n  web: { <<: *sleep }\n');
    await project.ok('stop');
    await project.ok('kill');
    expect(await project.states()).toEqual(['old-1 running', 'web-1 exited']);
    await project.ok('kill', '--remove-orphans');
    expect(await project.states()).toEqual(['old-1 exited', 'web-1 exited']);
  },
);

scenario(
  'exec, wait and port pass on what they find; a project is found by its name from anywhere',
  async ({ project }) => {
    project.compose(`
services:
  app: { <<: *sleep, scale: 2, environment: { WHO: "me" } }
  job: { <<: *box, command: ["sh", "-c", "sleep 1; exit 5"] }
  stopped: { <<: *box, command: ["true"] }
`);
    await project.ok('up', '-d');
    const exec = await project.run(
      [
        'exec',
        '-T',
        '-e',
        'A=b c',
        '-e',
        'FROM',
        '-u',
        '12',
        '-w',
        '/tmp',
        '--index',
        '2',
        'app',
        'sh',
        '-c',
        'echo $WHO $A $FROM $(id -u) $(pwd); cat; echo err >&2; exit 7',
      ],
      {
        env: { FROM: 'here' },
        input: 'typed\n',
      },
    );
    expect(exec).toEqual({ code: 7, stdout: 'me b c here 12 /tmp\ntyped\n', stderr: 'err\n' });
    expect((await project.run(['exec', 'app', '--', 'true'])).code).not.toBe(0);
    expect((await project.run(['exec', 'stopped', 'true'])).code).toBe(1);
    await project.ok('exec', '-d', 'app', 'touch', '/made');
    await eventually(async () => expect((await project.exec('app-1', 'ls', '/made')).code).toBe(0));
    expect((await project.run(['wait', 'job'])).code).toBe(5);
    expect((await project.run(['wait', 'nobody'])).code).not.toBe(0);

    const outside = { cwd: '/' };
    expect((await project.run(['-p', project.name, 'ps', '--services'], outside)).stdout).toBe('app\n');
    expect((await project.run(['-p', project.name, 'exec', '-T', 'app', 'echo', 'hi'], outside)).stdout).toBe(
      'hi\n',
    );
    expect((await project.run(['-p', project.name, 'stop', '-t', '0', 'app'], outside)).code).toBe(0);
    expect((await project.run(['-p', project.name, 'start', 'app'], outside)).code).toBe(0);
    expect(await project.states()).toEqual([
      'app-1 running',
      'app-2 running',
      'job-1 exited',
      'stopped-1 exited',
    ]);
    expect((await project.run(['-p', project.name, 'down', '-t', '0'], outside)).code).toBe(0);
    expect(await project.world()).toEqual({
      pods: [],
      containers: [],
      networks: [],
      volumes: [],
      secrets: [],
    });
    expect((await project.run(['-p', project.name, 'down'], outside)).code).toBe(0);
  },
);
