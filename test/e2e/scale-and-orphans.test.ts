import { expect } from 'vitest';
import { scenario } from './support/scenario.ts';

scenario('replicas: deploy.replicas, scale and --scale; up and down keep the others', async ({ project }) => {
  project.compose(`
services:
  three: { <<: *sleep, deploy: { replicas: 3 } }
  two: { <<: *sleep, scale: 2 }
  one: { <<: *sleep, container_name: ${project.name}-fixed }
`);
  await project.ok('up', '-d');
  const first = await project.ids();
  expect(Object.keys(first)).toEqual(['one-1', 'three-1', 'three-2', 'three-3', 'two-1', 'two-2']);
  expect((await project.containers()).map(({ name }) => name)).toContain(`${project.name}-three-3`);
  // Each has its own namespace, and the service's name leads to all of them.
  const spaces = await Promise.all(['three-1', 'three-2', 'three-3'].map((name) => project.netns(name)));
  expect(new Set(spaces).size).toBe(3);
  const addresses = await project.sh(
    'one',
    "nslookup three 2>/dev/null | awk '/^Address: / && !/:53$/ { print $2 }' | sort -u | wc -l",
  );
  expect(addresses).toBe('3');

  await project.ok('up', '-d', '--scale', 'three=4', '--scale', 'two=1');
  const second = await project.ids();
  expect(Object.keys(second)).toEqual(['one-1', 'three-1', 'three-2', 'three-3', 'three-4', 'two-1']);
  for (const name of ['one-1', 'three-1', 'three-2', 'three-3']) expect(second[name]).toBe(first[name]);

  await project.ok('up', '-d', '--scale', 'three=0');
  expect(Object.keys(await project.ids())).toEqual(['one-1', 'two-1', 'two-2']);
  const { code, stderr } = await project.run(['up', '-d', '--scale', 'one=2']);
  expect(code).not.toBe(0);
  expect(stderr).toContain('container_name');
  expect((await project.run(['up', '-d', '--scale', 'nobody=2'])).code).not.toBe(0);
});

scenario(
  'orphans are warned of and kept; --remove-orphans removes them; profiles decide what runs',
  async ({ project }) => {
    project.compose(`
services:
  web: { <<: *sleep }
  debug: { <<: *sleep, profiles: [debug] }
  old: { <<: *sleep }
`);
    await project.ok('up', '-d');
    expect(await project.states()).toEqual(['old-1 running', 'web-1 running']);
    await project.ok('--profile', 'debug', 'up', '-d');
    expect(await project.states()).toEqual(['debug-1 running', 'old-1 running', 'web-1 running']);
    const ids = await project.ids();

    project.edit('  old: { <<: *sleep }\n', '');
    const warned = await project.ok('up', '-d');
    expect(warned.stderr).toContain(`${project.name}-old-1`);
    expect(warned.stderr).toContain('--remove-orphans');
    expect(await project.ids()).toEqual(ids);
    expect((await project.run(['up', '-d'], { env: { COMPOSE_IGNORE_ORPHANS: '1' } })).stderr).not.toContain(
      'orphan',
    );
    expect((await project.ok('ps', '--services')).stdout).toBe('debug\nold\nweb\n');
    expect((await project.ok('ps', '--services', '--orphans=false')).stdout).toBe('debug\nweb\n');

    // A service whose profile is off is no orphan.
    await project.ok('up', '-d', '--remove-orphans');
    expect(await project.ids()).toEqual({ 'web-1': ids['web-1'], 'debug-1': ids['debug-1'] });

    // Naming a service turns its profile on.
    await project.ok('rm', '-fs', 'debug');
    await project.ok('up', '-d', 'debug');
    expect(await project.states()).toEqual(['debug-1 running', 'web-1 running']);

    // Down takes orphans along only when asked.
    project.compose('services:\n  web: { <<: *sleep }\n');
    await project.ok('down');
    expect(await project.states()).toEqual(['debug-1 running']);
    await project.ok('down', '--remove-orphans');
    expect(await project.world()).toEqual({
      pods: [],
      containers: [],
      networks: [],
      volumes: [],
      secrets: [],
    });
  },
);

scenario(
  '--wait: healthy, running and finished count; a failure does not, and --wait-timeout ends with 6',
  async ({ project }) => {
    project.compose(`
services:
  healthy: { <<: *sleep, healthcheck: { test: ["CMD", "true"], interval: 1s } }
  running: { <<: *sleep }
  done: { <<: *box, command: ["sh", "-c", "exit 0"] }
  late: { <<: *sleep, profiles: [late], healthcheck: { test: ["CMD", "false"], interval: 200ms, retries: 1000 } }
  fails: { <<: *box, profiles: [fails], command: ["sh", "-c", "sleep 0.5; exit 7"], healthcheck: { test: ["CMD", "false"], interval: 1s, retries: 50 } }
`);
    await project.ok('up', '--wait');
    expect(await project.states()).toEqual(['done-1 exited', 'healthy-1 running', 'running-1 running']);
    expect((await project.inspect('healthy')).State.Health?.Status).toBe('healthy');

    const started = performance.now();
    const late = await project.run(['up', '--wait', '--wait-timeout', '2', 'late']);
    expect(late.code).toBe(6);
    expect(performance.now() - started).toBeGreaterThan(2_000);
    expect(late.stderr).toContain('--wait-timeout');
    const fails = await project.run(['up', '--wait', 'fails']);
    expect(fails.code).toBe(1);
    expect(fails.stderr).toContain('7');
    const without = await project.run(['up', '-d', '--wait-timeout', '2']);
    expect(without).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('--wait-timeout has no effect without --wait') as string,
    });
  },
);

scenario(
  'up --no-start and create make everything and start nothing; start starts it in order',
  async ({ project }) => {
    project.compose(`
services:
  web: { <<: *sleep, depends_on: [db] }
  db: { <<: *sleep }
`);
    await project.ok('up', '--no-start');
    expect(await project.states()).toEqual(['db-1 created', 'web-1 created']);
    const ids = await project.ids();
    await project.ok('create');
    expect(await project.ids()).toEqual(ids);
    await project.ok('create', '--force-recreate', '--no-deps', 'db');
    expect((await project.ids())['web-1']).toBe(ids['web-1']);
    expect((await project.ids())['db-1']).not.toBe(ids['db-1']);
    await project.ok('start');
    expect(await project.states()).toEqual(['db-1 running', 'web-1 running']);
    expect(await project.startedAt('web')).toBeGreaterThanOrEqual(await project.startedAt('db'));
  },
);
