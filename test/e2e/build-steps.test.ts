import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { base, build, cacheOf, imageId, inImage, todo } from './support/building.ts';
import { scenario } from './support/scenario.ts';
import { isRoot, runsHere } from './support/skips.ts';

const twoServices = `
services:
  a: { build: { context: ., dockerfile: a.Containerfile } }
  b: { build: { context: ., dockerfile: b.Containerfile } }
`;
const shared = `FROM ${base}\nRUN head -c 8 /dev/urandom | base64 > /once\n`;

scenario(
  'build: a shared step runs once, an unchanged project builds nothing, an edit only its tail',
  async ({ project }) => {
    project.compose(twoServices);
    project.write('a.Containerfile', `${shared}COPY --chown=3:4 src /src/\nENV A=1\nCMD ["a"]\n`);
    project.write('b.Containerfile', `${shared}RUN cat /once > /copy\n`);
    project.write('src/f', 'one\n', 0o640);
    expect((await build(project)).code).toBe(0);
    const once = await inImage(project, 'a', 'cat /once; stat -c "%a %u:%g" /src/f');
    expect(once.split('\n')[1]).toBe('640 3:4');
    expect(await inImage(project, 'b', 'cat /once /copy')).toBe(
      `${once.split('\n')[0]}\n${once.split('\n')[0]}`,
    );
    const ids = [await imageId(project, 'a'), await imageId(project, 'b')];
    expect(await todo(project)).toEqual([]);
    expect((await build(project)).code).toBe(0);
    expect([await imageId(project, 'a'), await imageId(project, 'b')]).toEqual(ids);
    project.write('src/f', 'two\n');
    expect(await todo(project)).toEqual(['build.layers/a:3', 'image.build/a']);
    expect((await build(project)).code).toBe(0);
    expect(await inImage(project, 'a', 'cat /src/f /once')).toBe(`two\n${once.split('\n')[0]}`);
    expect(await imageId(project, 'b')).toBe(ids[1]);
  },
  170_000,
);

scenario(
  'build: a failing step fails what depends on it and nothing else, and shows its line and output',
  async ({ project }) => {
    project.compose(twoServices);
    project.write('a.Containerfile', `FROM ${base}\nRUN echo going wrong; exit 7\n`);
    project.write('b.Containerfile', `FROM ${base}\nRUN echo fine > /fine\n`);
    const result = await build(project);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/a\.Containerfile:2:1: error E_BUILD: RUN .* failed \(exit status 7\)/);
    expect(result.stderr).toContain('going wrong');
    expect(await inImage(project, 'b', 'cat /fine')).toBe('fine');
    expect(await imageId(project, 'a')).toBe('');
  },
  120_000,
);

scenario(
  'build: commands that follow one another leave each its own layer, and what the last one spoils is not done again',
  async ({ project }) => {
    project.compose('services: { a: { build: . } }\n');
    const first = `FROM ${base}
RUN head -c 8 /dev/urandom | base64 > /once; mkdir -m 750 /d; echo 1 > /d/one; ln -s /d /link
COPY --chown=3:4 --chmod=640 src /src/
RUN cat /once > /d/two; rm /d/one; chown 5 /src/f; rm /src/g
`;
    project.write('src/f', 'f');
    project.write('src/g', 'g');
    project.write('Containerfile', `${first}RUN echo spoilt; exit 3\n`);
    const spoilt = await build(project);
    expect([spoilt.code, spoilt.stderr.match(/Containerfile:\d+:\d+/)?.[0]]).toEqual([
      1,
      'Containerfile:5:1',
    ]);
    project.write(
      'Containerfile',
      `${first}RUN cmp /once /d/two && find /d /link /src | sort > /seen; echo 2 > /d/one\n`,
    );
    expect(await todo(project)).toEqual(['build.run/a:5', 'image.build/a']);
    expect((await build(project)).code).toBe(0);
    const files = 'cat /seen; stat -c "%n %a %u:%g" /d /link /src/f; cat /d/one';
    expect((await inImage(project, 'a', files)).split('\n')).toEqual([
      ...['/d', '/d/two', '/link', '/src', '/src/f'],
      ...['/d 750 0:0', '/link 777 0:0', '/src/f 640 5:4', '2'],
    ]);
    const layers = '{{len .RootFS.Layers}}';
    const one = await project.podman('image', 'inspect', `--format=${layers}`, `${project.name}-a`);
    const below = await project.podman('image', 'inspect', `--format=${layers}`, base);
    expect(Number(one.stdout) - Number(below.stdout)).toBe(4);
  },
  120_000,
);

/** What commands do to files, to their environment and to directories that are not there. */
const busy = `FROM ${base}
ARG V=arg
ENV E=env HOME=/h
RUN sleep 1
RUN printf 'root:x:0:root\\nadm:x:4:root\\n' > /etc/group && echo 192.0.2.9 leaked >> /etc/hosts && touch /dev/shm/leaked
RUN grep -E '^(Cap|NoNewPrivs|Seccomp|Groups)' /proc/self/status > /rights; ls /dev /dev/shm >> /rights; grep -c -e leaked -e $(hostname) /etc/hosts >> /rights
RUN mkdir -p /a/b /old && echo x > /a/b/c && ln /a/b/c /a/l && ln -s b/c /a/s && touch /old/hidden
RUN rm /bin/vi && rm -r /old && mkdir /old && touch /old/new && chown 5:6 /a && chmod 4755 /a/l && mkfifo /a/f
WORKDIR /made/here
RUN env | grep -v -e HOSTNAME -e SHLVL > /env; pwd >> /env; id -u >> /env; umask >> /env; ulimit -n >> /env
USER 7:8
RUN cat /etc/passwd /etc/group > /tmp/names
WORKDIR /nobodys
RUN id -u > /tmp/user; touch x 2> /dev/null || echo no > /tmp/writable
RUN --network=none ["/bin/sh", "-c", "tail -n +3 /proc/net/dev | cut -d: -f1 | sort > /tmp/net"]
`;

scenario(
  "build: a command run as a container of the engine leaves what Buildah's leaves",
  async ({ project }) => {
    project.compose('services:\n  a: { build: { context: ., dockerfile: Containerfile } }\n');
    project.write('Containerfile', busy);
    const listing =
      'for f in $(find / -xdev -not -path "/proc*" -not -path "/sys*" -not -path "/dev*" -not -path /etc/hosts | sort); do ' +
      'stat -c "%n %a %u:%g %F %h %s" $f; done; readlink /a/s; cat /env /rights /tmp/user /tmp/writable /tmp/net /tmp/names';
    expect((await build(project)).code).toBe(0);
    const own = await inImage(project, 'a', listing);
    const env = { ...cacheOf(project), BUILDAH_ISOLATION: isRoot ? 'oci' : 'rootless' };
    const other = await project.run(['build', '--no-cache'], { env, timeoutMs: 170_000 });
    expect(other.code).toBe(0);
    expect(own.split('\n')).toEqual((await inImage(project, 'a', listing)).split('\n'));
    const { stdout: driver } = await project.podman('info', '--format={{.Store.GraphDriverName}}');
    // A change of one name of a file parts it from the other where there are layers.
    const [kept, changed] = driver.trim() === 'vfs' ? ['4755', '2 2'] : ['644', '1 2'];
    expect(own).toContain(`/a/b/c ${kept} 0:0 regular file 2 2`);
    expect(own).toContain(`/a/l 4755 0:0 regular file ${changed}`);
    expect(own).toMatch(/^Groups:\s*0 4\b/m);
    expect(own).not.toMatch(/^\/(?:bin\/vi|old\/hidden) /m);
    const { stdout } = await project.podman('ps', '--all', '--external', '--format={{.Names}}');
    expect(stdout).not.toContain('tscompose-segment');
  },
  400_000,
);

scenario(
  'build: a cache mount begins with what its stage has now',
  async ({ project }) => {
    project.compose('services:\n  a: { build: { context: ., dockerfile: Containerfile } }\n');
    const file = (text: string): string =>
      `FROM ${base} AS stage\nRUN mkdir -p /s && echo ${text} >/s/f\nFROM ${base}\n` +
      'RUN --mount=type=cache,target=/c,from=stage,source=/s cat /c/f >/o && echo changed >/c/f\n';
    for (const text of ['one', 'two', 'one']) {
      project.write('Containerfile', file(text));
      expect((await build(project)).code).toBe(0);
      expect(await todo(project)).toEqual([]);
      expect(await inImage(project, 'a', 'cat /o; ls /c')).toBe(text);
    }
  },
  170_000,
);

const mayNotRead = runsHere(!isRoot, 'builds from files of mode 000', 'root reads every file');
scenario.runIf(mayNotRead)(
  'build: what of a context is ours but not to be read is read by podman build',
  async ({ project }) => {
    project.compose('services:\n  a: { build: { context: ., dockerfile: Containerfile } }\n');
    project.write('Containerfile', `FROM ${base}\nCOPY dark /d/\nCOPY none /n\n`);
    project.write('dark/f', 'in the dark');
    project.write('none', 'for nobody', 0o000);
    chmodSync(join(project.dir, 'dark'), 0o000);
    try {
      const { code, stderr } = await build(project);
      expect(code, stderr).toBe(0);
      expect(stderr).toContain('only podman build may read');
      expect(await inImage(project, 'a', 'cat /d/f /n; stat -c %a /n')).toBe('in the darkfor nobody0');
    } finally {
      chmodSync(join(project.dir, 'dark'), 0o755);
    }
  },
  170_000,
);

scenario(
  'build: a command that cannot be started says so, and leaves no container',
  async ({ project }) => {
    project.compose('services:\n  a: { build: { context: ., dockerfile: Containerfile } }\n');
    project.write('Containerfile', `FROM ${base}\nRUN ["/nothing", "here"]\n`);
    const result = await build(project);
    expect(result.code).toBe(1);
    // For an ordinary user Buildah runs it, and tells no status of its own for this.
    const status = isRoot ? 127 : 1;
    expect(result.stderr).toMatch(
      new RegExp(`Containerfile:2:1: error E_BUILD: RUN .* failed \\(exit status ${status}\\)`),
    );
    expect(result.stderr).toContain('/nothing');
    // The engine's runtime says it, where it runs a later step.
    project.write('Containerfile', `FROM ${base}\nRUN true\nRUN ["/nothing", "there"]\n`);
    const later = await build(project);
    expect(later.stderr).toMatch(
      new RegExp(`Containerfile:3:1: error E_BUILD: RUN .* failed \\(exit status ${status}\\)`),
    );
    const { stdout } = await project.podman('ps', '--all', '--external', '--format={{.Names}}');
    expect(stdout).not.toContain('tscompose-segment');
  },
  120_000,
);

scenario(
  'build: a cached build is what a fresh one is, whatever happens to the context',
  async ({ project }) => {
    project.compose('services:\n  a: { build: { context: ., dockerfile: Containerfile } }\n');
    project.write(
      'Containerfile',
      `FROM ${base}\nCOPY . /src\nRUN cd /src && find . -type f | sort > /list\n`,
    );
    project.write('.dockerignore', 'compose.yaml\n.cache\n.dockerignore\n');
    project.write('f', 'one\n');
    const listing = 'cd /src; find . | sort | xargs stat -c "%n %a %u %F"; cat f* /list';
    const changes: (() => void)[] = [
      () => project.write('f', 'two\n'),
      () => chmodSync(join(project.dir, 'f'), 0o700),
      () => renameSync(join(project.dir, 'f'), join(project.dir, 'f2')),
      () => project.write('.dockerignore', 'compose.yaml\n.cache\n.dockerignore\nContainerfile\n'),
    ];
    expect((await build(project)).code).toBe(0);
    for (const change of changes) {
      change();
      expect((await build(project)).code).toBe(0);
      const cached = await inImage(project, 'a', listing);
      expect((await build(project, '--no-cache')).code).toBe(0);
      expect(await inImage(project, 'a', listing)).toBe(cached);
    }
  },
  170_000,
);

/** Every file below a folder, as text. */
function textsBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

scenario(
  'build: secrets reach the command and leave no trace; a changed one counts',
  async ({ project }) => {
    project.compose(`
services:
  a:
    build: { context: ., dockerfile: Containerfile, secrets: [by-file, by-env] }
secrets:
  by-file: { file: ./secret.txt }
  by-env: { environment: BUILD_SECRET }
`);
    project.write('secret.txt', 'hidden-in-file');
    const mounts = '--mount=type=secret,id=by-file --mount=type=secret,id=by-env';
    project.write(
      'Containerfile',
      `FROM ${base}\nRUN ${mounts} cat /run/secrets/by-file /run/secrets/by-env | md5sum > /sum && ps > /ps\n`,
    );
    const env = { ...cacheOf(project), BUILD_SECRET: 'hidden-in-env' };
    const result = await project.run(['build', '--progress', 'plain'], { env, timeoutMs: 100_000 });
    expect(result.code).toBe(0);
    const sum = await inImage(project, 'a', 'cat /sum');
    expect(sum).toMatch(/^[0-9a-f]{32} /);
    const inspect = await project.podman('image', 'inspect', `${project.name}-a`);
    const saved = await project.podman('image', 'history', '--no-trunc', `${project.name}-a`);
    const traces = [
      result.stdout,
      result.stderr,
      inspect.stdout,
      saved.stdout,
      textsBelow(join(project.dir, '.cache')),
    ];
    for (const text of traces) expect(text).not.toMatch(/hidden-in-(?:file|env)/);
    project.write('secret.txt', 'another');
    expect((await project.run(['build'], { env, timeoutMs: 100_000 })).code).toBe(0);
    expect(await inImage(project, 'a', 'cat /sum')).not.toBe(sum);
  },
  170_000,
);

scenario(
  "build: a secret's value comes from .env when the environment has none",
  async ({ project }) => {
    project.compose(
      'services:\n  a: { build: { context: ., dockerfile: Containerfile, secrets: [s] } }\n' +
        'secrets:\n  s: { environment: TSCOMPOSE_TEST_SECRET }\n',
    );
    project.write('.env', 'TSCOMPOSE_TEST_SECRET=of-the-file\n');
    project.write(
      'Containerfile',
      `FROM ${base}\nRUN --mount=type=secret,id=s sha256sum < /run/secrets/s > /sum\n`,
    );
    expect((await build(project)).code).toBe(0);
    const sum = createHash('sha256').update('of-the-file').digest('hex');
    expect(await inImage(project, 'a', 'cat /sum')).toContain(sum);
  },
  120_000,
);

scenario(
  'build: a secret of an included model has the value that the env file of that model gives',
  async ({ project }) => {
    const model = (name: string): string =>
      `services:\n  ${name}: { build: { context: .., secrets: [{ source: ${name}, target: s }] } }\n` +
      `secrets:\n  ${name}: { environment: TSCOMPOSE_TEST_SECRET }\n`;
    project.compose('include: [a/compose.yaml, { path: b/compose.yaml, env_file: b.env }]\n');
    project.write('a/compose.yaml', model('a'));
    project.write('a/.env', 'TSCOMPOSE_TEST_SECRET=of-a\n');
    project.write('b/compose.yaml', model('b'));
    project.write('b.env', 'TSCOMPOSE_TEST_SECRET=of-b\n');
    project.write(
      'Dockerfile',
      `FROM ${base}\nRUN --mount=type=secret,id=s,required sha256sum < /run/secrets/s > /sum\n`,
    );
    expect((await build(project)).code).toBe(0);
    for (const name of ['a', 'b']) {
      const sum = createHash('sha256').update(`of-${name}`).digest('hex');
      expect(await inImage(project, name, 'cat /sum')).toContain(sum);
    }
  },
  120_000,
);

scenario(
  'build: two at once both end right, and images of other services are bases',
  async ({ project }) => {
    project.compose(`
services:
  base: { build: { context: ., dockerfile: base.Containerfile } }
  app:
    build:
      context: .
      dockerfile: app.Containerfile
      additional_contexts: { up: "service:base" }
      labels: { who: app }
`);
    project.write('base.Containerfile', `FROM ${base}\nRUN echo base > /base\n`);
    project.write('app.Containerfile', 'FROM up\nCOPY --from=up /base /copy\nRUN cat /base /copy > /both\n');
    const [one, two] = await Promise.all([build(project), build(project)]);
    expect([one?.code, two?.code]).toEqual([0, 0]);
    expect(await inImage(project, 'app', 'cat /both')).toBe('base\nbase');
    expect(await todo(project)).toEqual([]);
    const labels = await project.podman(
      'image',
      'inspect',
      '--format={{.Labels.who}}',
      `${project.name}-app`,
    );
    expect(labels.stdout.trim()).toBe('app');
  },
  170_000,
);
