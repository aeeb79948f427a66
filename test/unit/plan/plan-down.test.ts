import { describe, expect, it } from 'vitest';
import { planDown } from '../../../src/plan/plan-down.ts';
import type { Action } from '../../../src/plan/types.ts';
import { FakeEngine } from '../../../src/podman/fake/fake-engine.ts';
import { FakeWorld } from '../../../src/podman/fake/fake-world.ts';
import { loadedFrom } from '../../support/projects.ts';
import { inputFor, up } from '../../support/run-plan.ts';

type Services = Parameters<typeof loadedFrom>[0];

/** What `down -t SECONDS` does with containers, each with what it waits for. */
async function downOf(
  services: Services,
  timeout?: number,
  paused: readonly string[] = [],
): Promise<Record<string, readonly string[]>> {
  const world = new FakeWorld();
  world.addImage('app');
  const engine = new FakeEngine({}, world);
  const loaded = loadedFrom(services);
  await up(loaded, engine);
  for (const name of paused) await engine.pauseContainer(name);
  const options = { removeOrphans: false, volumes: false, images: 'none' as const };
  const { plan } = planDown(await inputFor(loaded, engine), {
    ...options,
    ...(timeout === undefined ? {} : { timeout }),
  });
  const shown = (action: Action): string =>
    action.kind === 'container.remove' && action.force ? `${action.id} by force` : action.id;
  return Object.fromEntries(
    plan.actions
      .filter(({ kind }) => kind.startsWith('container.'))
      .map((action) => [shown(action), action.needs]),
  );
}

describe('down', () => {
  const on = (name: string) => ({
    depends_on: { [name]: { condition: 'service_started' as const, required: true } },
  });

  it('kills where there is no grace, dependents first, and removes beside the kills that come after', async () => {
    expect(await downOf({ a: {}, b: on('a'), c: on('b') }, 0)).toEqual({
      'container.kill/p-c-1': [],
      'container.remove/p-c-1 by force': ['container.kill/p-c-1'],
      'container.kill/p-b-1': ['container.kill/p-c-1'],
      'container.remove/p-b-1 by force': ['container.kill/p-b-1'],
      'container.kill/p-a-1': ['container.kill/p-b-1'],
      'container.remove/p-a-1 by force': ['container.kill/p-a-1'],
    });
  });

  it('stops what has a grace, a hook, or is paused', async () => {
    const stopped = { 'container.stop/p-a-1': [], 'container.remove/p-a-1': ['container.stop/p-a-1'] };
    expect(await downOf({ a: {} })).toEqual(stopped);
    expect(await downOf({ a: {} }, 1)).toEqual(stopped);
    expect(await downOf({ a: { pre_stop: [{ command: ['true'] }] } }, 0)).toEqual(stopped);
    expect(Object.keys(await downOf({ a: {} }, 0, ['p-a-1']))).toContain('container.stop/p-a-1');
  });
});
