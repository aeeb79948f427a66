/** Tests that cannot run everywhere. Lists of skipped tests do not say why, so this does, in the output of every reporter. */
import { existsSync, writeSync } from 'node:fs';

/** For `runIf`: the condition itself. Where it does not hold, says on standard error what is left out, and why. */
export function runsHere(holds: boolean, what: string, why: string): boolean {
  if (!holds) writeSync(process.stderr.fd, `SKIPPED: ${what}: ${why}\n`);
  return holds;
}

export const isRoot: boolean = process.getuid?.() === 0;

/** Podman pauses by control groups, which version 1 gives to no ordinary user. */
export const canPause: boolean = isRoot || existsSync('/sys/fs/cgroup/cgroup.controllers');
export const cannotPause = 'rootless Podman on control groups of version 1 cannot pause containers';
