import { expect } from 'vitest';
import { scenario } from './support/scenario.ts';

scenario(
  'a dependency that fails stops its dependents at once, says how it ended, and lets others go on',
  async ({ project }) => {
    project.compose(`
services:
  migrate: { <<: *box, command: ["sh", "-c", "echo connecting; echo table users is locked >&2; exit 3"] }
  api: { <<: *sleep, depends_on: { migrate: { condition: service_completed_successfully } } }
  web: { <<: *sleep, depends_on: [api] }
  aside: { <<: *sleep }
  slow: { <<: *box, command: ["sh", "-c", "sleep 1; exec sleep 1000"] }
  afterslow: { <<: *sleep, depends_on: [slow] }
`);
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/migrate.* exit(ed)?\b.*3/i);
    expect(stderr).toContain('table users is locked');
    expect(stderr).toMatch(/compose\.yaml:\d+:\d+/);
    const states = Object.fromEntries((await project.containers()).map((one) => [one.service, one.state]));
    expect(states['aside']).toBe('running');
    expect(states['slow']).toBe('running');
    expect(states['afterslow']).toBe('running');
    expect(states['migrate']).toBe('exited');
    for (const service of ['api', 'web'])
      expect(['created', 'initialized', undefined]).toContain(states[service]);
  },
);

scenario(
  'a dependency that becomes unhealthy fails its dependents with the last output of its check',
  async ({ project }) => {
    project.compose(`
services:
  db:
    <<: *box
    command: ["sh", "-c", "echo recovering from crash; exec sleep 1000"]
    healthcheck: { test: ["CMD-SHELL", "echo connection refused; exit 1"], interval: 200ms, timeout: 5s, retries: 2 }
  api: { <<: *sleep, depends_on: { db: { condition: service_healthy } } }
`);
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(6);
    expect(stderr).toContain('connection refused');
    expect(stderr).toContain('recovering from crash');
    expect((await project.inspect('db')).State.Health?.Status).toBe('unhealthy');
    const api = (await project.containers()).find(({ service }) => service === 'api');
    expect(['created', 'initialized', undefined]).toContain(api?.state);
  },
);

scenario(
  'a dependency that ends while it should become healthy fails its dependents before any deadline',
  async ({ project }) => {
    project.compose(`
services:
  db:
    <<: *box
    command: ["sh", "-c", "echo no space left on device; sleep 0.3; exit 5"]
    healthcheck: { test: ["CMD", "false"], interval: 60s, start_period: 600s }
  api: { <<: *sleep, depends_on: { db: { condition: service_healthy } } }
`);
    const started = performance.now();
    const { code, stderr } = await project.run(['up', '-d']);
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(code).toBe(1);
    expect(stderr).toMatch(/db.*5/);
    expect(stderr).toContain('no space left on device');
  },
);

scenario(
  'a container that cannot be started at all fails its dependents with the engine’s own words',
  async ({ project }) => {
    project.compose(`
services:
  typo: { <<: *box, command: ["/no/such/program"] }
  api: { <<: *sleep, depends_on: [typo] }
  aside: { <<: *sleep }
`);
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(1);
    expect(stderr).toContain('/no/such/program');
    const states = Object.fromEntries((await project.containers()).map((one) => [one.service, one.state]));
    expect(states['aside']).toBe('running');
    expect(states['api']).not.toBe('running');
  },
);

scenario(
  'an image that is missing fails its service and names the line, before anything is created',
  async ({ project }) => {
    project.compose(`
services:
  web: { image: "localhost/no-such-image:1", pull_policy: never }
`);
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('localhost/no-such-image:1');
    expect(stderr).toMatch(/compose\.yaml:\d+:\d+/);
    expect(await project.states()).toEqual([]);
  },
);
