import { describe } from 'vitest';
import { FakeEngine } from '../../../../src/podman/fake/fake-engine.ts';
import { FakeWorld } from '../../../../src/podman/fake/fake-world.ts';
import { engineContract } from '../../../support/engine-contract.ts';
import { healthScript, scriptedExit, scriptedOutput } from '../../../support/fake-programs.ts';

describe('the fake engine', () => {
  engineContract(() => {
    const world = new FakeWorld();
    world.addImage('app');
    const engine = new FakeEngine(
      { exitOf: scriptedExit, healthOf: healthScript, outputOf: scriptedOutput },
      world,
    );
    return Promise.resolve({ engine, prefix: 'contract', image: 'app', clear: () => Promise.resolve() });
  });
});
