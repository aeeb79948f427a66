import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The tests run the bundle on the real engine: both must be there. `make e2e` sees to it; this says so where they are not. */
export default function setup(): void {
  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
  if (!existsSync(cli)) throw new Error('dist/cli.js is missing: run `make e2e`, or `npm run bundle` first');
  try {
    execFileSync('podman', ['image', 'exists', 'docker.io/library/busybox:latest'], { stdio: 'ignore' });
  } catch {
    throw new Error('Podman or its busybox image is missing: run `make setup` first');
  }
}
