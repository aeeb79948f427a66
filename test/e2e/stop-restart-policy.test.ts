import { expect } from 'vitest';
import { scenario } from './support/scenario.ts';

scenario('stop must end a container for good, whatever its restart policy', async ({ project }) => {
  const heeds = `"trap 'exit 0' TERM; while :; do sleep 0.1; done"`;
  project.compose(`
services:
  always: { image: docker.io/library/busybox:latest, stop_grace_period: 20s, restart: always, command: ["sh", "-c", ${heeds}] }
  unless: { image: docker.io/library/busybox:latest, stop_grace_period: 20s, restart: unless-stopped, command: ["sh", "-c", ${heeds}] }
`);
  await project.ok('up', '-d');
  const started = performance.now();
  await project.ok('stop');
  // Both end at the signal; neither has to be killed at the end of its grace.
  expect(performance.now() - started).toBeLessThan(15_000);
  // A restart would come within a moment of the end.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await project.states()).toEqual(['always-1 exited', 'unless-1 exited']);
  expect((await project.inspect('always')).State.ExitCode).toBe(0);
});
