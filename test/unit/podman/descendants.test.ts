import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { descendantsOf, endAll } from '../../../src/podman/descendants.ts';

it.runIf(process.platform === 'linux')('ends what a process has started, and what that has', async () => {
  const shell = spawn('sh', ['-c', '(sleep 100 & echo ready; wait) & wait'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(shell.stdout, 'close');
  await once(shell.stdout, 'data');
  const found = descendantsOf(shell.pid ?? 0);
  expect(found.length).toBe(2);
  const others = found.map((one) => ({ ...one, started: '0' }));
  endAll(others);
  expect(descendantsOf(shell.pid ?? 0)).toEqual(found);
  shell.kill('SIGKILL');
  endAll(found);
  // The pipe is closed when the last of them is gone.
  await closed;
  expect(descendantsOf(shell.pid ?? 0)).toEqual([]);
});
