/** Builds that are ended before they are done: at once nothing runs any more, and the next one leaves nothing of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { containersOf } from '../../src/podman/working-containers.ts';
import { base, cacheOf, inImage } from './support/building.ts';
import { eventually } from './support/eventually.ts';
import { scenario } from './support/scenario.ts';

scenario(
  'build: killed in the middle, the next build ends right and no container is left',
  async ({ project }) => {
    project.compose('services:\n  a: { build: { context: ., dockerfile: Containerfile } }\n');
    project.write(
      'Containerfile',
      `FROM ${base}\nRUN echo ${project.name}; sleep 4; echo done > /done\nCMD ["x"]\n`,
    );
    const place = (name: string): string => join(project.dir, name);
    const env = { ...cacheOf(project), XDG_RUNTIME_DIR: place('run'), TMPDIR: place('tmp') };
    project.write('run/keep', '');
    project.write('tmp/keep', '');
    const running = project.start(['build', '--progress', 'plain'], { env: { ...process.env, ...env } });
    await eventually(() =>
      expect(running.said.stderr + running.said.stdout).toContain(`[a] ${project.name}`),
    );
    running.kill('SIGKILL');
    await running.done;
    const segments = (): string[] =>
      readdirSync(place('run/tscompose')).filter((name) => name.startsWith('segment-'));
    expect(segments()).toHaveLength(1);
    expect((await project.run(['build'], { env, timeoutMs: 100_000 })).code).toBe(0);
    expect([...segments(), ...readdirSync(place('tmp'))]).toEqual(['keep']);
    expect(await inImage(project, 'a', 'cat /done')).toBe('done');
  },
  170_000,
);

scenario(
  'build: what an image that is built as a whole was made in goes with the next build after one that was killed',
  async ({ project }) => {
    project.compose('services:\n  a: { build: { context: ., args: { A: "two\\nlines", B: "" } } }\n');
    project.write('Containerfile', `FROM ${base}\nARG A\nRUN echo be''gins ${project.name}; sleep 100\n`);
    const env = { ...cacheOf(project), XDG_RUNTIME_DIR: join(project.dir, 'run') };
    project.write('run/keep', '');
    const { stdout } = await project.podman(
      'info',
      '--format={{.Store.GraphRoot}} {{.Store.GraphDriverName}}',
    );
    const [graphRoot = '', driver = ''] = stdout.trim().split(' ');
    const builds = (): string[] =>
      readdirSync(join(project.dir, 'run/tscompose')).filter((name) => name.startsWith('build-'));
    const running = project.start(['build', '--progress', 'plain'], { env: { ...process.env, ...env } });
    await eventually(() => expect(running.said.stderr).toContain(`begins ${project.name}`), {
      timeoutMs: 60_000,
    });
    expect(running.said.stderr).toContain('as a whole: the build argument A has more than one line');
    running.kill('SIGKILL');
    await running.done;
    const left = builds();
    const containers = (): string[] =>
      containersOf(left, { graphRoot, driver, mountProgram: false, plainUpper: true });
    expect(left).toHaveLength(1);
    expect(containers()).not.toEqual([]);
    project.write('Containerfile', `FROM ${base}\nARG A\nRUN echo done > /done\n`);
    const { code, stderr } = await project.run(['build', '--progress', 'plain'], { env, timeoutMs: 100_000 });
    expect([code, builds(), containers()]).toEqual([0, [], []]);
    expect(stderr).toContain('build args were not consumed: [B]');
  },
  170_000,
);

scenario(
  'build: a later command ends with the build that is interrupted, and with the next after one that was killed',
  async ({ project }) => {
    project.compose('services:\n  a: { build: { context: ., dockerfile: Containerfile } }\n');
    const file = (command: string): void => {
      project.write('Containerfile', `FROM ${base}\nRUN sleep 1; echo ${project.name}\nRUN ${command}\n`);
    };
    const seconds = `4${Math.floor(Math.random() * 1e7)}`;
    file(`echo be''gins ${project.name}; sleep ${seconds}`);
    const env = { ...cacheOf(project), XDG_RUNTIME_DIR: join(project.dir, 'run') };
    project.write('run/keep', '');
    const runs = (): boolean => commandLines().some((line) => line.includes(`sleep ${seconds}`));
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const running = project.start(['build', '--progress', 'plain'], { env: { ...process.env, ...env } });
      await eventually(() => expect(running.said.stderr).toContain(`begins ${project.name}`), {
        timeoutMs: 60_000,
      });
      expect(runs()).toBe(true);
      running.kill(signal);
      const { code } = await running.done;
      if (signal === 'SIGINT') {
        expect(code).toBe(130);
        expect(runs()).toBe(false);
      }
    }
    const left = readdirSync(join(project.dir, 'run/tscompose')).filter((name) => /^segment-/.test(name));
    expect(left.length).toBeGreaterThan(0);
    file('echo done > /done');
    expect((await project.run(['build'], { env, timeoutMs: 100_000 })).code).toBe(0);
    expect(runs()).toBe(false);
    const { stdout } = await project.podman('ps', '--all', '--external', '--format={{.Names}}');
    for (const name of left) expect(stdout).not.toContain(name);
  },
  170_000,
);

/** Of all processes. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return [];
      }
    });
}
