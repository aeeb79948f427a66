import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A socket of the engine that only the tests use, to look at what the program under test did. */
    engineSocket: string;
  }
}

/** The tests run the bundle on the real engine: both must be there. `make e2e` sees to it; this says so where they are not. */
export default async function setup(project: TestProject): Promise<() => void> {
  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
  if (!existsSync(cli)) throw new Error('dist/cli.js is missing: run `make e2e`, or `npm run bundle` first');
  try {
    execFileSync('podman', ['image', 'exists', 'docker.io/library/busybox:latest'], { stdio: 'ignore' });
  } catch {
    throw new Error('Podman or its busybox image is missing: run `make setup` first');
  }
  const folder = mkdtempSync(join(tmpdir(), 'e2e-engine-'));
  const socket = join(folder, 'podman.sock');
  const service = spawn('podman', ['system', 'service', '--time=0', `unix://${socket}`], { stdio: 'ignore' });
  await answering(socket);
  project.provide('engineSocket', socket);
  return () => {
    service.kill();
    rmSync(folder, { recursive: true, force: true });
  };
}

async function answering(socketPath: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const alive = await new Promise<boolean>((resolve) => {
      const ping = request({ socketPath, path: '/_ping' }, (response) => {
        response.resume();
        resolve(true);
      });
      ping.on('error', () => resolve(false));
      ping.end();
    });
    if (alive) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('podman system service does not answer: try `podman info`');
}
