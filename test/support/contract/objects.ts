import { describe, expect, it } from 'vitest';
import type { ObservedLists, ObservedPod } from '../../../src/podman/types.ts';
import { type ContractKit, expectCode } from './kit.ts';

/** Looking, networks, volumes, secrets, pods. */
export function contractOfObjects(kit: ContractKit): void {
  const { named, labels, network, pod, container, observe, running } = kit;
  const foreign = { 'io.tscompose.project': 'somebody-else' };

  describe('looking', () => {
    it('shows what was made, each list by name, and null for an image that is not there', async () => {
      const bytes = new TextEncoder().encode('x');
      await kit.engine.createNetwork(network());
      for (const name of ['b', 'a']) {
        await kit.engine.createVolume({ name: named(name), labels: labels() });
        await kit.engine.createSecret({ name: named(name), labels: labels() }, bytes);
      }
      await kit.engine.createPod(pod({ Networks: { [named('net')]: { aliases: ['c'] } } }));
      for (const name of ['c2', 'c1'])
        await kit.engine.createContainer(container({ name: named(name), pod: pod().name }));
      const seen = await observe([kit.stage.image, `localhost/${named('none')}`]);
      const own = (list: readonly { readonly name: string }[]): string[] =>
        list.map(({ name }) => name).filter((name) => name.includes(kit.stage.prefix));
      expect(own(seen.networks)).toEqual([named('net')]);
      expect(own(seen.volumes)).toEqual([named('a'), named('b')]);
      expect(own(seen.secrets)).toEqual([named('a'), named('b')]);
      expect(own(seen.pods)).toEqual([pod().name]);
      expect(own(seen.containers.filter(({ isInfra }) => !isInfra))).toEqual([named('c1'), named('c2')]);
      expect(seen.images[kit.stage.image]?.id).toMatch(/^[0-9a-f]{64}$/);
      expect(seen.images[`localhost/${named('none')}`]).toBeNull();
      for (const thing of [
        seen.networks.find(({ name }) => name === named('net')),
        seen.volumes.find(({ name }) => name === named('a')),
        seen.secrets.find(({ name }) => name === named('a')),
        seen.containers.find(({ name }) => name === named('c1')),
      ])
        expect(thing?.labels).toMatchObject(labels());
      const podId = seen.pods.find(({ name }) => name === pod().name)?.id;
      expect(seen.containers.find(({ name }) => name === named('c1'))?.podId).toBe(podId);
    });

    it('shows the same at a glance, but for pods that have no infra container', async () => {
      await kit.engine.createPod(pod());
      await kit.engine.startPodInfra(pod().name);
      await kit.engine.createContainer(container({ pod: pod().name }));
      const own = ({ pods }: ObservedLists): ObservedPod => {
        const found = pods.find(({ name }) => name === pod().name);
        if (!found) throw new Error('the pod is not listed');
        return found;
      };
      const { labels: podLabels, ...seen } = own(await kit.engine.glance());
      const { labels: listedLabels, ...listed } = own(await kit.engine.list());
      expect(seen).toEqual(listed);
      expect(seen).toMatchObject({ name: pod().name, infraState: 'running' });
      expect(podLabels).toMatchObject(listedLabels);
      expect(listedLabels).toMatchObject(pod().labels);
    });

    it('knows anonymous volumes when details are asked for', async () => {
      await kit.engine.createContainer(container({ volumes: [{ Dest: '/data' }] }));
      const seen = (await observe([], true)).containers.find(({ name }) => name === named('c'));
      const volume = seen?.anonymousVolumes?.['/data'] ?? '';
      expect(volume).toMatch(/^[0-9a-f]{64}$/);
      expect((await observe()).volumes.map(({ name }) => name)).toContain(volume);
      await kit.engine.removeContainer(named('c'), { volumes: true, force: true });
    });

    it('lists containers by label, in every state', async () => {
      await kit.engine.createContainer(container({ labels: { ...labels(), part: 'one' } }));
      await running({ name: named('d'), labels: { ...labels(), part: 'two' } });
      const names = async (label: string[]): Promise<string[]> =>
        (await kit.engine.listContainers({ label })).map(({ name }) => name);
      const project = `com.docker.compose.project=${kit.stage.prefix}`;
      expect(await names([project])).toEqual([named('c'), named('d')]);
      expect(await names([project, 'part=two'])).toEqual([named('d')]);
      expect(await names([`com.docker.compose.project=${named('none')}`])).toEqual([]);
    });
  });

  describe('networks, volumes and secrets', () => {
    it('are made once; a second time is fine for the same labels and a conflict for others', async () => {
      for (let time = 0; time < 2; time++) {
        await kit.engine.createNetwork(network());
        await kit.engine.createVolume({ name: named('v'), labels: labels() });
      }
      await expectCode(kit.engine.createNetwork(network({ labels: foreign })), 'E_CONFLICT');
      await expectCode(kit.engine.createVolume({ name: named('v'), labels: foreign }), 'E_CONFLICT');
    });

    it('are gone after removing, and may be removed again', async () => {
      await kit.engine.createNetwork(network());
      await kit.engine.createVolume({ name: named('v'), labels: labels() });
      await kit.engine.createSecret({ name: named('s'), labels: labels() }, new Uint8Array([1]));
      for (let time = 0; time < 2; time++) {
        await kit.engine.removeNetwork(named('net'));
        await kit.engine.removeVolume(named('v'));
        await kit.engine.removeSecret(named('s'));
      }
      const { networks, volumes, secrets } = await observe();
      const left = [...networks, ...volumes, ...secrets].filter(({ name }) =>
        name.includes(kit.stage.prefix),
      );
      expect(left).toEqual([]);
    });

    it('stay while they are used', async () => {
      await kit.engine.createNetwork(network());
      await kit.engine.createVolume({ name: named('v'), labels: labels() });
      await kit.engine.createContainer(
        container({
          netns: { nsmode: 'bridge' },
          Networks: { [named('net')]: {} },
          volumes: [{ Name: named('v'), Dest: '/data' }],
        }),
      );
      await expectCode(kit.engine.removeNetwork(named('net')), 'E_ENGINE');
      await expectCode(kit.engine.removeVolume(named('v')), 'E_ENGINE');
    });

    it('replaces a secret of ours, and never one of others', async () => {
      const spec = { name: named('s'), labels: { ...labels(), digest: 'one' } };
      await kit.engine.createSecret(spec, new Uint8Array([1]));
      await kit.engine.createSecret({ ...spec, labels: { ...labels(), digest: 'two' } }, new Uint8Array([2]));
      const found = (await observe()).secrets.find(({ name }) => name === named('s'));
      expect(found?.labels['digest']).toBe('two');
      await expectCode(
        kit.engine.createSecret({ ...spec, labels: foreign }, new Uint8Array([3])),
        'E_CONFLICT',
      );
      await expectCode(
        kit.engine.createSecret({ name: named('empty'), labels: labels() }, new Uint8Array()),
        'E_ENGINE',
      );
    });
  });

  describe('pods', () => {
    it('are made once; a second time gives the same one, other labels a conflict', async () => {
      const first = await kit.engine.createPod(pod());
      expect(await kit.engine.createPod(pod())).toMatchObject({ id: first.id });
      await expectCode(kit.engine.createPod(pod({ labels: foreign })), 'E_CONFLICT');
      await expectCode(
        kit.engine.createPod(pod({ name: named('p2'), Networks: { [named('none')]: {} } })),
        'E_ENGINE',
      );
    });

    it('start their infra container, again and again', async () => {
      await kit.engine.createPod(pod());
      expect((await observe()).pods.find(({ name }) => name === pod().name)?.infraState).toBe('created');
      await kit.engine.startPodInfra(pod().name);
      await kit.engine.startPodInfra(pod().name);
      expect((await observe()).pods.find(({ name }) => name === pod().name)?.infraState).toBe('running');
      await expectCode(kit.engine.startPodInfra(named('none')), 'E_ENGINE');
    });

    it('without infra have none to start', async () => {
      const { netns: _netns, ...bare } = pod({ no_infra: true, shared_namespaces: [] });
      await kit.engine.createPod(bare);
      await kit.engine.startPodInfra(pod().name);
      const seen = (await observe()).pods.find(({ name }) => name === pod().name);
      expect([seen?.infraId, seen?.infraState]).toEqual([undefined, undefined]);
    });

    it('go with everything in them', async () => {
      await kit.engine.createPod(pod());
      const { netns: _netns, ...member } = container({ pod: pod().name });
      await kit.engine.createContainer(member);
      await kit.engine.startContainer(named('c'));
      await kit.engine.removePod(pod().name);
      await kit.engine.removePod(pod().name);
      const { pods, containers } = await observe();
      expect([...pods, ...containers].filter(({ name }) => name.includes(kit.stage.prefix))).toEqual([]);
    });
  });
}
