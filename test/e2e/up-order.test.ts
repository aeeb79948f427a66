import { expect } from 'vitest';
import { scenario } from './support/scenario.ts';

scenario(
  'up starts each service after what it depends on, and a second up changes nothing',
  async ({ project }) => {
    project.compose(`
services:
  web: { <<: *sleep, depends_on: [api] }
  api: { <<: *sleep, depends_on: [db, cache] }
  db: { <<: *sleep }
  cache: { <<: *sleep }
`);
    await project.ok('up', '-d');
    expect(await project.states()).toEqual([
      'api-1 running',
      'cache-1 running',
      'db-1 running',
      'web-1 running',
    ]);
    const [api, cache, db, web] = await Promise.all(
      ['api', 'cache', 'db', 'web'].map((service) => project.startedAt(service)),
    );
    expect(api).toBeGreaterThanOrEqual(Math.max(cache ?? 0, db ?? 0));
    expect(web).toBeGreaterThanOrEqual(api ?? 0);
    const before = await project.ids();
    await project.ok('up', '-d');
    expect(await project.ids()).toEqual(before);
    const plan = JSON.parse((await project.ok('up', '--dry-run', '--format', 'json')).stdout) as {
      actions: unknown[];
    };
    expect(plan.actions).toEqual([]);
  },
);

scenario('each condition of depends_on holds before its dependent starts', async ({ project }) => {
  project.compose(`
services:
  healthy:
    <<: *box
    command: ["sh", "-c", "sleep 1; touch /ready; exec sleep 1000"]
    healthcheck: { test: ["CMD", "test", "-e", "/ready"], interval: 300ms, timeout: 5s, retries: 20 }
  done:
    <<: *box
    command: ["sh", "-c", "sleep 1; exit 0"]
  started: { <<: *sleep }
  dependent:
    <<: *sleep
    depends_on:
      healthy: { condition: service_healthy }
      done: { condition: service_completed_successfully }
      started: { condition: service_started }
      absent: { condition: service_healthy, required: false }
  absent: { <<: *sleep, profiles: [never] }
`);
  await project.ok('up', '-d');
  expect(await project.states()).toEqual([
    'dependent-1 running',
    'done-1 exited',
    'healthy-1 running',
    'started-1 running',
  ]);
  const started = await project.startedAt('dependent');
  const done = await project.inspect('done');
  expect(done.State.ExitCode).toBe(0);
  expect(started).toBeGreaterThanOrEqual(Date.parse(done.State.FinishedAt));
  expect((await project.inspect('healthy')).State.Health?.Status).toBe('healthy');
  expect(started).toBeGreaterThanOrEqual((await project.startedAt('healthy')) + 1_000);
  expect(started).toBeGreaterThanOrEqual(await project.startedAt('started'));
  const labels = (await project.inspect('dependent')).Config.Labels;
  expect(labels['com.docker.compose.depends_on']?.split(',').sort()).toEqual([
    'done:service_completed_successfully:false',
    'healthy:service_healthy:false',
    'started:service_started:false',
  ]);
  // A one-shot that has succeeded is not run again, and what waits for it stays.
  const before = await project.ids();
  await project.ok('up', '-d');
  expect(await project.ids()).toEqual(before);
  expect((await project.inspect('done')).State.FinishedAt).toBe(done.State.FinishedAt);
});

scenario(
  'an optional dependency that fails is only a warning, and a dependency with restart: true restarts its dependents',
  async ({ project }) => {
    project.compose(`
services:
  broken: { <<: *box, command: ["sh", "-c", "exit 3"] }
  tolerant:
    <<: *sleep
    depends_on:
      broken: { condition: service_completed_successfully, required: false }
      base: { condition: service_started, restart: true }
  steady: { <<: *sleep, depends_on: { base: { condition: service_started } } }
  base: { <<: *sleep, environment: { LEVEL: one } }
`);
    const first = await project.ok('up', '-d');
    expect(first.stderr).toContain('warning');
    expect(await project.states()).toEqual([
      'base-1 running',
      'broken-1 exited',
      'steady-1 running',
      'tolerant-1 running',
    ]);
    const before = await project.ids();
    const steadyStart = await project.startedAt('steady');
    const tolerantStart = await project.startedAt('tolerant');
    project.edit('LEVEL: one', 'LEVEL: two');
    await project.ok('up', '-d');
    const after = await project.ids();
    expect(after['base-1']).not.toBe(before['base-1']);
    expect(after['tolerant-1']).toBe(before['tolerant-1']);
    expect(after['steady-1']).toBe(before['steady-1']);
    expect(await project.startedAt('steady')).toBe(steadyStart);
    expect(await project.startedAt('tolerant')).toBeGreaterThan(tolerantStart);
    expect(await project.startedAt('tolerant')).toBeGreaterThanOrEqual(await project.startedAt('base'));
    expect((await project.inspect('base')).Config.Env).toContain('LEVEL=two');
  },
);
