import { expect } from 'vitest';
import { busybox } from './support/project.ts';
import { scenario } from './support/scenario.ts';

scenario(
  'what belongs to others, and volumes that were made differently, are refused before anything is changed',
  async ({ project }) => {
    const taken = `${project.name}_taken`;
    project.compose(`
services:
  app: { <<: *sleep, volumes: ["data:/data"] }
volumes: { data: { driver_opts: { type: tmpfs, device: tmpfs } } }
`);
    await project.ok('up', '-d');
    const ids = await project.ids();

    project.edit('device: tmpfs', 'device: tmpfs, o: size=1m');
    const volume = await project.run(['up', '-d']);
    expect(volume.code).toBe(1);
    expect(volume.stderr).toMatch(
      /compose\.yaml:\d+:\d+: error E_CONFLICT: volume "\S+_data" exists with another driver/,
    );
    expect(await project.ids()).toEqual(ids);
    await project.ok('up', '-d', '--ignore-volume-config');
    expect((await project.world()).volumes).toEqual([`${project.name}_data`]);

    await project.podman('network', 'create', taken);
    await project.podman('run', '-d', '--name', `${project.name}-late-1`, busybox, 'sleep', '1000');
    try {
      project.compose(`
services:
  app: { <<: *sleep, networks: [taken] }
  late: { <<: *sleep }
networks: { taken: { } }
`);
      const before = await project.ids();
      const others = await project.run(['up', '-d']);
      expect(others.code).toBe(1);
      expect(others.stderr).toContain(`network "${taken}" exists and was not made by a compose tool`);
      expect(others.stderr).toContain(
        `the container name "${project.name}-late-1" is taken by a container of no project`,
      );
      expect(await project.ids()).toEqual(before);
    } finally {
      await project.run(['down', '-v', '-y', '--remove-orphans']);
      await project.podman('rm', '-f', '-t', '0', `${project.name}-late-1`);
      await project.podman('network', 'rm', '-f', taken);
    }
  },
);

scenario('pull gets nothing when all is there, and says which image cannot be had', async ({ project }) => {
  project.compose(`
services:
  here: { <<: *sleep }
  gone: { image: "localhost:1/no-such-image:1" }
`);
  await project.ok('pull', '--policy', 'missing', 'here');
  const failed = await project.run(['pull', '-q', '--policy', 'missing']);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('localhost:1/no-such-image:1');
  await project.ok('pull', '--policy', 'missing', '--ignore-pull-failures');
  const up = await project.run(['up', '-d', '--pull', 'never']);
  expect(up.code).not.toBe(0);
  expect(await project.states()).toEqual([]);
  await project.ok('up', '-d', '--pull', 'never', 'here');
  expect(await project.states()).toEqual(['here-1 running']);
});
