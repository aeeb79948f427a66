import { expect } from 'vitest';
import { base, build, imageId, inImage, todo } from './support/building.ts';
import { scenario } from './support/scenario.ts';
import { isRoot } from './support/skips.ts';

/** A command on files that nobody else asks for, with configuration on what it leaves. */
const ownTail = `FROM ${base}
RUN head -c 8 /dev/urandom | base64 > /shared
COPY src /src
RUN cat /src/f > /got; rm /src/gone; head -c 8 /dev/urandom | base64 > /once
LABEL a=b
CMD ["one"]
`;

scenario(
  'build: a command with the files before it and the configuration after it is one image, and its result is kept on its own',
  async ({ project }) => {
    project.compose('services:\n  a: { build: { context: ., dockerfile: Containerfile } }\n');
    project.write('Containerfile', ownTail);
    project.write('src/f', 'first\n');
    project.write('src/gone', '');
    expect((await build(project)).code).toBe(0);
    const look = 'cat /got /once; ls /src';
    const [got, once, ...files] = (await inImage(project, 'a', look)).split('\n');
    expect([got, ...files]).toEqual(['first', 'f']);
    const layers = '{{len .RootFS.Layers}} {{json .Config.Cmd}} {{json .Config.Labels}}';
    const inspect = async (): Promise<string> =>
      (await project.podman('image', 'inspect', `--format=${layers}`, `${project.name}-a`)).stdout.trim();
    expect(await inspect()).toMatch(/^4 \["one"\] \{"a":"b"/);
    const first = await imageId(project, 'a');

    project.write('Containerfile', ownTail.replace('"one"', '"two"'));
    expect(await todo(project)).toEqual(['build.layers/a:6', 'image.build/a']);
    expect((await build(project)).code).toBe(0);
    expect(await inspect()).toMatch(/^4 \["two"\] \{"a":"b"/);
    expect(await inImage(project, 'a', look)).toBe(`first\n${once}\nf`);

    project.write('Containerfile', ownTail);
    expect(await todo(project)).toEqual(['image.build/a']);
    expect((await build(project)).code).toBe(0);
    expect(await imageId(project, 'a')).toBe(first);

    project.write('src/f', 'second\n');
    expect((await build(project)).code).toBe(0);
    const [changed, other] = (await inImage(project, 'a', look)).split('\n');
    expect(changed).toBe('second');
    expect(other).not.toBe(once);
    expect((await build(project, '--prune')).code).toBe(0);
    expect(await todo(project)).toEqual([]);
    // What all of them were made of is still there.
    project.write('src/f', 'third\n');
    // Where the command runs in the engine, files and configuration go with it.
    const step = ['build.run/a:4', 'image.build/a'];
    const apart = ['build.layers/a:3', 'build.run/a:4', 'build.layers/a:6', 'image.build/a'];
    expect(await todo(project)).toEqual(isRoot ? step : apart);
    expect((await project.podman('ps', '--all', '--quiet', `--filter=ancestor=${first}`)).stdout).toBe('');
  },
  170_000,
);

/** The engine knows the image of the second command as made of the first's, as long as no files come between: then it has two layers more. */
const twoCommands = `FROM ${base}
RUN head -c 8 /dev/urandom | base64 > /shared
RUN cat /shared > /got
`;

scenario(
  'build: --prune leaves a step that is still needed, also where the engine sees no use of it once another image is gone',
  async ({ project }) => {
    project.compose('services:\n  a: { build: { context: ., dockerfile: Containerfile } }\n');
    project.write('Containerfile', twoCommands);
    project.write('f', 'one\n');
    expect((await build(project)).code).toBe(0);
    const shared = await inImage(project, 'a', 'cat /shared');
    const first = await imageId(project, 'a');

    project.write('Containerfile', twoCommands.replace('RUN cat', 'COPY f /f\nRUN cat'));
    expect((await build(project)).code).toBe(0);
    expect((await build(project, '--prune')).code).toBe(0);
    expect((await project.podman('image', 'exists', first)).code).toBe(1);
    project.write('f', 'two\n');
    expect((await build(project)).code).toBe(0);
    expect(await inImage(project, 'a', 'cat /shared')).toBe(shared);
  },
  120_000,
);

scenario(
  'build: files keep their owners, and so do the directories that they are copied into',
  async ({ project }) => {
    project.compose(`
services:
  a:
    build: { context: ., dockerfile: Containerfile, additional_contexts: { mine: "./src" } }
`);
    project.write(
      'Containerfile',
      `FROM ${base} AS s
RUN mkdir -p /s/d && echo 1 > /s/d/f && echo p > /s/p && chmod 600 /s/p && chown -R 5:6 /s && chmod 700 /s/d
FROM ${base}
COPY src/f /etc/f
COPY src/f /bin/new/f
COPY --from=s /s/d /etc/d
COPY --from=s /s /copied
COPY --from=mine f /mine/f
`,
    );
    project.write('src/f', 'f\n');
    expect((await build(project)).code).toBe(0);
    const paths = '/etc /bin /etc/f /bin/new /etc/d /etc/d/f /copied /copied/d /copied/d/f /copied/p /mine/f';
    const owners = (await inImage(project, 'a', `stat -c "%n %u:%g %a" ${paths}`)).split('\n');
    expect(owners).toEqual([
      '/etc 0:0 755',
      '/bin 0:0 755',
      '/etc/f 0:0 644',
      '/bin/new 0:0 755',
      '/etc/d 0:0 755',
      '/etc/d/f 5:6 644',
      '/copied 0:0 755',
      '/copied/d 5:6 700',
      '/copied/d/f 5:6 644',
      '/copied/p 5:6 600',
      '/mine/f 0:0 644',
    ]);
  },
  120_000,
);
