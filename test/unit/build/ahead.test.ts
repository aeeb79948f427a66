import { describe, expect, it } from 'vitest';
import type { LayerBlob } from '../../../src/build/layer/layer-blob.ts';
import { loadAhead } from '../../../src/build/run/ahead.ts';
import type { DraftStep } from '../../../src/build/run/load-image.ts';
import type { BuildTools } from '../../../src/build/run/tools.ts';

function layer(digest: string): LayerBlob {
  return { digest, size: 1, bytes: () => (async function* () {})(), dispose: () => undefined };
}

const copy: DraftStep = { createdBy: 'COPY', layers: [layer('a'.repeat(64))] };
const setting: DraftStep = { createdBy: 'ENV', layers: [] };

describe('layers below a command', () => {
  const discarded: (string | undefined)[] = [];

  function tools(how: { readonly loads: boolean; readonly fails?: boolean }): BuildTools & { loads: number } {
    const fake = {
      loads: 0,
      platform: { os: 'linux', architecture: 'amd64' },
      now: () => new Date(0),
      loadsAhead: () => how.loads,
      load: async (tar: AsyncIterable<Uint8Array>) => {
        for await (const _ of tar);
        fake.loads += 1;
        if (how.fails) throw new Error('the engine has no room');
      },
      discard: (image: Promise<string | undefined>) => void image.then((id) => discarded.push(id)),
    };
    return fake as unknown as BuildTools & { loads: number };
  }

  const draft = { base: undefined, config: {}, author: '', steps: [setting, copy] };

  it('are loaded before it has ended, and not once more', async () => {
    const fake = tools({ loads: true });
    const ahead = loadAhead(draft, fake);
    const steps = await ahead.steps();
    expect(fake.loads).toBe(1);
    expect(steps.map(({ createdBy }) => createdBy)).toEqual(['ENV', 'COPY']);
    expect(steps[1]?.layers[0]?.digest).toBe('a'.repeat(64));
    expect(steps[1]?.layers[0]?.bytes).toBeUndefined();
    expect(await ahead.image()).toMatch(/^[0-9a-f]{64}$/);
    discarded.length = 0;
    ahead.discard();
    await ahead.image();
    expect(discarded).toEqual([await ahead.image()]);
  });

  it.each([
    ['the engine is busy', { loads: false }, draft],
    ['the engine could not take them', { loads: true, fails: true }, draft],
    ['there are none', { loads: true }, { ...draft, steps: [setting] }],
  ])('are loaded with the command’s own where %s', async (_, how, what) => {
    const ahead = loadAhead(what, tools(how));
    expect(await ahead.steps()).toEqual(what.steps);
    expect(await ahead.image()).toBeUndefined();
  });
});
