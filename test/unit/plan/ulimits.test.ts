import { describe, expect, it } from 'vitest';
import { planUp } from '../../../src/plan/plan-up.ts';
import { fakeCapabilities } from '../../../src/podman/fake/fake-capabilities.ts';
import { FakeEngine } from '../../../src/podman/fake/fake-engine.ts';
import { FakeWorld } from '../../../src/podman/fake/fake-world.ts';
import type { Capabilities } from '../../../src/podman/types.ts';
import { loadedFrom } from '../../support/projects.ts';
import { inputFor, upOptions } from '../../support/run-plan.ts';

async function limitsOn(capabilities: Capabilities): Promise<unknown> {
  const world = new FakeWorld();
  world.addImage('app');
  const loaded = loadedFrom({ app: { ulimits: { RLIMIT_NOFILE: { soft: 512, hard: 1024 }, core: 0 } } });
  const { plan } = planUp(await inputFor(loaded, new FakeEngine({}, world, capabilities)), upOptions);
  const create = plan.actions.find(({ kind }) => kind === 'container.create');
  return create?.kind === 'container.create' ? create.spec.r_limits : undefined;
}

const written = [
  { type: 'nofile', soft: 512, hard: 1024 },
  { type: 'core', soft: 0, hard: 0 },
];

describe('ulimits', () => {
  it('are sent as they are written where the engine can raise its own', async () => {
    expect(await limitsOn(fakeCapabilities)).toEqual(written);
  });

  it('name the others, too, where an old engine would ask for more than it may', async () => {
    const hardLimits = { nofile: 20_000, nproc: Number.POSITIVE_INFINITY };
    expect(await limitsOn({ ...fakeCapabilities, hardLimits })).toEqual([
      ...written,
      { type: 'nproc', soft: 1_048_576, hard: 1_048_576 },
    ]);
    const has = { ...fakeCapabilities.has, keepsUlimits: true };
    expect(await limitsOn({ ...fakeCapabilities, hardLimits, has })).toEqual(written);
  });
});
