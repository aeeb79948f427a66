import { afterEach, beforeEach } from 'vitest';
import { contractOfContainers } from './contract/containers.ts';
import { ContractKit, type Stage } from './contract/kit.ts';
import { contractOfObjects } from './contract/objects.ts';
import { contractOfStreams } from './contract/streams.ts';

/**
 * What every `Engine` must do: the fake that tests plan with, and the libpod client on Podman.
 *
 * @param open - called before each test
 */
export function engineContract(open: () => Promise<Stage>): void {
  const kit = new ContractKit();
  beforeEach(async () => {
    kit.stage = await open();
  });
  afterEach(() => kit.stage.clear());
  contractOfObjects(kit);
  contractOfContainers(kit);
  contractOfStreams(kit);
}
