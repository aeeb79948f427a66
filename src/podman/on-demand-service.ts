/**
 * `podman system service` on a private socket, started when nothing else answers. It ends by itself after a minute without
 * a connection. A live socket must never be taken over (the old service would delete it on exit): one starter at a time,
 * and only on a socket that does not answer.
 */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../base/errors.ts';
import { findProgram } from './find-program.ts';
import { takeGuard } from './process-guard.ts';
import { runtimeDir } from './runtime-dir.ts';
import type { ConnectRequest } from './types.ts';

/** Without a connection for so long, the service ends by itself. */
export const idleSeconds = 60;
const startTimeoutMs = 15_000;

/** @param ping - gives the version of what answers at a socket. @returns the path of a socket that answers, and that version */
export async function startService(
  request: ConnectRequest,
  ping: (socketPath: string) => Promise<string | undefined>,
): Promise<{ readonly path: string; readonly version: string }> {
  const folder = runtimeDir(request.environment, request.uid);
  const socketPath = join(folder, 'podman.sock');
  const deadline = performance.now() + startTimeoutMs;
  let release: (() => Promise<void>) | undefined;
  let version: string | undefined;
  for (;;) {
    version = await ping(socketPath);
    if (version !== undefined) return { path: socketPath, version };
    release = await takeGuard(`start ${socketPath}`);
    if (release) break;
    if (performance.now() > deadline)
      throw fail('E_ENGINE_UNREACHABLE', 'another process is starting podman and does not finish', {
        hint: 'try: podman info',
      });
    await sleep(20);
  }
  try {
    version = await ping(socketPath);
    if (version !== undefined) return { path: socketPath, version };
    await spawnService(socketPath, join(folder, 'podman.log'), request);
    for (;;) {
      version = await ping(socketPath);
      if (version !== undefined) return { path: socketPath, version };
      if (performance.now() > deadline) throw notStarted(join(folder, 'podman.log'));
      await sleep(15);
    }
  } finally {
    await release();
  }
}

async function spawnService(socketPath: string, log: string, request: ConnectRequest): Promise<void> {
  const podman = findProgram('podman', request.environment['PATH']);
  if (!podman) {
    throw fail('E_ENGINE_UNREACHABLE', 'podman is not installed, or not in PATH', {
      hint: 'install it (apt install podman, dnf install podman, ...), or name a running one with --url or CONTAINER_HOST',
    });
  }
  const { spawn } = await import('node:child_process');
  const out = openSync(log, 'w', 0o600);
  const child = spawn(podman, ['system', 'service', `--time=${idleSeconds}`, `unix://${socketPath}`], {
    detached: true,
    stdio: ['ignore', out, out],
    cwd: '/',
    env: request.environment as NodeJS.ProcessEnv,
  });
  child.on('error', () => undefined);
  child.unref();
  closeSync(out);
}

function notStarted(log: string): Error {
  let said = '';
  try {
    said = readFileSync(log, 'utf8').trim();
  } catch {
    // it said nothing
  }
  return fail('E_ENGINE_UNREACHABLE', 'podman system service does not start', {
    details: said.split('\n').slice(-10),
    hint: 'try: podman info',
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
