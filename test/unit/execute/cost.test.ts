import { describe, expect, it } from 'vitest';
import { priorities } from '../../../src/execute/cost.ts';
import type { Action } from '../../../src/plan/types.ts';

/** What it takes to have a container run, after whatever its start waits for. */
function container(name: string, startNeeds: readonly string[] = []): Action[] {
  const base = { reason: 'test', service: name };
  return [
    {
      ...base,
      kind: 'container.create',
      id: `create ${name}`,
      needs: [],
      spec: { name, image: 'busybox', labels: {} },
      makeDirectories: [],
    },
    { ...base, kind: 'container.init', id: `init ${name}`, needs: [`create ${name}`], name },
    {
      ...base,
      kind: 'container.start',
      id: `start ${name}`,
      needs: [`init ${name}`, ...startNeeds.map((need) => `start ${need}`)],
      name,
    },
  ];
}

/** Ids as they would be taken, were all of them ready. */
function ranked(actions: readonly Action[]): string[] {
  const ranks = priorities(actions);
  return actions.map(({ id }) => id).sort((a, b) => (ranks.get(b) ?? 0) - (ranks.get(a) ?? 0));
}

describe('what goes first', () => {
  it('of containers that are alike, the one that is furthest on', () => {
    expect(ranked([...container('a'), ...container('b')])).toEqual([
      'start a',
      'start b',
      'init a',
      'init b',
      'create a',
      'create b',
    ]);
  });

  it('the container that others wait for, with all that it takes', () => {
    const first = ranked([...container('last', []), ...container('db'), ...container('web', ['db'])]);
    expect(first.slice(0, 3)).toEqual(['start db', 'init db', 'create db']);
  });

  it('a container that is started again has the rank of its own way to the end', () => {
    const again: Action = {
      kind: 'container.start',
      id: 'start old',
      needs: [],
      reason: 'test',
      name: 'old',
    };
    expect(ranked([again, ...container('new')]).at(-1)).toBe('start old');
  });
});
