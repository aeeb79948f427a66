import { expect } from 'vitest';
import { eventually } from './support/eventually.ts';
import { scenario } from './support/scenario.ts';
import { canPause } from './support/skips.ts';

scenario('ps, images, ls and version print what programs read', async ({ project }) => {
  project.compose(`
services:
  web: { <<: *sleep, healthcheck: { test: ["CMD", "true"], interval: 1s }, ports: ["127.0.0.1::80/udp"], volumes: ["data:/data"] }
  job: { <<: *box, command: ["sh", "-c", "exit 4"] }
  two: { <<: *sleep, scale: 2 }
volumes: { data: }
`);
  await project.run(['up', '--wait', 'web', 'two']);
  await project.ok('up', '-d');
  await eventually(async () => expect((await project.inspect('job')).State.Status).toBe('exited'));

  type Row = Record<string, unknown>;
  const rows = (text: string): Row[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
  const all = rows((await project.ok('ps', '-a', '--format', 'json')).stdout);
  expect(all.map(({ Name }) => Name)).toEqual(
    ['job', 'two', 'two', 'web'].map((service, index) => `${project.name}-${service}-${index === 2 ? 2 : 1}`),
  );
  const [job, , , web] = all;
  expect(Object.keys(web ?? {})).toEqual([
    'Command',
    'CreatedAt',
    'ExitCode',
    'Health',
    'ID',
    'Image',
    'Labels',
    'LocalVolumes',
    'Mounts',
    'Name',
    'Names',
    'Networks',
    'Ports',
    'Project',
    'Publishers',
    'RunningFor',
    'Service',
    'Size',
    'State',
    'Status',
  ]);
  const { Id } = await project.inspect('web');
  expect(web).toMatchObject({
    ID: Id.slice(0, 12),
    Service: 'web',
    State: 'running',
    Health: 'healthy',
    ExitCode: 0,
    Project: project.name,
    LocalVolumes: '1',
    Publishers: [{ URL: '127.0.0.1', TargetPort: 80, Protocol: 'udp' }],
  });
  expect(web?.['Status']).toMatch(/^Up .*\(healthy\)$/);
  expect(job).toMatchObject({ State: 'exited', ExitCode: 4, Health: '', Publishers: [] });
  expect(job?.['Status']).toMatch(/^Exited \(4\) .* ago$/);

  expect((await project.ok('ps', '-q', 'web')).stdout).toBe(`${Id}\n`);
  expect((await project.ok('ps', '--services')).stdout).toBe('two\nweb\n');
  expect((await project.ok('ps', '-a', '--services', '--filter', 'status=exited')).stdout).toBe('job\n');
  expect(
    (await project.ok('ps', '--status', 'exited', '--format', '{{.Service}} {{.ExitCode}}')).stdout,
  ).toBe('job 4\n');
  expect(
    (await project.ok('ps', '--format', 'table {{.Name}}\t{{.State}}', 'web')).stdout.split('\n')[1],
  ).toMatch(new RegExp(`^${project.name}-web-1 +running$`));
  expect(rows((await project.ok('ps', '--no-trunc', '--format', 'json', 'web')).stdout)[0]).toMatchObject({
    ID: Id,
    Command: '"sleep 1000"',
  });
  expect(JSON.parse((await project.ok('ps', '--format', 'json-array')).stdout)).toHaveLength(3);
  expect((await project.ok('ps')).stdout.split('\n')[0]).toMatch(
    /^NAME +IMAGE +COMMAND +SERVICE +CREATED +STATUS +PORTS/,
  );
  expect((await project.run(['ps', 'nobody'])).code).not.toBe(0);
  expect((await project.run(['ps', '--filter', 'name=x'])).code).toBe(2);
  expect((await project.run(['pause', 'two'])).code).toBe(canPause ? 0 : 1);
  expect((await project.ok('ps', '--services', '--status', 'paused')).stdout).toBe(canPause ? 'two\n' : '');
  await project.ok('unpause');

  const images = JSON.parse((await project.ok('images', '--format', 'json')).stdout) as Row[];
  expect(images).toHaveLength(4);
  expect(images[0]).toMatchObject({
    ContainerName: `${project.name}-job-1`,
    Repository: 'docker.io/library/busybox',
    Tag: 'latest',
  });
  expect((await project.ok('images', '-q')).stdout).toMatch(/^[0-9a-f]{12,64}\n$/);
  const list = JSON.parse(
    (await project.ok('ls', '--format', 'json', '--filter', `name=${project.name}`)).stdout,
  ) as Row[];
  expect(list).toEqual([
    { Name: project.name, Status: 'running(3)', ConfigFiles: `${project.dir}/compose.yaml` },
  ]);
  const every = JSON.parse(
    (await project.ok('ls', '-a', '--format', 'json', '--filter', `name=${project.name}`)).stdout,
  ) as Row[];
  expect(every[0]?.['Status']).toBe('exited(1), running(3)');
  expect((await project.ok('ls', '-q')).stdout.split('\n')).toContain(project.name);
  expect((await project.ok('version', '--short')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(JSON.parse((await project.ok('version', '--format', 'json')).stdout)).toMatchObject({
    version: 'v2.40.3',
  });
});

scenario(
  'logs: order, streams, prefixes, times, the end of it, and more as it comes',
  async ({ project }) => {
    project.compose(`
services:
  talk: { <<: *box, command: ["sh", "-c", "for i in 1 2 3; do echo out $$i; echo err $$i >&2; done; while [ ! -e /go ]; do sleep 0.05; done; echo more; exec sleep 1000"] }
  other: { <<: *box, command: ["sh", "-c", "echo hello; exec sleep 1000"] }
`);
    await project.ok('up', '-d');
    await eventually(async () => expect(await project.logs('talk')).toContain('err 3'));
    await eventually(async () => expect(await project.logs('other')).toContain('hello'));
    const all = await project.ok('logs');
    expect(all.stdout).toBe('other-1  | hello\ntalk-1   | out 1\ntalk-1   | out 2\ntalk-1   | out 3\n');
    expect(all.stderr).toBe('talk-1   | err 1\ntalk-1   | err 2\ntalk-1   | err 3\n');
    expect((await project.ok('logs', '--no-log-prefix', 'other')).stdout).toBe('hello\n');
    // Two lines of the six; which stream's come last is the container's affair.
    const tail = await project.ok('logs', '--no-color', '-n', '2', 'talk');
    expect(`${tail.stdout}${tail.stderr}`).toMatch(/^(talk-1 {2}\| (out|err) [23]\n){2}$/);
    expect((await project.ok('logs', '-t', '--no-log-prefix', 'other')).stdout).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+\S* hello\n$/,
    );
    expect((await project.ok('logs', '--tail', '0')).stdout).toBe('');
    expect((await project.ok('logs', '--since', '1h', 'other')).stdout).toBe('other-1  | hello\n');
    expect((await project.ok('logs', '--until', '1h', 'other')).stdout).toBe('');
    expect((await project.run(['logs', '--tail', 'few'])).code).toBe(2);
    expect((await project.run(['logs', 'nobody'])).code).not.toBe(0);

    const follow = project.start(['logs', '-f', '--tail', '1']);
    await eventually(() => expect(follow.said.stdout).toContain('hello'));
    await project.exec('talk', 'touch', '/go');
    await eventually(() => expect(follow.said.stdout).toContain('talk-1   | more'));
    follow.kill('SIGINT');
    expect((await follow.done).code).toBe(130);
    const ends = project.start(['logs', '-f', 'talk']);
    await eventually(() => expect(ends.said.stdout).toContain('more'));
    await project.ok('stop', '-t', '0', 'talk');
    expect((await ends.done).code).toBe(0);
  },
);
