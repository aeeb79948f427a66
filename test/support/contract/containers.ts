import { describe, expect, it } from 'vitest';
import { type ContractKit, expectCode } from './kit.ts';

/** The life of a container. */
export function contractOfContainers(kit: ContractKit): void {
  const { named, container, observe, stateOf, inspectEnded, running } = kit;
  const foreign = { 'io.tscompose.project': 'somebody-else' };

  describe('containers', () => {
    it('are made once; a second time gives the same one, other labels a conflict', async () => {
      const first = await kit.engine.createContainer(container());
      expect(await kit.engine.createContainer(container())).toMatchObject({ id: first.id });
      await expectCode(kit.engine.createContainer(container({ labels: foreign })), 'E_CONFLICT');
    });

    it('need their image, pod, network and secret', async () => {
      const image = `localhost/${named('none')}:1`;
      await expectCode(kit.engine.createContainer(container({ image })), 'E_IMAGE');
      await expectCode(kit.engine.createContainer(container({ pod: named('none') })), 'E_ENGINE');
      const Networks = { [named('none')]: {} };
      await expectCode(
        kit.engine.createContainer(container({ netns: { nsmode: 'bridge' }, Networks })),
        'E_ENGINE',
      );
      const secrets = [{ Source: named('none'), Target: 's', UID: 0, GID: 0, Mode: 0o444 }];
      await expectCode(kit.engine.createContainer(container({ secrets })), 'E_ENGINE');
      expect(await stateOf(named('c'))).toBeUndefined();
    });

    it('are initialised, started, and both again', async () => {
      await kit.engine.createContainer(container());
      expect(await stateOf(named('c'))).toBe('created');
      await kit.engine.initContainer(named('c'));
      await kit.engine.initContainer(named('c'));
      expect(await stateOf(named('c'))).toBe('initialized');
      await kit.engine.startContainer(named('c'));
      await kit.engine.startContainer(named('c'));
      await kit.engine.initContainer(named('c'));
      expect(await stateOf(named('c'))).toBe('running');
    });

    it('may be initialised and started again after their end', async () => {
      const name = await running({ command: ['sh', '-c', 'exit 3'] });
      expect(await kit.engine.waitContainer(name)).toBe(3);
      await kit.engine.initContainer(name);
      expect(await stateOf(name)).toBe('initialized');
      await kit.engine.startContainer(name);
      expect(await kit.engine.waitContainer(name)).toBe(3);
    });

    it('that do not exist can be removed and killed, and nothing else', async () => {
      const name = named('none');
      await kit.engine.removeContainer(name, { volumes: true, force: false });
      await kit.engine.killContainer(name, 'SIGKILL');
      expect(await kit.engine.inspectContainer(name)).toBeUndefined();
      await expectCode(kit.engine.startContainer(name), 'E_ENGINE');
      await expectCode(kit.engine.initContainer(name), 'E_ENGINE');
      await expectCode(kit.engine.pauseContainer(name), 'E_ENGINE');
      await expectCode(kit.engine.waitContainer(name), 'E_ENGINE');
      await expectCode(kit.engine.renameContainer(name, named('other')), 'E_ENGINE');
      await expectCode(kit.engine.runHealthcheck(name), 'E_ENGINE');
      await expectCode(kit.engine.execInContainer(name, { command: ['true'] }), 'E_ENGINE');
    });

    it('end by a signal with 128 and its number; one that has ended may be killed again', async () => {
      const name = await running();
      await kit.engine.killContainer(name, 'SIGKILL');
      expect(await kit.engine.waitContainer(name)).toBe(137);
      expect(await kit.engine.waitContainer(name, { cleared: true })).toBe(137);
      await kit.engine.killContainer(name, 'SIGKILL');
      expect(await inspectEnded(name)).toMatchObject({ state: 'exited', exitCode: 137 });
    });

    it('are stopped with their own signal, also when they have ended or never were', async () => {
      const name = await running({
        command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.05; done'],
      });
      await expect.poll(() => stateOf(name)).toBe('running');
      await kit.engine.stopContainer(name, 5);
      expect((await inspectEnded(name))?.state).toBe('exited');
      await kit.engine.stopContainer(name, 5);
      await kit.engine.stopContainer(named('none'), 5);
    });

    it('tell their exit code, also when they ended long ago', async () => {
      const name = await running({ command: ['sh', '-c', 'exit 7'] });
      expect(await kit.engine.waitContainer(name)).toBe(7);
      expect(await kit.engine.waitContainer(name)).toBe(7);
      expect(await inspectEnded(name)).toMatchObject({ state: 'exited', exitCode: 7 });
    });

    it('are waited for until the caller has enough', async () => {
      const name = await running();
      const signal = AbortSignal.timeout(50);
      await expect(kit.engine.waitContainer(name, { signal })).rejects.toMatchObject({
        name: expect.stringMatching(/^(Abort|Timeout)Error$/) as string,
      });
      expect(await stateOf(name)).toBe('running');
    });

    it('are paused and go on, both twice; only what runs can be paused', async () => {
      const name = await running();
      const { rootless, cgroupVersion } = kit.engine.capabilities;
      if (rootless && cgroupVersion === 1) {
        // Podman pauses by control groups, which version 1 gives to no ordinary user.
        await expectCode(kit.engine.pauseContainer(name), 'E_ENGINE');
        expect(await stateOf(name)).toBe('running');
        return;
      }
      for (const [call, state] of [
        ['pauseContainer', 'paused'],
        ['unpauseContainer', 'running'],
      ] as const) {
        await kit.engine[call](name);
        await kit.engine[call](name);
        expect(await stateOf(name)).toBe(state);
      }
      await kit.engine.createContainer(container({ name: named('d') }));
      await expectCode(kit.engine.pauseContainer(named('d')), 'E_ENGINE');
      await expectCode(kit.engine.unpauseContainer(named('d')), 'E_ENGINE');
    });

    it('take another name, also a second time, but no taken one', async () => {
      await kit.engine.createContainer(container());
      await kit.engine.createContainer(container({ name: named('d') }));
      await kit.engine.renameContainer(named('c'), named('e'));
      await kit.engine.renameContainer(named('c'), named('e'));
      expect(await stateOf(named('c'))).toBeUndefined();
      expect(await stateOf(named('e'))).toBe('created');
      await expectCode(kit.engine.renameContainer(named('e'), named('d')), 'E_CONFLICT');
    });

    it('are removed by force when they run, with their anonymous volumes when asked for', async () => {
      const volumes = [{ Dest: '/data' }];
      const anonymous = async (name: string): Promise<string> =>
        (await kit.engine.inspectContainer(name))?.mounts.find(({ target }) => target === '/data')?.name ??
        '';
      const kept = await running({ name: named('k'), volumes });
      const gone = await running({ name: named('g'), volumes });
      const [keptVolume, goneVolume] = [await anonymous(kept), await anonymous(gone)];
      await expectCode(kit.engine.removeContainer(kept, { volumes: false, force: false }), 'E_ENGINE');
      await kit.engine.removeContainer(kept, { volumes: false, force: true });
      await kit.engine.removeContainer(gone, { volumes: true, force: true });
      const left = (await observe()).volumes.map(({ name }) => name);
      expect([left.includes(keptVolume), left.includes(goneVolume)]).toEqual([true, false]);
      await kit.engine.removeVolume(keptVolume);
    });

    it('take a volume along that came from another container, and leave one that another uses', async () => {
      await kit.engine.createContainer(container({ volumes: [{ Dest: '/data' }] }));
      const [Name = ''] =
        (await kit.engine.inspectContainer(named('c')))?.mounts.map(({ name }) => name) ?? [];
      const volumes = [{ Name, Dest: '/data', IsAnonymous: true }];
      const isThere = async (): Promise<boolean> =>
        (await observe()).volumes.some(({ name }) => name === Name);
      await kit.engine.createContainer(container({ name: named('d'), volumes }));
      await kit.engine.removeContainer(named('c'), { volumes: true, force: false });
      expect(await isThere()).toBe(true);
      await kit.engine.createContainer(container({ name: named('e'), volumes }));
      await kit.engine.removeContainer(named('d'), { volumes: false, force: false });
      await kit.engine.removeContainer(named('e'), { volumes: true, force: false });
      expect(await isThere()).toBe(false);
    });

    it('run commands', async () => {
      const name = await running();
      expect(await kit.engine.execInContainer(name, { command: ['true'] })).toMatchObject({ exitCode: 0 });
      expect(await kit.engine.execInContainer(name, { command: ['false'] })).toMatchObject({ exitCode: 1 });
      expect(await kit.engine.execInContainer(name, { command: ['echo', 'said'] })).toEqual({
        exitCode: 0,
        output: 'said\n',
      });
      await kit.engine.killContainer(name, 'SIGKILL');
      await kit.engine.waitContainer(name);
      await expectCode(kit.engine.execInContainer(name, { command: ['true'] }), 'E_ENGINE');
    });

    it('show what they wrote, or its last lines', async () => {
      const name = await running({ command: ['sh', '-c', 'echo one; echo two'] });
      await kit.engine.waitContainer(name);
      const lines = async (tail: { tail?: number }): Promise<string[]> => {
        const found: string[] = [];
        for await (const { text } of kit.engine.logs(name, { follow: false, timestamps: false, ...tail }))
          found.push(text);
        return found;
      };
      await expect.poll(() => lines({})).toEqual(['one', 'two']);
      expect(await lines({ tail: 1 })).toEqual(['two']);
    });
  });
}
