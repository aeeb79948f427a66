/** A command that had nothing to do has nothing to do again, and asks nobody, until something of what counts has changed. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { base } from './support/building.ts';
import { eventually } from './support/eventually.ts';
import { OwnStore } from './support/own-store.ts';
import type { Project, Result } from './support/project.ts';
import { Relay } from './support/relay.ts';
import { scenario } from './support/scenario.ts';

interface Asked extends Result {
  /** Whether the engine was connected to. */
  readonly isAsked: boolean;
}

interface Scene {
  readonly store: OwnStore;
  /** Runs a command that must succeed. */
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Asked>;
}

/** An engine that nobody else uses, so that nothing changes there by itself. */
async function alone(project: Project, use: (scene: Scene) => Promise<void>): Promise<void> {
  const store = await OwnStore.open();
  const path = join(store.folder, 'relay.sock');
  const relay = await Relay.open(path, join(store.folder, 'podman.sock'));
  try {
    await use({
      store,
      run: async (args, env = {}) => {
        const before = relay.asked;
        const own = { CONTAINER_HOST: `unix://${path}`, ...env };
        const result = await store.run(args, project.dir, own);
        expect(result.code, result.stderr).toBe(0);
        return { ...result, isAsked: relay.asked > before };
      },
    });
  } finally {
    relay.close();
    await store.run(['down', '-t', '0', '-v'], project.dir);
    store.close();
  }
}

/** Two engines of one ordinary user have one network between them, which only the first can use. */
const network = process.getuid?.() === 0 ? '' : 'network_mode: none, ';

const upFiles = `
services:
  a: { <<: *sleep, ${network}env_file: a.env, secrets: [key], volumes: ["data:/data"] }
  b: { <<: *sleep, ${network}image: "localhost/PROJECT:latest", environment: { COLOUR: "\${COLOUR:-none}" } }
volumes: { data: {} }
secrets: { key: { file: key.txt } }
`;

scenario(
  'up: that nothing is to be done is known without the engine, until something that counts has changed',
  async ({ project }) => {
    const own = `localhost/${project.name}:latest`;
    project.compose(upFiles.replace('PROJECT', project.name));
    project.write('a.env', 'A=1\n');
    project.write('key.txt', 'one');
    project.write('other/Containerfile', `FROM ${base}\nLABEL other=1\n`);
    const container = (service: string): string => `${project.name}-${service}-1`;
    await alone(project, async ({ store, run }) => {
      const inspect = (service: string, what: string): Promise<string> =>
        store.podman('inspect', `--format={{${what}}}`, container(service));
      const states = async (): Promise<string[]> => [
        await inspect('a', '.State.Status'),
        await inspect('b', '.State.Status'),
      ];
      await store.podman('tag', base, own);
      const up = (env?: Record<string, string>): Promise<Asked> => run(['up', '-d'], env);
      const settled = async (what: string): Promise<void> => {
        const answer = await up();
        const [a, b] = await states();
        const stderr = ` Container ${container('a')}  ${a}\n Container ${container('b')}  ${b}`;
        expect(answer, what).toMatchObject({
          isAsked: false,
          stdout: '',
          stderr: stderr.replaceAll('  running', '  Running').replaceAll('  exited', '  Exited'),
        });
      };
      expect((await up()).isAsked).toBe(true);
      await settled('nothing');
      const changes: Record<string, () => unknown> = {
        'the compose file': () => project.edit('a.env,', 'a.env, labels: { l: "1" },'),
        'a file that variables come from': () => project.write('a.env', 'A=2\n'),
        "a secret's file": () => project.write('key.txt', 'two'),
        'a file that was not there': () => project.write('.env', 'COLOUR=red\n'),
        'another file that was not there': () =>
          project.write('compose.override.yaml', 'services: { a: { labels: { m: "1" } } }\n'),
        'a file that is gone': () => rmSync(join(project.dir, '.env')),
        'a container that was stopped': () => store.podman('stop', '-t', '0', container('a')),
        'a container that was removed': () => store.podman('rm', '-f', '-t', '0', container('b')),
        'a container that died': async () => {
          process.kill(Number(await inspect('a', '.State.Pid')), 'SIGKILL');
          await eventually(async () => expect(await inspect('a', '.State.Status')).toBe('exited'));
        },
        'an image of that name': () =>
          store.podman('build', '--quiet', `--tag=${own}`, join(project.dir, 'other')),
      };
      for (const [what, change] of Object.entries(changes)) {
        await change();
        expect((await up()).isAsked, what).toBe(true);
        expect(await states(), what).toEqual(['running', 'running']);
        await settled(what);
      }
      const id = await inspect('b', '.Id');
      expect((await up({ COLOUR: 'blue' })).isAsked).toBe(true);
      expect(await inspect('b', '.Id')).not.toBe(id);
      expect((await up()).isAsked).toBe(true);
      await settled('another environment');
      expect((await run(['up', '-d', '--wait'])).isAsked).toBe(true);
      expect((await run(['--debug', 'up', '-d'])).stderr).toContain('GET');
      expect((await up({ TSCOMPOSE_KEPT_ANSWERS: '0' })).isAsked).toBe(true);
      await run(['down', '-t', '0']);
      expect((await up()).isAsked).toBe(true);
      expect(await states()).toEqual(['running', 'running']);
    });
  },
  240_000,
);

scenario(
  'up: what is said of the files is said each time; a pod that shares nothing is known, too',
  async ({ project }) => {
    project.compose('services:\n  a: { <<: *sleep, network_mode: none, environment: { A: "$NOT_SET" } }\n');
    await alone(project, async ({ run }) => {
      expect((await run(['up', '-d'])).stderr).toContain('NOT_SET');
      const next = await run(['up', '-d']);
      expect(next.isAsked).toBe(false);
      expect(next.stderr).toContain('NOT_SET');
      expect(next.stderr).toBe((await run(['up', '-d'], { TSCOMPOSE_KEPT_ANSWERS: '0' })).stderr);
    });
  },
);

scenario('up: of a volume with other labels than the file says is told each time', async ({ project }) => {
  project.compose(
    'services:\n  a: { <<: *sleep, network_mode: none, volumes: ["data:/data"] }\nvolumes: { data: {} }\n',
  );
  await alone(project, async ({ store, run }) => {
    await run(['up', '-d']);
    project.edit('data: {}', 'data: { labels: { tier: one } }');
    const changed = await run(['up', '-d']);
    expect(changed.stderr).toMatch(
      /compose\.yaml:\d+:\d+: warning W_VOLUME_DIFFERS: volume "\S+_data" exists with other labels \(tier\)/,
    );
    expect(await run(['up', '-d'])).toMatchObject({ isAsked: false, stderr: changed.stderr });
    const state = ` Container ${project.name}-a-1  Running`;
    expect(`${(await run(['plan'])).stderr}\n${state}`).toBe(changed.stderr);
    await run(['down', '-t', '0']);
    await store.podman('volume', 'rm', `${project.name}_data`);
    expect((await run(['up', '-d'])).stderr).not.toContain('W_VOLUME_DIFFERS');
    expect(await run(['up', '-d'])).toMatchObject({ isAsked: false, stderr: state });
  });
});

scenario(
  'build: that nothing is to be built is known without the engine, until something that counts has changed',
  async ({ project }) => {
    const file = `FROM ${base}\nARG COLOUR=none\nCOPY src /src\nRUN cat /src/f > /got; echo $COLOUR >> /got\n`;
    project.compose(
      'services:\n  a: { build: { context: ., dockerfile: Containerfile, args: [COLOUR] } }\n  b: { build: { context: b } }\n',
    );
    project.write('Containerfile', file);
    project.write('.containerignore', 'src/ignored\n');
    project.write('src/f', 'first\n');
    project.write('src/ignored/f', '');
    project.write('b/Containerfile', `FROM ${base}\nCOPY *.txt /\n`);
    project.write('b/one.txt', '1');
    await alone(project, async ({ store, run }) => {
      const build = (env?: Record<string, string>): Promise<Asked> => run(['build'], env);
      const settled = async (what: string): Promise<void> => {
        const first = await build();
        expect(first.stderr, what).toContain('nothing to build');
        expect(await build(), what).toMatchObject({ isAsked: false, stdout: '', stderr: first.stderr });
      };
      const id = (service: string): Promise<string> =>
        store.podman('image', 'inspect', '--format={{.Id}}', `${project.name}-${service}`);
      const inImage = (service: string, command: string): Promise<string> =>
        store.podman('run', '--rm', '--network=none', `${project.name}-${service}`, 'sh', '-c', command);
      await build();
      await settled('nothing');
      const changes: Record<string, () => unknown> = {
        'a source file': () => project.write('src/f', 'second\n'),
        'a file more': () => project.write('b/two.txt', '2'),
        'a file less': () => rmSync(join(project.dir, 'b/one.txt')),
        'the Containerfile': () => project.write('Containerfile', `${file}LABEL l=1\n`),
        'the ignore file': () => project.write('.containerignore', 'src/ignored\nsrc/more\n'),
        'an ignore file that was not there': () => project.write('b/.dockerignore', 'x\n'),
        'an image that was removed': () => store.podman('rmi', '-f', `${project.name}-a`),
      };
      for (const [what, change] of Object.entries(changes)) {
        await change();
        expect((await build()).isAsked, what).toBe(true);
        await settled(what);
      }
      expect(await inImage('a', 'cat /got')).toBe('second\nnone');
      expect(await inImage('b', 'ls /*.txt')).toBe('/two.txt');
      const before = await id('a');
      project.write('src/ignored/f', 'nobody sees it\n');
      expect((await build()).isAsked).toBe(false);
      expect((await build({ COLOUR: 'blue' })).isAsked).toBe(true);
      expect(await inImage('a', 'cat /got')).toBe('second\nblue');
      expect((await build()).isAsked).toBe(true);
      expect(await id('a')).toBe(before);
      await settled('another argument');
      expect((await run(['build', '--no-cache', 'b'])).isAsked).toBe(true);
      expect((await run(['build', '--quiet', 'b'])).stdout).toContain(await id('b'));
    });
  },
  240_000,
);

scenario(
  'ps, logs and config: of files that have not changed nothing is read again but what runs is always asked for',
  async ({ project }) => {
    project.compose(
      `services:\n  a: { <<: *box, ${network}command: ["sh", "-c", "echo hello; exec sleep 1000"] }\n  b: { <<: *sleep, ${network}profiles: [more] }\n`,
    );
    await alone(project, async ({ store, run }) => {
      const container = `${project.name}-a-1`;
      await run(['up', '-d']);
      const names = async (): Promise<string[]> =>
        (await run(['ps', '-a', '--format', '{{.Name}} {{.State}}'])).stdout.split('\n');
      expect(await names()).toEqual([`${container} running`]);
      await store.podman('stop', '-t', '0', container);
      expect(await names()).toEqual([`${container} exited`]);
      expect((await run(['logs', '--no-log-prefix', 'a'])).stdout).toBe('hello');
      // A service that no profile enables is known as well.
      expect((await run(['ps', 'b'])).stdout).not.toContain(container);
      const services = (): Promise<Asked> => run(['config', '--services']);
      expect(await services()).toMatchObject({ isAsked: false, stdout: 'a', stderr: '' });
      expect(await services()).toMatchObject({ isAsked: false, stdout: 'a', stderr: '' });
      project.edit('b: {', 'c: {');
      const unknown = await store.run(['ps', 'b'], project.dir);
      expect(unknown).toMatchObject({ code: 2, stdout: '' });
      expect(unknown.stderr).toContain('no such service: b');
      project.edit('profiles: [more]', 'environment: { A: "${NOT_SET}" }');
      for (let times = 0; times < 2; times++) {
        expect((await services()).stdout.split('\n')).toEqual(['a', 'c']);
        expect((await services()).stderr).toContain('NOT_SET');
        expect((await run(['ps', '-q'])).stderr).toContain('NOT_SET');
      }
    });
  },
);
