/** What is found before anything is changed: taken ports and names, missing externals, things of others. */
import { createServer } from 'node:net';
import { afterEach, describe, expect } from 'vitest';
import { emptyWorld } from '../support/cleanup.ts';
import { libpod } from '../support/engine.ts';
import { freePorts } from '../support/network.ts';
import { scenario } from '../support/scenario.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('a published port', () => {
  scenario('that a process holds is refused with its owner, and nothing is made', async ({ project }) => {
    const port = await freePorts();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    project.compose(`services:\n  web: { <<: *sleep, ports: ["127.0.0.1:${port}:80"] }\n`);
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `port 127.0.0.1:${port}/tcp, which service "web" publishes, is already in use by process ${process.pid} (`,
    );
    expect(stderr).toMatch(/compose\.yaml:5:\d+: error E_PORT_TAKEN/);
    expect(await project.world()).toEqual(emptyWorld);
    server.close();
    await project.ok('up', '-d');
    expect(await project.states()).toEqual(['web-1 running']);
  });

  scenario('that another project holds is refused with its name and folder', async ({ project, other }) => {
    const port = await freePorts();
    for (const one of [project, other])
      one.compose(`services:\n  web: { <<: *sleep, ports: ["${port}:80"] }\n`);
    await other.ok('up', '-d');
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(1);
    expect(stderr).toContain(`is already in use by project "${other.name}" in ${other.dir}`);
    expect(await project.world()).toEqual(emptyWorld);
    expect(await other.states()).toEqual(['web-1 running']);
  });

  scenario('that two services publish is an error of the file, with both lines', async ({ project }) => {
    const port = await freePorts();
    project.compose(
      `services:\n  one: { <<: *sleep, ports: ["${port}:80"] }\n  two: { <<: *sleep, ports: ["${port}:81"] }\n`,
    );
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(3);
    expect(stderr).toContain(`both publish port ${port}/tcp`);
    expect(stderr).toMatch(/compose\.yaml:6:\d+: error/);
    expect(stderr).toMatch(/compose\.yaml:5:\d+/);
    expect(await project.world()).toEqual(emptyWorld);
  });
});

describe('a name', () => {
  scenario(
    'of a container that somebody else has is refused, and nothing is made',
    async ({ project, other }) => {
      const name = `${project.name}-taken`;
      other.compose(`services:\n  db: { <<: *sleep, container_name: ${name} }\n`);
      await other.ok('up', '-d');
      project.compose(`services:\n  db: { <<: *sleep, container_name: ${name} }\n  web: { <<: *sleep }\n`);
      const { code, stderr } = await project.run(['up', '-d']);
      expect(code).toBe(1);
      expect(stderr).toContain(
        `service "db": the container name "${name}" is taken by project "${other.name}" (${other.dir})`,
      );
      expect(await project.world()).toEqual(emptyWorld);
      expect(await other.states()).toEqual(['db-1 running']);
    },
  );

  scenario('of a container that was made by hand is refused', async ({ project }) => {
    await project.podman('create', `--name=${project.name}-web-1`, 'docker.io/library/busybox:latest');
    closing.push(() => project.podman('rm', '-f', `${project.name}-web-1`));
    project.compose('services:\n  web: { <<: *sleep }\n');
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(1);
    expect(stderr).toContain(`"${project.name}-web-1" is taken by a container of no project`);
    expect(await project.world()).toEqual(emptyWorld);
  });

  scenario(
    'of a project in another folder is refused, and --take-over replaces it',
    async ({ project, other }) => {
      project.compose('services:\n  web: { <<: *sleep }\n');
      await project.ok('up', '-d');
      const [before] = await project.containers();
      other.write(
        'compose.yaml',
        `name: ${project.name}\nservices:\n  web: { image: busybox, command: ["true"] }\n`,
      );
      other.compose('services:\n  web: { <<: *sleep }\n');
      for (const args of [
        ['up', '-d'],
        ['up', '-d', '--force-recreate'],
      ]) {
        const { code, stderr } = await other.run(['-p', project.name, ...args]);
        expect(code).toBe(1);
        expect(stderr).toContain(`project "${project.name}" belongs to ${project.dir}`);
        expect(stderr).toContain('--take-over');
      }
      expect((await project.containers()).map(({ id, state }) => [id, state])).toEqual([
        [before?.id, 'running'],
      ]);
      const taken = await other.run(['-p', project.name, 'up', '-d', '--take-over']);
      expect(taken.code, taken.stderr).toBe(0);
      const [after] = await project.containers();
      expect(after?.labels['com.docker.compose.project.working_dir']).toBe(other.dir);
    },
  );

  scenario('of a project that another tool made is refused with the tool', async ({ project }) => {
    const label = (key: string, value: string): string => `--label=com.docker.compose.${key}=${value}`;
    const made = await project.podman(
      'create',
      `--name=${project.name}-web-1`,
      label('project', project.name),
      label('service', 'web'),
      label('project.working_dir', project.dir),
      label('version', '2.40.3'),
      'docker.io/library/busybox:latest',
    );
    expect(made.code, made.stderr).toBe(0);
    project.compose('services:\n  web: { <<: *sleep }\n');
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code).toBe(1);
    expect(stderr).toContain(`project "${project.name}" was made by another tool (docker compose 2.40.3)`);
    expect((await project.containers()).map(({ state }) => state)).toEqual(['created']);
  });
});

describe('an external', () => {
  scenario.for([
    ['network', 'web: { <<: *sleep, networks: [ext] }', 'podman network create'],
    ['volume', 'web: { <<: *sleep, volumes: ["ext:/x"] }', 'podman volume create'],
    ['secret', 'web: { <<: *sleep, secrets: [ext] }', 'podman secret create'],
  ] as const)(
    '%s that does not exist is told with how to make it, before anything is made',
    async ([kind, service, hint], { project }) => {
      const name = `${project.name}-x`;
      project.compose(
        `services:\n  first: { <<: *sleep }\n  ${service}\n${kind}s: { ext: { external: true, name: ${name} } }\n`,
      );
      const { code, stderr } = await project.run(['up', '-d']);
      expect(code).toBe(1);
      expect(stderr).toContain(`external ${kind} "${name}" does not exist`);
      expect(stderr).toContain(`create it with: ${hint} ${name}`);
      expect(stderr).toMatch(/compose\.yaml:\d+:\d+: error E_EXTERNAL_MISSING/);
      expect(await project.world()).toEqual(emptyWorld);
    },
  );

  scenario('network and volume are used and never removed', async ({ project }) => {
    const name = `${project.name}-x`;
    await project.podman('network', 'create', name);
    await project.podman('volume', 'create', name);
    closing.push(
      () => project.podman('network', 'rm', '-f', name),
      () => project.podman('volume', 'rm', '-f', name),
    );
    const external = `{ ext: { external: true, name: ${name} } }`;
    project.compose(
      `services:\n  web: { <<: *sleep, networks: [ext], volumes: ["ext:/x"] }\nnetworks: ${external}\nvolumes: ${external}\n`,
    );
    await project.ok('up', '-d');
    await project.ok('down', '-v');
    expect([
      (await libpod('GET', `/networks/${name}/json`)).status,
      (await libpod('GET', `/volumes/${name}/json`)).status,
    ]).toEqual([200, 200]);
  });
});

scenario('a volume with other options is never made anew by itself', async ({ project }) => {
  project.compose('services:\n  web: { <<: *sleep, volumes: ["data:/data"] }\nvolumes: { data: {} }\n');
  await project.ok('up', '-d');
  await project.sh('web', 'echo kept > /data/mark');
  project.edit('data: {}', 'data: { driver_opts: { type: tmpfs, device: tmpfs } }');
  const refused = await project.run(['up', '-d']);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    `volume "${project.name}_data" exists with another driver or other options`,
  );
  await project.ok('up', '-d', '--ignore-volume-config');
  expect(await project.sh('web', 'cat /data/mark')).toBe('kept');
});
