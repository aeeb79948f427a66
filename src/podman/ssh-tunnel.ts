/** A remote engine's socket, forwarded to a private local one by OpenSSH for as long as this process lives. */
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { fail } from '../base/errors.ts';
import { runtimeDir } from './runtime-dir.ts';
import type { ConnectRequest } from './types.ts';

/** @param url - ssh://[user@]host[:port]/path/to/podman.sock */
export async function forwardSocket(url: URL, request: ConnectRequest): Promise<string> {
  const { execa } = await import('execa');
  const folder = runtimeDir(request.environment, request.uid);
  const local = join(folder, `ssh-${sha256(url.href).slice(0, 12)}-${process.pid}.sock`);
  const remote = url.pathname === '' || url.pathname === '/' ? '/run/podman/podman.sock' : url.pathname;
  const host = url.username ? `${decodeURIComponent(url.username)}@${url.hostname}` : url.hostname;
  const identity = request.environment['CONTAINER_SSHKEY'];
  const args = [
    '-N',
    '-o',
    'BatchMode=yes',
    '-o',
    'ExitOnForwardFailure=yes',
    '-o',
    'StreamLocalBindUnlink=yes',
  ];
  if (url.port) args.push('-p', url.port);
  if (identity) args.push('-i', identity);
  args.push('-L', `${local}:${remote}`, '--', host);
  const child = execa('ssh', args, {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    reject: false,
    cleanup: true,
  });
  const { existsSync } = await import('node:fs');
  let ended: string | undefined;
  void child.then((result) => {
    ended = result.stderr || `ssh ended with code ${result.exitCode}`;
  });
  for (let waited = 0; waited < 15_000; waited += 50) {
    if (existsSync(local)) {
      (child as unknown as { unref(): void }).unref();
      return local;
    }
    if (ended !== undefined)
      throw fail('E_ENGINE_UNREACHABLE', `ssh to ${host} failed`, {
        details: ended.split('\n').slice(-5),
        hint: `try: ssh ${host} podman info`,
      });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill();
  throw fail('E_ENGINE_UNREACHABLE', `ssh to ${host} did not forward ${remote} within 15 s`);
}
