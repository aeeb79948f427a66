/** A secret's value is nowhere but where it belongs: not in arguments, labels, outputs or files that others can read. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { busybox } from '../support/project.ts';
import { Lab } from './support/lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());

const canaries = ['canary-file-5b1d', 'canary-environment-5b1d', 'canary-password-5b1d'];

const compose = (name: string): string => `name: ${name}
services:
  web:
    image: ${busybox}
    command: [sh, -c, "cat /run/secrets/file /run/secrets/environment > /dev/null; exec sleep 1000"]
    environment: [DB_PASSWORD]
    secrets: [file, environment]
    stop_grace_period: 0s
  tool:
    build: { context: ., args: [DB_PASSWORD] }
    command: ["true"]
secrets:
  file: { file: ./secret.txt }
  environment: { environment: SECRET_VALUE }
`;

/** Looks at every process's arguments as fast as it can, until it is stopped. */
function watchArguments(): () => string[] {
  const seen = new Set<string>();
  const look = (): void => {
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      try {
        const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (canaries.some((canary) => text.includes(canary))) seen.add(text.replaceAll('\0', ' '));
      } catch {
        // It has ended.
      }
    }
  };
  const timer = setInterval(look, 3);
  return () => {
    clearInterval(timer);
    return [...seen];
  };
}

/**
 * Files and folders that others than their owner may use, with their modes. crun, started by a build, puts an empty
 * folder with mode 555 beside ours, to mount over what a container may not see: it shows nothing.
 */
function openToOthers(folder: string): string[] {
  const ofCrun = join(folder, 'crun/.empty-directory');
  const paths = (readdirSync(folder, { recursive: true }) as string[]).map((name) => join(folder, name));
  return paths.flatMap((path) => {
    const { mode } = statSync(path);
    if ((mode & 0o077) === 0) return [];
    if (path === ofCrun && readdirSync(path).length === 0) return [];
    return [`${path} ${mode.toString(8)}`];
  });
}

it('is not seen anywhere while a project is built, brought up, looked at and taken down', {
  timeout: 600_000,
}, async () => {
  const project = lab.project('secret', { 'compose.yaml': '' });
  project.write({
    'compose.yaml': compose(project.name),
    'secret.txt': canaries[0] ?? '',
    Containerfile: `FROM ${busybox}\nARG DB_PASSWORD\nRUN test -n "$DB_PASSWORD"\n`,
  });
  const env = { SECRET_VALUE: canaries[1], DB_PASSWORD: canaries[2] };
  const stop = watchArguments();
  const outputs: string[] = [];
  const modes: string[] = [];
  for (const args of [
    ['build'],
    ['up', '-d'],
    ['plan'],
    ['ps', '-a'],
    ['logs'],
    ['up', '-d', '--force-recreate'],
  ]) {
    const ended = await project.run(args, { env });
    expect(ended.code, `${args.join(' ')}: ${ended.stderr}`).toBe(0);
    outputs.push(ended.stdout, ended.stderr);
    modes.push(...openToOthers(lab.runtime));
  }
  const things = await Promise.all([
    ...(await project.containers()).map(async ({ name }) => {
      const { Config, Spec } = await lab.ask<Record<string, { Labels?: unknown }>>(
        `/containers/${name}/json`,
      );
      return JSON.stringify([Config?.Labels, Spec]);
    }),
    ...['/pods/json', '/networks/json', '/volumes/json', '/secrets/json'].map(async (path) =>
      JSON.stringify(await lab.ask<unknown>(path)),
    ),
  ]);
  const down = await project.run(['down', '-v', '--rmi', 'local'], { env });
  outputs.push(down.stdout, down.stderr);
  expect(stop()).toEqual([]);
  for (const canary of canaries)
    for (const text of [...outputs, ...things]) expect(text.includes(canary), text).toBe(false);
  expect(modes).toEqual([]);
  expect([...(await project.objects()), ...lab.leftFiles()]).toEqual([]);
});
