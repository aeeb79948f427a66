/** An engine, or an initialised process, was killed before its container was started: the next command makes it right. */
import { mkdirSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Project } from '../support/project.ts';
import { scenario } from '../support/scenario.ts';
import { isRoot } from '../support/skips.ts';

describe('a container of which the runtime has more than the engine knows', () => {
  scenario('is started by the next up, and stays the one it is', async ({ project }) => {
    project.compose('services:\n  a: { <<: *sleep }\n');
    await project.ok('up', '--no-start');
    const before = await project.ids();
    const runtime = (await project.podman('info', '--format', '{{.Host.OCIRuntime.Name}}')).stdout.trim();
    const root = isRoot ? '/run' : (process.env['XDG_RUNTIME_DIR'] ?? '');
    mkdirSync(`${root}/${runtime}/${before['a-1'] ?? ''}`, { recursive: true });
    await project.ok('up', '-d');
    expect(await project.states()).toEqual(['a-1 running']);
    expect(await project.ids()).toEqual(before);
  });
});

describe('an initialised process that is killed', () => {
  async function killed(project: Project): Promise<void> {
    const pid = await eventually(async () => {
      const { State } = await project.inspect('late');
      expect(State.Status).toBe('initialized');
      return State.Pid;
    });
    process.kill(pid, 'SIGKILL');
  }
  const waiting = `services:
  late: { <<: *sleep, depends_on: { slow: { condition: service_healthy } } }
  slow: { <<: *sleep, healthcheck: { test: [CMD, test, -e, /ready], interval: 1s, retries: 100 } }
`;

  scenario('while it waits does not stop the up that waits', async ({ project }) => {
    project.compose(waiting);
    const up = project.start(['up', '-d']);
    await killed(project);
    await project.sh('slow', 'touch /ready');
    const { code, stderr } = await up.done;
    expect(code, stderr).toBe(0);
    expect(await project.states()).toEqual(['late-1 running', 'slow-1 running']);
  });

  scenario('after an up that was killed too is no hindrance to the next one', async ({ project }) => {
    project.compose(waiting);
    const up = project.start(['up', '-d']);
    await eventually(async () =>
      expect(await project.states()).toEqual(['late-1 initialized', 'slow-1 running']),
    );
    up.kill('SIGKILL');
    await up.done;
    await killed(project);
    await project.sh('slow', 'touch /ready');
    const before = await project.ids();
    await project.ok('up', '-d');
    expect(await project.states()).toEqual(['late-1 running', 'slow-1 running']);
    expect(await project.ids()).toEqual(before);
    await project.ok('down');
  });
});
