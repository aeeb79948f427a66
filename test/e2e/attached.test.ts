import { expect } from 'vitest';
import { eventually } from './support/eventually.ts';
import { scenario } from './support/scenario.ts';

scenario('attached up shows each container’s output and ends with them', async ({ project }) => {
  project.compose(`
services:
  first: { <<: *box, command: ["sh", "-c", "echo one; echo two >&2"] }
  second: { <<: *box, command: ["sh", "-c", "echo three; exit 3"], depends_on: { first: { condition: service_completed_successfully } } }
  silent: { <<: *box, command: ["sh", "-c", "echo hidden"], attach: false }
`);
  const { code, stdout, stderr } = await project.run(['up', '--menu=false']);
  expect(code).toBe(0);
  expect(stdout.split('\n').filter((line) => line.includes(' | '))).toEqual(
    expect.arrayContaining(['first-1   | one', 'second-1  | three']),
  );
  expect(stderr).toContain('first-1   | two');
  expect(stdout + stderr).not.toContain('hidden');
  expect(stdout + stderr).toMatch(/second-1 .*exited with code 3/);
  expect(await project.states()).toEqual(['first-1 exited', 'second-1 exited', 'silent-1 exited']);

  const flags = await project.run([
    'up',
    '--force-recreate',
    '--no-log-prefix',
    '--no-attach',
    'second',
    '--timestamps',
  ]);
  expect(flags.stdout).toMatch(/^\d{4}-\S+ one$/m);
  expect(flags.stdout).not.toContain('three');
  const only = await project.run(['up', '--attach', 'silent', '--force-recreate']);
  expect(only.stdout).toContain('hidden');
  expect(only.stdout).not.toContain('three');
});

scenario(
  'attached up of what runs already says so, and of a silent container only its end',
  async ({ project }) => {
    project.compose(`
services:
  silent: { <<: *sleep, stop_grace_period: 1s }
  talker: { <<: *box, command: ["sh", "-c", "while :; do echo here; sleep 0.1; done"], stop_grace_period: 1s }
`);
    await project.ok('up', '-d');
    const running = project.start(['up']);
    await eventually(() => expect(running.said.stdout).toContain('talker-1  | here'));
    expect(running.said.stderr).toContain(` Container ${project.name}-silent-1  Running\n`);
    running.kill('SIGINT');
    const { code, stdout, stderr } = await running.done;
    expect(code).toBe(130);
    expect(stdout + stderr).toMatch(/silent-1 .*exited with code 137/);
    expect(stdout + stderr).not.toContain('cannot be read');
  },
);

scenario('the end of one container ends all when the flags say so, with its code', async ({ project }) => {
  project.compose(`
services:
  server: { <<: *sleep }
  ok: { <<: *box, command: ["sh", "-c", "exit 0"] }
  tests: { <<: *box, command: ["sh", "-c", "sleep 0.5; echo tested; exit 6"], depends_on: { ok: { condition: service_completed_successfully } } }
`);
  const from = await project.run(['up', '--exit-code-from', 'server', 'server', 'tests']);
  expect(from.code).toBe(137);
  const any = await project.run(['up', '--force-recreate', '--abort-on-container-exit', '-t', '0']);
  expect(any.code).toBe(0);
  expect((await project.states()).filter((state) => state.endsWith('running'))).toEqual([]);
  const failure = await project.run(['up', '--abort-on-container-failure']);
  expect(failure.code).toBe(6);
  expect(failure.stdout).toContain('tested');
  expect((await project.states()).filter((state) => state.endsWith('running'))).toEqual([]);
  expect((await project.run(['up', '--exit-code-from', 'tests', 'tests'])).code).toBe(6);
  expect((await project.run(['up', '-d', '--abort-on-container-exit'])).code).toBe(2);
  expect((await project.run(['up', '--exit-code-from', 'nobody'])).code).not.toBe(0);
});

scenario('Ctrl-C in attached up stops the project in order and ends with 130', async ({ project }) => {
  const loop = `trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done`;
  project.compose(`
services:
  web: { <<: *box, command: ["sh", "-c", "${loop}"], stop_grace_period: 5s, depends_on: [db] }
  db: { <<: *box, command: ["sh", "-c", "${loop}"], stop_grace_period: 5s }
`);
  const up = project.start(['up']);
  await eventually(() => {
    expect(up.said.stdout).toContain('web-1  | up');
    expect(up.said.stdout).toContain('db-1   | up');
  });
  up.kill('SIGINT');
  const { code, stdout } = await up.done;
  expect(code).toBe(130);
  expect(stdout).toContain('web-1  | bye');
  expect(stdout).toContain('db-1   | bye');
  expect(await project.states()).toEqual(['db-1 exited', 'web-1 exited']);
  const ended = async (what: string): Promise<number> =>
    Date.parse((await project.inspect(what)).State.FinishedAt);
  expect(await ended('db')).toBeGreaterThanOrEqual(await ended('web'));
});

scenario('two projects side by side do not touch each other', async ({ project, other }) => {
  const text = `
services:
  web: { <<: *box, command: [httpd, -f, -p, "80", -h, /page], volumes: ["./page:/page"] }
  app: { <<: *sleep }
  far: { <<: *sleep, networks: [default, meeting] }
networks: { meeting: { name: ${project.name}-meeting, external: true } }
`;
  await project.podman('network', 'create', `${project.name}-meeting`);
  try {
    for (const one of [project, other]) {
      one.write('page/index.html', one.name);
      one.compose(text);
    }
    await Promise.all([project.ok('up', '-d'), other.ok('up', '-d')]);
    const ids = await other.ids();
    for (const one of [project, other])
      expect(await one.sh('app', 'wget -q -O - http://web/')).toBe(one.name);
    expect(await project.sh('far', `ping -c 1 ${other.name}-far-1 | head -1`)).toContain(
      `${other.name}-far-1`,
    );
    await project.ok('down', '-v', '-y');
    expect(await other.ids()).toEqual(ids);
    expect(await other.sh('app', 'wget -q -O - http://web/')).toBe(other.name);

    // The same name from another folder is refused, and nothing is changed.
    project.write(
      'compose.yaml',
      `name: ${other.name}\nservices:\n  web: { image: "docker.io/library/busybox:latest" }\n`,
    );
    const refused = await project.run(['up', '-d']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(other.dir);
    expect(refused.stderr).toContain('--take-over');
    expect(await other.ids()).toEqual(ids);
    await other.ok('down');
  } finally {
    await project.run(['down']);
    await other.run(['down']);
    await project.podman('network', 'rm', '-f', `${project.name}-meeting`);
  }
});
