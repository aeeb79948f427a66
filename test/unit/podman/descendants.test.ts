import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { endAll, withDescendants } from '../../../src/podman/descendants.ts';

it.runIf(process.platform === 'linux')('ends what a process has started, and what that has', async () => {
  const shell = spawn('sh', ['-c', '(sleep 100 & echo ready; wait) & wait'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = Promise.all([once(shell.stdout, 'close'), once(shell, 'exit')]);
  await once(shell.stdout, 'data');
  const found = withDescendants(shell.pid ?? 0);
  expect(found.length).toBe(3);
  expect(found[0]?.pid).toBe(shell.pid);
  const others = found.map((one) => ({ ...one, started: '0' }));
  endAll(others);
  expect(withDescendants(shell.pid ?? 0)).toEqual(found);
  endAll(found);
  // The pipe is closed when the last of them is gone.
  await closed;
  expect(withDescendants(shell.pid ?? 0)).toEqual([]);
});
