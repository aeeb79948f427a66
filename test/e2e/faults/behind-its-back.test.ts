/** Somebody else changed what the project had: the next command takes things as they are. */
import { expect } from 'vitest';
import { emptyWorld } from '../support/cleanup.ts';
import { libpod } from '../support/engine.ts';
import { scenario } from '../support/scenario.ts';
import { cannotPause, canPause, runsHere } from '../support/skips.ts';

scenario('up brings back containers that were stopped, removed, paused or killed', async ({ project }) => {
  project.compose(
    'services:\n  a: { <<: *sleep }\n  b: { <<: *sleep }\n  c: { <<: *sleep }\n  d: { <<: *sleep }\n  e: { <<: *sleep }\n',
  );
  await project.ok('up', '-d');
  const before = await project.ids();
  const name = (service: string): string => `${project.name}-${service}-1`;
  await project.podman('stop', '-t', '0', name('a'));
  await project.podman('rm', '-f', '-t', '0', name('b'));
  expect((await project.podman('pause', name('c'))).code === 0).toBe(canPause);
  await project.podman('kill', name('d'));
  await project.ok('up', '-d');
  expect(await project.states()).toEqual(['a', 'b', 'c', 'd', 'e'].map((service) => `${service}-1 running`));
  const after = await project.ids();
  expect(Object.keys(after).filter((key) => after[key] !== before[key])).toEqual(['b-1']);
});

const pauses = runsHere(canPause, 'stop, restart and down of paused containers', cannotPause);
scenario.runIf(pauses)('stop, restart and down work on paused containers', async ({ project }) => {
  project.compose('services:\n  a: { <<: *sleep }\n  b: { <<: *sleep, depends_on: [a] }\n');
  await project.ok('up', '-d');
  const pause = async (): Promise<void> => {
    for (const { name } of await project.containers()) await project.podman('pause', name);
    expect((await project.containers()).map(({ state }) => state)).toEqual(['paused', 'paused']);
  };
  await pause();
  await project.ok('stop', '-t', '1');
  expect(await project.states()).toEqual(['a-1 exited', 'b-1 exited']);
  await project.ok('up', '-d');
  await pause();
  await project.ok('restart', '-t', '1');
  expect(await project.states()).toEqual(['a-1 running', 'b-1 running']);
  await pause();
  await project.ok('kill');
  // Podman writes "stopped" for a moment, until it has cleaned up.
  for (const { state } of await project.containers()) expect(['stopped', 'exited']).toContain(state);
  await project.ok('start');
  await pause();
  await project.ok('down');
  expect(await project.world()).toEqual(emptyWorld);
});

scenario(
  'up makes a network and a volume again that were deleted, and what uses them',
  async ({ project }) => {
    project.compose(
      'services:\n  web: { <<: *sleep, volumes: ["data:/data"], x-podman: { share_network: false } }\n  db: { <<: *sleep }\nvolumes: { data: {} }\n',
    );
    await project.ok('up', '-d');
    const network = `${project.name}_default`;
    const volume = `${project.name}_data`;
    // With force Podman removes what is attached, too.
    expect((await libpod('DELETE', `/networks/${network}?force=true`)).status).toBe(200);
    await libpod('DELETE', `/volumes/${volume}?force=true`);
    const { code, stderr } = await project.run(['up', '-d']);
    expect(code, stderr).toBe(0);
    expect(await project.states()).toEqual(['db-1 running', 'web-1 running']);
    const world = await project.world();
    expect([world.networks, world.volumes]).toEqual([[network], [volume]]);
    expect((await project.run(['up', '-d', '--dry-run'])).stdout).not.toContain('->');
    await project.ok('down', '-v');
    expect(await project.world()).toEqual(emptyWorld);
  },
);

scenario('up brings back a pod that was stopped or removed', async ({ project }) => {
  project.compose('services:\n  a: { <<: *sleep }\n  b: { <<: *sleep }\n');
  await project.ok('up', '-d');
  const pod = `pod_${project.name}`;
  await project.podman('pod', 'stop', '-t', '0', pod);
  await project.ok('up', '-d');
  expect(await project.states()).toEqual(['a-1 running', 'b-1 running']);
  await project.podman('pod', 'rm', '-f', pod);
  await project.ok('up', '-d');
  expect(await project.states()).toEqual(['a-1 running', 'b-1 running']);
  expect((await project.pod()).State).toBe('Running');
});

scenario(
  'orphans are told with their names; the flag removes them, and so does down',
  async ({ project }) => {
    project.compose('services:\n  old: { <<: *sleep }\n  web: { <<: *sleep }\n');
    await project.ok('up', '-d');
    project.compose('services:\n  web: { <<: *sleep }\n');
    const warned = await project.run(['up', '-d']);
    expect(warned.code).toBe(0);
    expect(warned.stderr).toContain(`Found orphan containers (${project.name}-old-1) for this project`);
    expect(warned.stderr).toContain('--remove-orphans');
    expect(await project.states()).toEqual(['old-1 running', 'web-1 running']);
    await project.ok('up', '-d', '--remove-orphans');
    expect(await project.states()).toEqual(['web-1 running']);
  },
);
