import { describe, expect, it } from 'vitest';
import { planStop } from '../../src/plan/plan-lifecycle.ts';
import { fakeCapabilities } from '../../src/podman/fake/fake-capabilities.ts';
import { FakeEngine } from '../../src/podman/fake/fake-engine.ts';
import { FakeWorld } from '../../src/podman/fake/fake-world.ts';
import type { Capabilities } from '../../src/podman/types.ts';
import { loadedFrom } from '../support/projects.ts';
import { inputFor, run, up } from '../support/run-plan.ts';

const loaded = loadedFrom({ web: { restart: 'unless-stopped' } });

async function callsOfStop(killStops: boolean, timeout: number): Promise<readonly string[]> {
  const capabilities: Capabilities = { ...fakeCapabilities, has: { ...fakeCapabilities.has, killStops } };
  const engine = new FakeEngine({}, new FakeWorld(), capabilities);
  engine.world.addImage('app');
  await up(loaded, engine);
  const before = engine.calls.length;
  const { plan } = planStop(await inputFor(loaded, engine), { timeout });
  const outcome = await run(plan, engine);
  expect(outcome.exitCode).toBe(0);
  return engine.calls.slice(before);
}

describe('stopping a container', () => {
  it('leaves it to the engine where a signal would make the restart policy start it again', async () => {
    expect(await callsOfStop(false, 10)).toEqual(['stopContainer p-web-1']);
  });

  it('is a signal and a wait where the engine would hold the lock of the pod for the whole grace', async () => {
    expect(await callsOfStop(true, 10)).toEqual(['killContainer p-web-1']);
  });

  it('kills at once when there is no grace', async () => {
    expect(await callsOfStop(false, 0)).toEqual(['killContainer p-web-1']);
  });
});
