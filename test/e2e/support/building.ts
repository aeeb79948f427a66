/** What tests of building do with a project. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.ts';

export const base = 'docker.io/library/busybox:latest';

/** Every build of a scenario keeps its cache in the project's folder; that it is made there must be no change of the context. */
export function cacheOf(project: Project): { XDG_CACHE_HOME: string } {
  const path = join(project.dir, '.cache');
  mkdirSync(path, { recursive: true });
  return { XDG_CACHE_HOME: path };
}

export async function build(
  project: Project,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return project.run(['build', ...args], { env: cacheOf(project), timeoutMs: 170_000 });
}

/** The steps that are still to be done. */
export async function todo(project: Project, ...args: string[]): Promise<string[]> {
  const { stdout } = await build(project, '--print', ...args);
  const plan = JSON.parse(stdout) as { actions: { kind: string; id: string }[] };
  return plan.actions.map(({ id }) => id);
}

export async function imageId(project: Project, service: string): Promise<string> {
  return (
    await project.podman('image', 'inspect', '--format={{.Id}}', `${project.name}-${service}`)
  ).stdout.trim();
}

export async function inImage(project: Project, service: string, command: string): Promise<string> {
  const image = `localhost/${project.name}-${service}`;
  return (
    await project.podman('run', '--rm', '--network=none', '--entrypoint=sh', image, '-c', command)
  ).stdout.trim();
}
