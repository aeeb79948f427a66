/** `scenario('up must ...', async ({ project }) => ...)`: a test with a project of its own, which is always cleaned up. */
import { randomBytes } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { Project } from './project.ts';

const artifacts = fileURLToPath(new URL('../../../artifacts/e2e/', import.meta.url));

/** Unique on this machine: "e2e-1a2b3c4d". */
export function projectName(): string {
  return `e2e-${randomBytes(4).toString('hex')}`;
}

interface Fixtures {
  readonly project: Project;
  /** A second project, beside the first. */
  readonly other: Project;
}

async function lend(
  task: { readonly name: string; readonly result?: { readonly state?: string } | undefined },
  use: (project: Project) => Promise<void>,
): Promise<void> {
  const project = new Project(projectName());
  try {
    await use(project);
  } finally {
    const failed = task.result?.state === 'fail';
    if (failed) await keepArtifacts(project, task.name);
    await project.end(failed && process.env['TSCOMPOSE_E2E_KEEP'] === '1');
  }
}

/** On failure: the project's files, the commands' output, each container's state and last lines, in artifacts/e2e/. */
async function keepArtifacts(project: Project, title: string): Promise<void> {
  const folder = join(artifacts, project.name);
  mkdirSync(folder, { recursive: true });
  cpSync(project.dir, join(folder, 'files'), { recursive: true, filter: isCopyable });
  const containers = await project.containers().catch(() => []);
  for (const { id, name } of containers) {
    const { stdout, stderr } = await project.podman('logs', '--tail', '100', id);
    const inspect = await project.podman('inspect', id);
    writeFileSync(join(folder, `${name}.log`), `${stdout}${stderr}`);
    writeFileSync(join(folder, `${name}.json`), inspect.stdout);
  }
  writeFileSync(join(folder, 'transcript.txt'), `${title}\n\n${project.transcript.join('\n\n')}\n`);
}

/** A project may hold an engine's socket. */
function isCopyable(path: string): boolean {
  const about = lstatSync(path);
  return about.isFile() || about.isDirectory() || about.isSymbolicLink();
}

export const scenario = test.extend<Fixtures>({
  project: async ({ task }, use) => lend(task, use),
  other: async ({ task }, use) => lend(task, use),
});
