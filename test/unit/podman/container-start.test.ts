import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startContainer } from '../../../src/podman/container-start.ts';
import { HttpClient } from '../../../src/podman/http.ts';

/** What is asked of an engine that believes in a container of that state, and refuses so many starts of it. */
async function startOf(
  state: string,
  refusals: number,
  message = 'crun start failed',
): Promise<{ asked: string[]; ended: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tscompose-start-'));
  const asked: string[] = [];
  let left = refusals;
  const server = http.createServer(({ method, url = '' }, response) => {
    const [path = ''] = url.split('?');
    asked.push(`${method} ${path.slice(path.lastIndexOf('/') + 1)}`);
    const fails = path.endsWith('/start') && left-- > 0;
    response.writeHead(fails ? 500 : path.endsWith('/json') ? 200 : 204);
    if (fails) response.end(JSON.stringify({ message }));
    else response.end(path.endsWith('/json') ? JSON.stringify(inspect(state)) : undefined);
  });
  server.listen(join(folder, 's'));
  await once(server, 'listening');
  const client = new HttpClient({ socketPath: join(folder, 's') }, {});
  try {
    const ended = await startContainer(client, 'a', { onMend: (why) => asked.push(why) }).then(
      () => 'started',
      (error: unknown) => String(error),
    );
    return { asked, ended };
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function inspect(state: string): unknown {
  return { Id: '1', Name: 'a', State: { Status: state, ExitCode: 0 }, Config: {}, NetworkSettings: {} };
}

const mend = 'its process was gone before it was started: it is initialised anew';

it('starts a container with one call', async () => {
  expect(await startOf('initialized', 0)).toEqual({ asked: ['POST start'], ended: 'started' });
});

it('has an initialised container that does not start stopped and started again, and says why', async () => {
  const { asked, ended } = await startOf('initialized', 1);
  expect(asked).toEqual(['POST start', 'GET json', mend, 'POST stop', 'POST start']);
  expect(ended).toBe('started');
});

it('tries nothing when it is not the runtime that has refused', async () => {
  const { asked, ended } = await startOf('initialized', 1, 'no space left on device');
  expect(asked).toEqual(['POST start']);
  expect(ended).toContain('no space left on device');
});

it('gives up when that does not help, and tries nothing on any other container', async () => {
  const twice = await startOf('initialized', 2);
  expect(twice.asked.filter((call) => call === 'POST start')).toHaveLength(2);
  expect(twice.ended).toContain('crun start failed');
  const made = await startOf('created', 1);
  expect(made.asked).toEqual(['POST start', 'GET json']);
  expect(made.ended).toContain('crun start failed');
});
