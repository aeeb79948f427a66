/** Images that cannot be had, builds that fail, health that is never reached, services that die at once. */
import { describe, expect } from 'vitest';
import { emptyWorld } from '../support/cleanup.ts';
import { busybox } from '../support/project.ts';
import { scenario } from '../support/scenario.ts';

describe('images', () => {
  scenario('that cannot be pulled start nothing, each with its reason', async ({ project }) => {
    project.compose(
      'services:\n  good: { <<: *sleep }\n  bad: { image: "localhost:1/none:1" }\n  worse: { image: "localhost:1/none:2" }\n',
    );
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(1);
    for (const [line, tag] of [
      [6, 1],
      [7, 2],
    ])
      expect(stderr).toMatch(
        new RegExp(
          `compose\\.yaml:${line}:\\d+: error E_IMAGE: image localhost:1/none:${tag} cannot be pulled: .+`,
        ),
      );
    expect(stderr).toContain('--pull never');
    expect(await project.world()).toEqual(emptyWorld);
  });

  scenario('that are not there and must not be pulled start nothing', async ({ project }) => {
    project.compose(
      'services:\n  good: { <<: *sleep }\n  bad: { image: "localhost:1/none:1", pull_policy: never }\n',
    );
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /compose\.yaml:6:\d+: error E_IMAGE: image "localhost:1\/none:1" of service "bad" is not there/,
    );
    expect(await project.world()).toEqual(emptyWorld);
  });

  scenario('that cannot be built start nothing, with the last lines of the build', async ({ project }) => {
    project.compose(
      'services:\n  good: { <<: *sleep }\n  bad: { build: { dockerfile: bad.containerfile } }\n  other: { build: { dockerfile: other.containerfile } }\n',
    );
    project.write('bad.containerfile', `FROM ${busybox}\nRUN echo "the reason is here" && exit 7\n`);
    project.write('other.containerfile', `FROM ${busybox}\nRUN echo fine\n`);
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/bad\.containerfile:2:1: error E_BUILD/);
    expect(stderr).toContain('the reason is here');
    expect((await project.states()).filter((state) => state.endsWith('running'))).toEqual([]);
  });
});

describe('health that is never reached', () => {
  scenario(
    'ends the wait when the tries are used up, with what the check said, and exits 6',
    async ({ project }) => {
      project.compose(
        'services:\n' +
          '  db: { <<: *sleep, healthcheck: { test: "echo no route; exit 1", interval: 1s, retries: 2 } }\n' +
          '  web: { <<: *sleep, depends_on: { db: { condition: service_healthy } } }\n  free: { <<: *sleep }\n',
      );
      const { code, stderr } = await project.run(['up', '-d']);
      expect(code).toBe(6);
      expect(stderr).toContain('service "db" is unhealthy after 2 tries, last: no route');
      expect(stderr).toMatch(/compose\.yaml:6:\d+: error E_UNHEALTHY/);
      const states = await project.states();
      expect(states).toContain('db-1 running');
      expect(states).toContain('free-1 running');
      expect(states).not.toContain('web-1 running');
    },
  );

  scenario('ends the wait at its deadline when a check hangs', async ({ project }) => {
    project.compose(
      'services:\n' +
        '  db: { <<: *sleep, healthcheck: { test: [CMD, sleep, "600"], interval: 1s, timeout: 1s, retries: 1 } }\n' +
        '  web: { <<: *sleep, depends_on: { db: { condition: service_healthy } } }\n',
    );
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(6);
    expect(stderr).toMatch(/service "db" (was not healthy within 9s|is unhealthy)/);
    expect(await project.states()).not.toContain('web-1 running');
    await project.ok('down');
    expect(await project.world()).toEqual(emptyWorld);
  });

  scenario('ends --wait at its timeout', async ({ project }) => {
    project.compose(
      'services:\n  db: { <<: *sleep, healthcheck: { test: [CMD, "false"], interval: 1s, retries: 1000 } }\n  free: { <<: *sleep }\n',
    );
    const { code, stderr } = await project.run(['up', '--wait', '--wait-timeout', '12']);
    expect(code).toBe(6);
    expect(stderr).toContain('not everything was running or healthy within 12 s');
    expect(stderr).toContain('service "db" was not ready');
    expect(stderr).not.toContain('service "free" was not ready');
    expect(await project.states()).toEqual(['db-1 running', 'free-1 running']);
  });
});

describe('a service that dies at once', () => {
  const services =
    'services:\n  web: { <<: *box, command: [sh, -c, "echo cannot bind; exit 3"] }\n  job: { <<: *box, command: ["true"] }\n';

  scenario('is told by up -d with its last lines, and the exit code stays 0', async ({ project }) => {
    project.compose(services);
    const { code, stderr } = await project.run(['up', '-d'], { env: { TSCOMPOSE_WATCH_START: '2' } });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /compose\.yaml:5:\d+: warning W_EXITED: service "web" exited 3, right after its start/,
    );
    expect(stderr).toContain('cannot bind');
    expect(stderr).not.toContain('service "job"');
  });

  scenario('fails up --wait', async ({ project }) => {
    project.compose(services);
    const { code, stderr } = await project.run(['up', '--wait']);
    expect(code).toBe(1);
    expect(stderr).toContain('service "web" exited 3');
    expect(stderr).toContain('cannot bind');
  });
});
