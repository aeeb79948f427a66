import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { graphImages } from '../../../src/build/graph/image-graph.ts';
import {
  BuildFolder,
  builtOnce,
  busyboxId,
  planSteps,
  wantedImage,
  worldOf,
} from '../../support/build-world.ts';

let folder: BuildFolder;
beforeEach(() => {
  folder = new BuildFolder();
  folder.write('src/a.txt', 'a');
});
afterEach(() => folder.remove());

const shared = 'FROM busybox\nRUN echo shared > /shared\n';

describe('the step graph', () => {
  it('has a step that two services share once', async () => {
    const { actions } = await planSteps(
      [wantedImage(folder, 'a', `${shared}RUN echo a\n`), wantedImage(folder, 'b', `${shared}RUN echo b\n`)],
      worldOf(folder),
    );
    expect(actions.map(({ id, needs }) => [id, needs])).toEqual([
      ['build.run/a:2', []],
      ['build.run/a:3', ['build.run/a:2']],
      ['build.run/b:3', ['build.run/a:2']],
    ]);
    expect(actions[0]).toMatchObject({
      kind: 'build.run',
      services: ['a', 'b'],
      parent: { image: busyboxId },
    });
  });

  it('has the stage that a cache mount begins with as one of what is run, by a name of ours', async () => {
    const text = (content: string): string =>
      `FROM busybox AS s\nRUN ${content}\nFROM busybox\nRUN --mount=type=cache,from=0,target=/c two\n`;
    const made = await builtOnce([wantedImage(folder, 'a', text('one'))], worldOf(folder));
    const { actions } = await planSteps([wantedImage(folder, 'a', text('other'))], worldOf(folder), made);
    expect(actions.map(({ id }) => id)).toEqual(['build.run/a:2', 'build.run/a:4']);
    const run = actions[1];
    const [stage = ''] = Object.keys(run?.kind === 'build.run' ? run.contexts : {});
    expect(stage).toMatch(/^tscompose-stage-[0-9a-f]+$/);
    expect(run).toMatchObject({
      contexts: { [stage]: { action: 'build.run/a:2' } },
      run: `RUN --mount=type=cache,from=${stage},target=/c ["/bin/sh","-c","two"]`,
    });
  });

  it('is left to podman build where only that may read the context', async () => {
    // A name that no file system holds cannot be looked at by anybody.
    const wanted = [wantedImage(folder, 'a', `FROM busybox\nCOPY ${'n'.repeat(300)} /\n`)];
    const refused = await graphImages(wanted, worldOf(folder));
    expect(refused.failed.get('a')).toMatchObject([{ code: 'E_FILE_UNREADABLE' }]);
    const left = await graphImages(wanted, { ...worldOf(folder), builderReads: () => true });
    expect([...left.failed.keys()]).toEqual([]);
    expect(left.whole.get('a')).toMatch(/^only podman build may read .*n$/);
  });

  it('leaves out stages that the target does not need', async () => {
    const text = 'FROM busybox AS one\nRUN one\nFROM busybox AS two\nRUN two\nFROM one\nRUN three\n';
    const { actions } = await planSteps([wantedImage(folder, 'a', text)], worldOf(folder));
    expect(actions.map(({ id }) => id)).toEqual(['build.run/a:2', 'build.run/a:6']);
    const { actions: target } = await planSteps(
      [wantedImage(folder, 'a', text, { target: 'TWO' })],
      worldOf(folder),
    );
    expect(target.map(({ id }) => id)).toEqual(['build.run/a:4']);
  });

  it('makes COPY and configuration in one go, and holds CMD back from what Buildah runs', async () => {
    const text =
      'FROM busybox\nENV A="x y"\nCMD ["c"]\nWORKDIR /w\nRUN go\nCOPY src /s/\nENTRYPOINT ["e"]\nLABEL l=1\n';
    const { actions } = await planSteps([wantedImage(folder, 'a', text)], worldOf(folder));
    expect(actions).toMatchObject([
      { kind: 'build.run', prelude: ['WORKDIR "/w"', 'ENV A="x y"'], run: 'RUN ["/bin/sh","-c","go"]' },
      {
        kind: 'build.layers',
        needs: ['build.run/a:5'],
        config: {
          Cmd: ['c'],
          Entrypoint: ['e'],
          WorkingDir: '/w',
          Labels: { l: '1' },
          Env: ['PATH=/bin', 'A=x y'],
        },
      },
    ]);
  });

  it('hands the value of an ARG to RUN by a line of the generated file', async () => {
    const { actions } = await planSteps(
      [wantedImage(folder, 'a', 'FROM busybox\nARG V=1\nRUN echo $V\n', { args: { V: 'a"$b' } })],
      worldOf(folder),
    );
    expect(actions).toMatchObject([{ prelude: ['ARG V="a\\"\\$b"'] }]);
  });

  it('says what a RUN does as a container, and leaves to Buildah what needs it', async () => {
    const file =
      'FROM busybox\nARG V=1\nARG A=arg\nENV A=env\nUSER me\nWORKDIR /w\nRUN one\nRUN --network=none ["two"]\n' +
      'RUN --mount=type=tmpfs,target=/t three\nVOLUME /v\nRUN four\n';
    const { actions } = await planSteps([wantedImage(folder, 'a', file)], worldOf(folder));
    const seen = { environment: { V: '1', A: 'env', PATH: '/bin' }, user: 'me', workingDir: '/w' };
    expect(actions.map((action) => ('process' in action ? action.process : undefined))).toEqual([
      { argv: ['/bin/sh', '-c', 'one'], ...seen, network: 'default' },
      { argv: ['two'], ...seen, network: 'none' },
      undefined,
      undefined,
    ]);
    expect(actions[0]).toMatchObject({
      createdBy: '/bin/sh -c one',
      config: { Cmd: ['sh'], Env: ['PATH=/bin', 'A=env'], User: 'me', WorkingDir: '/w' },
    });
    for (const more of [
      { ulimits: ['nofile=9'] },
      { shmSize: 1 },
      { extraHosts: ['h:1.2.3.4'] },
      { network: 'own' },
    ]) {
      const limited = await planSteps(
        [wantedImage(folder, 'a', 'FROM busybox\nRUN x\n', more)],
        worldOf(folder),
      );
      expect(limited.actions).toHaveLength(1);
      expect(limited.actions[0]).not.toHaveProperty('process');
    }
  });

  it("waits for another service's image, by context and by name", async () => {
    const base = wantedImage(folder, 'base', 'FROM busybox\nRUN base\n');
    const byContext = wantedImage(folder, 'x', 'FROM up\nRUN x\n', {
      additionalContexts: { up: 'service:base' },
    });
    const byName = wantedImage(folder, 'y', 'FROM busybox\nCOPY --from=p-base /f /f\n');
    const { actions } = await planSteps([byContext, byName, base], worldOf(folder));
    expect(actions.map(({ id, needs }) => [id, needs])).toEqual([
      ['build.run/base:2', []],
      ['build.run/x:2', ['build.run/base:2']],
      ['build.layers/y:2', ['build.run/base:2']],
    ]);
  });

  it('refuses images that are built from each other', async () => {
    const a = wantedImage(folder, 'a', 'FROM p-b\n');
    const b = wantedImage(folder, 'b', 'FROM p-a\n');
    await expect(planSteps([a, b], worldOf(folder))).rejects.toMatchObject({ code: 'E_CYCLE' });
  });

  it('fires the triggers of a base and does not inherit them', async () => {
    const world = worldOf(folder, { trigger: { Env: ['PATH=/bin'], OnBuild: ['COPY src /t', 'ENV T=1'] } });
    const { actions } = await planSteps([wantedImage(folder, 'a', 'FROM trigger\nCMD ["x"]\n')], world);
    expect(actions).toHaveLength(1);
    expect(actions).toMatchObject([
      {
        works: [{ kind: 'copy', dest: '/t' }, { kind: 'config' }, { kind: 'config' }],
        config: { Env: ['PATH=/bin', 'T=1'], Cmd: ['x'] },
      },
    ]);
    expect(actions[0]).not.toHaveProperty('config.OnBuild');
  });

  it('lets one image fail without the others', async () => {
    const bad = wantedImage(folder, 'bad', 'FROM busybox\nCOPY nope /\n');
    const good = wantedImage(folder, 'good', 'FROM busybox\nRUN good\n');
    const { graph, actions } = await planSteps([bad, good], worldOf(folder));
    expect([...graph.failed.keys()]).toEqual(['bad']);
    expect(graph.failed.get('bad')?.[0]).toMatchObject({ code: 'E_BUILD', span: { line: 2, column: 6 } });
    expect(actions.map(({ id }) => id)).toEqual(['build.run/good:2']);
  });

  it('says why an image is built as a whole, and which base is missing', async () => {
    const platforms = wantedImage(folder, 'p', 'FROM busybox\n', {
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    const missing = wantedImage(folder, 'm', 'FROM nowhere\n');
    const { graph } = await planSteps([platforms, missing], worldOf(folder));
    expect(graph.whole).toEqual(new Map([['p', 'several platforms']]));
    expect(graph.missing).toEqual(new Map([['m', ['nowhere']]]));
  });
});

describe('what is to be done', () => {
  const text = 'FROM busybox\nRUN one\nCOPY src /s\nRUN two\n';

  it('is nothing when all has been made', async () => {
    const wanted = [wantedImage(folder, 'a', text)];
    const made = await builtOnce(wanted, worldOf(folder));
    expect((await planSteps(wanted, worldOf(folder), made)).actions).toEqual([]);
  });

  it('is the tail after a change of a file, and all of it with --no-cache', async () => {
    const wanted = [wantedImage(folder, 'a', text)];
    const made = await builtOnce(wanted, worldOf(folder));
    folder.write('src/a.txt', 'changed');
    const edited = await planSteps(wanted, worldOf(folder), made);
    expect(edited.actions.map(({ id }) => id)).toEqual(['build.run/a:4']);
    expect(edited.actions).toMatchObject([{ before: { works: [{ kind: 'copy' }] } }]);
    const anew = await planSteps([wantedImage(folder, 'a', text, { noCache: true })], worldOf(folder), made);
    expect(anew.actions.map(({ id }) => id)).toEqual(['build.run/a:2', 'build.run/a:4']);
  });

  it('is one with a command, its files before and its configuration after, unless somebody needs what is between', async () => {
    const long = 'FROM busybox\nENV A=1\nCOPY src /s\nRUN one\nLABEL a=b\nCMD ["c"]\n';
    const ids = async (...texts: string[]): Promise<string[]> => {
      const wanted = texts.map((one, index) => wantedImage(folder, `s${index}`, one));
      return (await planSteps(wanted, worldOf(folder))).actions.map(({ id }) => id);
    };
    const { actions } = await planSteps([wantedImage(folder, 'a', long)], worldOf(folder));
    expect(actions).toMatchObject([
      {
        id: 'build.run/a:4',
        before: {
          works: [{ kind: 'config' }, { kind: 'copy' }],
          config: { Env: expect.arrayContaining(['A=1']) },
        },
        after: {
          works: [{ kind: 'config' }, { kind: 'config' }],
          config: { Labels: { a: 'b' }, Cmd: ['c'] },
        },
      },
    ]);
    expect(await ids('FROM busybox\nRUN one\nCOPY src /s\n')).toEqual([
      'build.run/s0:2',
      'build.layers/s0:3',
    ]);
    expect(await ids('FROM busybox\nRUN one\nRUN two\n')).toEqual(['build.run/s0:2', 'build.run/s0:3']);
    expect(await ids('FROM scratch\nCOPY src /s\nRUN one\n')).toEqual([
      'build.layers/s0:2',
      'build.run/s0:3',
    ]);
    expect(await ids('FROM busybox\nCOPY src /s\nRUN --mount=type=cache,target=/c one\n')).toEqual([
      'build.layers/s0:2',
      'build.run/s0:3',
    ]);
    const shared = 'FROM busybox\nCOPY src /s\n';
    expect(await ids(`${shared}RUN one\n`, `${shared}RUN two\n`)).toEqual([
      'build.layers/s0:2',
      'build.run/s0:3',
      'build.run/s1:3',
    ]);
    expect(await ids(long, long.slice(0, long.indexOf('LABEL')))).toEqual([
      'build.run/s0:4',
      'build.layers/s0:6',
    ]);
  });

  it('is the configuration alone when what the command leaves is known', async () => {
    const ran = 'FROM busybox\nCOPY src /s\nRUN one\n';
    const made = await builtOnce([wantedImage(folder, 'a', `${ran}CMD ["a"]\n`)], worldOf(folder));
    const { actions } = await planSteps(
      [wantedImage(folder, 'a', `${ran}CMD ["b"]\n`)],
      worldOf(folder),
      made,
    );
    expect(actions.map(({ id }) => id)).toEqual(['build.layers/a:4']);
  });

  it('counts what the ignore file leaves out for a mount, where the command sees it, and not for COPY', async () => {
    folder.write('.dockerignore', 'src/b.txt\n');
    const mounting = `${text}RUN --mount=type=bind,source=src,target=/m ls /m\n`;
    const wanted = [wantedImage(folder, 'a', mounting)];
    const made = await builtOnce(wanted, worldOf(folder));
    folder.write('src/b.txt', 'seen by the mount only');
    const { actions } = await planSteps(wanted, worldOf(folder), made);
    expect(actions.map(({ id }) => id)).toEqual(['build.run/a:5']);
  });

  it('is always what an address without a checksum gives, and all that follows', async () => {
    const wanted = [wantedImage(folder, 'a', 'FROM busybox\nADD http://localhost/x /x\nRUN two\n')];
    const made = await builtOnce(wanted, worldOf(folder));
    const { actions } = await planSteps(wanted, worldOf(folder), made);
    expect(actions).toMatchObject([
      { kind: 'build.layers', volatile: true, fresh: true, works: [{ add: true, bySegment: true }] },
      { kind: 'build.run', volatile: false, fresh: false },
    ]);
  });

  it('begins with the named stage for no_cache_filter', async () => {
    const staged = 'FROM busybox AS one\nRUN one\nFROM one AS two\nRUN two\n';
    const made = await builtOnce([wantedImage(folder, 'a', staged)], worldOf(folder));
    const wanted = [wantedImage(folder, 'a', staged, { noCacheFilter: ['two'] })];
    const { actions } = await planSteps(wanted, worldOf(folder), made);
    expect(actions.map(({ id }) => id)).toEqual(['build.run/a:4']);
  });
});
