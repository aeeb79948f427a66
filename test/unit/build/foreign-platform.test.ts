import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildRequest } from '../../../src/build/types.ts';
import { BuildFolder, planSteps, wantedImage, worldOf } from '../../support/build-world.ts';

let folder: BuildFolder;
beforeEach(() => {
  folder = new BuildFolder();
  folder.write('a', 'a');
});
afterEach(() => folder.remove());

/** What is said of an image on an amd64 machine that cannot run arm64, with riscv64 unknown. */
async function told(text: string, more: Partial<BuildRequest>): Promise<string | undefined> {
  const { graph } = await planSteps([wantedImage(folder, 'a', text, more)], worldOf(folder));
  const [problem] = graph.failed.get('a') ?? [];
  return problem ? `${problem.span?.line}: ${problem.message}` : graph.whole.get('a');
}

describe('a platform that does not run here', () => {
  const arm = { platforms: ['linux/arm64'] };
  const refused = 'this machine cannot run programs of linux/arm64, which this command is';

  it('is refused at its first command', async () => {
    expect(await told('FROM busybox\nCOPY a /a\nRUN x\n', arm)).toBe(`3: ${refused}`);
    expect(await told('FROM busybox\nRUN x\n', { platforms: ['linux/amd64', 'linux/arm64'] })).toBe(
      `2: ${refused}`,
    );
    expect(await told('FROM --platform=linux/arm64 busybox\nRUN x\n', {})).toBe(`2: ${refused}`);
  });

  it('is refused for a command of a stage below, and of one that files are taken from', async () => {
    expect(await told('FROM busybox AS base\nRUN x\nFROM base\nCOPY a /a\n', arm)).toBe(`2: ${refused}`);
    expect(await told('FROM busybox AS one\nRUN x\nFROM scratch\nCOPY --from=one /a /a\n', arm)).toBe(
      `2: ${refused}`,
    );
  });

  it('is built where nothing of it is run', async () => {
    expect(await told('FROM busybox\nCOPY a /a\n', arm)).toBe('another platform');
    const cross =
      'FROM --platform=$BUILDPLATFORM busybox AS make\nRUN x\nFROM scratch\nCOPY --from=make /a /a\n';
    expect(await told(cross, arm)).toBe('another platform');
    expect(await told('FROM busybox AS no\nRUN x\nFROM busybox\nCOPY a /a\n', arm)).toBe('another platform');
  });

  it('is tried where it cannot be told', async () => {
    expect(await told('FROM busybox\nRUN x\n', { platforms: ['linux/riscv64'] })).toBe('another platform');
  });
});
