import { describe, expect, it } from 'vitest';
import type { Loaded, Service } from '../../../src/compose/types.ts';
import { planUp } from '../../../src/plan/plan-up.ts';
import { loadedFrom } from '../../support/projects.ts';
import { newEngine } from '../../support/random-projects.ts';
import { inputFor, up, upOptions } from '../../support/run-plan.ts';

const plain = loadedFrom({ web: {}, db: {} });

/** Why a pod of two plain services is made anew for another file, and where that says it; undefined: it stays. */
async function reasonFor(changed: Loaded): Promise<readonly (string | undefined)[] | undefined> {
  const engine = newEngine();
  await up(plain, engine);
  const { plan } = planUp(await inputFor(changed, engine), upOptions);
  const create = plan.actions.find(({ kind }) => kind === 'pod.create');
  return create && [create.reason, create.source?.path];
}

describe('a pod is made anew', () => {
  it.each<[string, Partial<Service>, string, string | undefined]>([
    [
      'ports',
      { ports: [{ target: 80, published: '8080', protocol: 'tcp' }] },
      'the ports that web publishes changed',
      'services.web.ports',
    ],
    [
      'names',
      { networks: { default: { aliases: ['other'] } } },
      'the names that web answers to changed',
      'services.web.networks',
    ],
  ])('for other %s, and says of which service', async (_, change, reason, place) => {
    expect(await reasonFor(loadedFrom({ web: change, db: {} }))).toEqual([reason, place]);
  });

  it('for what all share, and says what', async () => {
    const all = (dns: string[]): Loaded => loadedFrom({ web: { dns }, db: { dns } });
    expect(await reasonFor(all(['10.1.1.1']))).toEqual(['its dns changed', undefined]);
  });

  it('not for a member more', async () => {
    expect(await reasonFor(loadedFrom({ web: {}, db: {}, cache: {} }))).toBeUndefined();
  });
});

it('a number of replicas by itself makes no container anew', async () => {
  const engine = newEngine();
  await up(plain, engine);
  const counted = loadedFrom({ web: { deploy: { replicas: 1, resources: {}, placement: {} } }, db: {} });
  expect((await up(counted, engine)).plan.actions).toEqual([]);
});
