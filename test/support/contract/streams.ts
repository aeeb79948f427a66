import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../../src/podman/spec.ts';
import type { EngineEvent } from '../../../src/podman/types.ts';
import { dockerArchive } from '../docker-archive.ts';
import { type ContractKit, expectCode } from './kit.ts';

/** Health, events, images. */
export function contractOfStreams(kit: ContractKit): void {
  const { named, observe, running } = kit;

  describe('health', () => {
    const healthconfig = (test: string): NonNullable<ContainerSpec['healthconfig']> => ({
      Test: ['CMD', test],
      Interval: 3_600_000_000_000,
      Timeout: 10_000_000_000,
      Retries: 2,
    });

    it('is known after a check', async () => {
      const name = await running({ healthconfig: healthconfig('true') });
      expect((await kit.engine.inspectContainer(name))?.health.status).toBe('starting');
      const health = await kit.engine.runHealthcheck(name);
      expect(health).toMatchObject({ status: 'healthy', failingStreak: 0 });
      expect(health.log.at(-1)).toMatchObject({ exitCode: 0 });
      const listed = (await observe([], true)).containers.find((one) => one.name === name);
      expect(listed?.health).toBe('healthy');
    });

    it('is bad after as many failures as are allowed', async () => {
      const name = await running({ healthconfig: healthconfig('false') });
      expect(await kit.engine.runHealthcheck(name)).toMatchObject({ status: 'starting', failingStreak: 1 });
      expect(await kit.engine.runHealthcheck(name)).toMatchObject({ status: 'unhealthy', failingStreak: 2 });
    });
  });

  describe('attaching', () => {
    it('gives what is printed from the start to the end, and then the exit code', async () => {
      const spec = kit.container({ command: ['sh', '-c', 'echo one; echo two >&2; exit 3'] });
      const { name } = spec;
      await kit.engine.createContainer(spec);
      await kit.engine.initContainer(name);
      const lines = await kit.engine.attachContainer(name);
      await kit.engine.startContainer(name);
      const seen: string[] = [];
      for await (const { text } of lines) seen.push(text);
      expect(seen.toSorted()).toEqual(['one', 'two']);
      expect(await kit.engine.waitContainer(name)).toBe(3);
    });
  });

  describe('mounting', () => {
    it('gives the directory of a container that has not run, and one that is not there is an error', async () => {
      const spec = kit.container();
      const { name } = spec;
      await kit.engine.createContainer(spec);
      expect(await kit.engine.mountContainer(name)).toMatch(/^\//);
      await kit.engine.unmountContainer(name);
      await expectCode(kit.engine.mountContainer(`${name}-x`), 'E_ENGINE');
    });
  });

  describe('events', () => {
    it('tell of starts and ends', async () => {
      const seen: EngineEvent[] = [];
      const stop = new AbortController();
      const filters = { label: [`com.docker.compose.project=${kit.stage.prefix}`], type: ['container'] };
      const since = (Date.now() / 1000 - 1).toFixed(3);
      const reading = (async () => {
        for await (const event of kit.engine.events(filters, { signal: stop.signal, since }))
          seen.push(event);
      })();
      const name = await running({ command: ['sh', '-c', 'exit 3'] });
      await kit.engine.waitContainer(name);
      const actions = (): string[] => seen.map((event) => `${event.action} ${event.name}`);
      await expect.poll(actions, { timeout: 5_000 }).toContain(`died ${name}`);
      expect(actions()).toContain(`start ${name}`);
      const died = seen.find(({ action }) => action === 'died');
      expect(died?.attributes['containerExitCode']).toBe('3');
      stop.abort();
      await reading;
    });
  });

  describe('images', () => {
    it('are found, named, and forgotten', async () => {
      const reference = `localhost/${named('image')}:1`;
      const image = await kit.engine.inspectImage(kit.stage.image);
      expect(image?.id).toMatch(/^[0-9a-f]{64}$/);
      expect(await kit.engine.imageExists(reference)).toBe(false);
      expect(await kit.engine.inspectImage(reference)).toBeUndefined();
      await kit.engine.tagImage(kit.stage.image, reference);
      await kit.engine.tagImage(kit.stage.image, reference);
      expect(await kit.engine.imageExists(reference)).toBe(true);
      expect((await kit.engine.inspectImage(reference))?.id).toBe(image?.id);
      await kit.engine.removeImage(reference);
      await kit.engine.removeImage(reference);
      expect([
        await kit.engine.imageExists(reference),
        await kit.engine.imageExists(kit.stage.image),
      ]).toEqual([false, true]);
      await expectCode(kit.engine.tagImage(`localhost/${named('none')}:1`, reference), 'E_IMAGE');
    });

    it('are had without a registry when they are there, and not otherwise', async () => {
      const { id } = await kit.engine.pullImage({ reference: kit.stage.image, policy: 'missing' });
      expect(id).toBe((await kit.engine.inspectImage(kit.stage.image))?.id);
      const reference = `localhost/${named('none')}:1`;
      await expectCode(kit.engine.pullImage({ reference, policy: 'never' }), 'E_IMAGE');
      await expectCode(kit.engine.pushImage(reference), 'E_IMAGE');
    });

    it('are loaded from an archive', async () => {
      const reference = `localhost/${named('loaded')}:1`;
      const loaded = await kit.engine.loadImage(chunks(dockerArchive(reference)));
      expect(loaded).toEqual([reference]);
      expect(await kit.engine.imageExists(reference)).toBe(true);
      await kit.engine.removeImage(reference);
    });
  });
}
async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700) yield await Promise.resolve(bytes.subarray(at, at + 700));
}
