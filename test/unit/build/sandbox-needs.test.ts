import { describe, expect, it } from 'vitest';
import { sandboxNeeds } from '../../../src/build/run/sandbox-needs.ts';
import type { BuildAction, StepInput } from '../../../src/build/types.ts';

const base: StepInput = { image: 'base' };
const on = (action: string): StepInput => ({ action });

function run(id: string, parent: StepInput, network: 'default' | 'none' = 'default'): BuildAction {
  const needs = 'action' in parent ? [parent.action] : [];
  return { kind: 'build.run', id, needs, parent, process: { network } } as unknown as BuildAction;
}

function copy(id: string, parent: StepInput): BuildAction {
  return { ...run(id, parent), kind: 'build.layers' } as BuildAction;
}

describe('how many sandboxes a build needs', () => {
  it('none for a command that begins at once', () => {
    expect(sandboxNeeds([run('a', base)])).toEqual({ uses: 0, width: 0, image: 'base' });
  });

  it('one for commands that follow each other', () => {
    expect(
      sandboxNeeds([run('a', base), run('b', on('a')), copy('c', on('b')), run('d', on('c'))]).width,
    ).toBe(1);
  });

  it('as many as there are commands side by side that wait for something', () => {
    const tails = ['x', 'y', 'z'].flatMap((name) => [
      copy(`copy-${name}`, on('a')),
      run(name, on(`copy-${name}`)),
    ]);
    expect(sandboxNeeds([run('a', base), ...tails]).width).toBe(3);
  });

  it('none for commands without a network, and no image where everything begins from nothing', () => {
    const scratch: StepInput = { scratch: true };
    expect(sandboxNeeds([copy('a', scratch), run('b', on('a'), 'none')])).toEqual({
      uses: 0,
      width: 0,
      image: undefined,
    });
  });
});
