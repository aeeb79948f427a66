import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HttpClient } from '../../../src/podman/http.ts';

it('a service that ends when idle hears from us until the client is closed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keep-awake-'));
  const socketPath = join(folder, 'engine.sock');
  const asked: (string | undefined)[] = [];
  let heard: () => void = () => undefined;
  const twice = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end('OK');
    if (asked.length === 2) heard();
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  try {
    const client = new HttpClient({ socketPath });
    client.keepAwake(10);
    await twice;
    client.close();
    const before = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    // One that was on its way when the client closed may still arrive.
    expect(asked.length - before).toBeLessThanOrEqual(1);
    expect(new Set(asked)).toEqual(new Set(['/_ping']));
  } finally {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  }
});
