import { join } from 'node:path';
import { expect } from 'vitest';
import { eventually } from './support/eventually.ts';
import type { Project } from './support/project.ts';
import { scenario } from './support/scenario.ts';

const base = 'docker.io/library/busybox:latest';

/** Every build of a scenario keeps its cache in the project's folder. */
function cacheOf(project: Project): { env: { XDG_CACHE_HOME: string }; timeoutMs: number } {
  return { env: { XDG_CACHE_HOME: join(project.dir, '.cache') }, timeoutMs: 150_000 };
}

async function planned(project: Project): Promise<string[]> {
  const { stdout } = await project.run(['up', '--build', '--dry-run', '--format', 'json'], cacheOf(project));
  return (JSON.parse(stdout) as { actions: { id: string }[] }).actions.map(({ id }) => id);
}

scenario(
  'up: what has its image is made while another is still being built, and starts when all are there',
  async ({ project }) => {
    project.compose(`
services:
  front: { <<: *sleep, depends_on: [slow] }
  quick: { <<: *sleep }
  slow:
    build: { context: ., dockerfile: slow.Containerfile }
    stop_grace_period: 0s
`);
    project.write('slow.Containerfile', `FROM ${base}\nRUN sleep 8\nCMD ["sleep", "1000"]\n`);
    const running = project.start(['up', '-d'], cacheOf(project));
    await eventually(async () => {
      expect(await project.states()).toEqual(['front-1 initialized', 'quick-1 initialized']);
    });
    const image = `localhost/${project.name}-slow`;
    expect((await project.podman('image', 'exists', image)).code).toBe(1);
    expect((await running.done).code).toBe(0);
    expect(await project.states()).toEqual(['front-1 running', 'quick-1 running', 'slow-1 running']);
    expect(await planned(project)).toEqual([]);
  },
  160_000,
);

scenario(
  'up: a failed build starts nothing, and the other images are there; the next up goes on',
  async ({ project }) => {
    project.compose(`
services:
  bad: { build: { context: ., dockerfile: bad.Containerfile } }
  broken: { build: { context: ., dockerfile: broken.Containerfile } }
  missing: { build: { context: ., dockerfile: nowhere } }
  front: { <<: *sleep, depends_on: [bad] }
  good:
    build: { context: ., dockerfile: good.Containerfile }
    stop_grace_period: 0s
  quick: { <<: *sleep }
`);
    project.write('bad.Containerfile', `FROM ${base}\nRUN echo going wrong; exit 7\n`);
    project.write('broken.Containerfile', `FROM ${base}\n\nCOPPY . /\n`);
    project.write('good.Containerfile', `FROM ${base}\nRUN echo fine > /fine\nCMD ["sleep", "1000"]\n`);
    const result = await project.run(['up', '-d'], cacheOf(project));
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/bad\.Containerfile:2:1: error E_BUILD: RUN .* failed \(exit status 7\)/);
    expect(result.stderr).toMatch(/broken\.Containerfile:3:1: error E_CONTAINERFILE/);
    expect(result.stderr).toMatch(/error E_FILE_NOT_FOUND: .*nowhere of service "missing" does not exist/);
    // Of a wrong Containerfile nothing is known, so the pod waits for it.
    expect(await project.states()).toEqual([]);
    expect((await project.podman('image', 'exists', `localhost/${project.name}-good`)).code).toBe(0);
    for (const name of ['bad', 'broken'])
      project.write(`${name}.Containerfile`, `FROM ${base}\nCMD ["sleep", "1000"]\n`);
    project.write('nowhere', `FROM ${base}\nCMD ["sleep", "1000"]\n`);
    await project.ok('up', '-d', '--timeout', '0');
    expect(await project.states()).toEqual(
      ['bad', 'broken', 'front', 'good', 'missing', 'quick'].map((name) => `${name}-1 running`),
    );
  },
  160_000,
);

scenario(
  'build: a Containerfile that is wrong or not there is told with its place, and the others are built',
  async ({ project }) => {
    project.compose(`
services:
  broken: { build: { context: ., dockerfile: broken.Containerfile } }
  missing: { build: { context: ., dockerfile: nowhere } }
  good: { build: { context: ., dockerfile: good.Containerfile } }
`);
    project.write('broken.Containerfile', `FROM ${base}\nENV A\n`);
    project.write('good.Containerfile', `FROM ${base}\nRUN echo fine > /fine\n`);
    const result = await project.run(['build'], cacheOf(project));
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/broken\.Containerfile:2:\d+: error E_CONTAINERFILE/);
    expect(result.stderr).toMatch(/compose\.yaml:\d+:\d+: error E_FILE_NOT_FOUND: .*nowhere/);
    expect((await project.podman('image', 'exists', `localhost/${project.name}-good`)).code).toBe(0);
  },
  120_000,
);

scenario(
  'up --build: a container is left alone until its new image is there, and for good when that is the same',
  async ({ project }) => {
    project.compose(`
services:
  edited:
    build: { context: ., dockerfile: edited.Containerfile }
    stop_grace_period: 0s
  same:
    build: { context: ., dockerfile: same.Containerfile }
    stop_grace_period: 0s
`);
    project.write('edited.Containerfile', `FROM ${base}\nCOPY f /f\nRUN sleep 4\nCMD ["sleep", "1000"]\n`);
    project.write('same.Containerfile', `FROM ${base}\nRUN echo same > /same\nCMD ["sleep", "1000"]\n`);
    project.write('f', 'one\n');
    expect((await project.run(['up', '-d'], cacheOf(project))).code).toBe(0);
    const before = await project.ids();
    project.write('f', 'two\n');
    const running = project.start(['up', '-d', '--build'], cacheOf(project));
    await eventually(() => expect(running.said.stderr).toContain('RUN sleep 4'));
    expect(await project.ids()).toEqual(before);
    expect((await running.done).code).toBe(0);
    const after = await project.ids();
    expect(after['same-1']).toBe(before['same-1']);
    expect(after['edited-1']).not.toBe(before['edited-1']);
    expect(await planned(project)).toEqual([]);
  },
  160_000,
);
