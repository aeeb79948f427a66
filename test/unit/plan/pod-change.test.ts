import { describe, expect, it } from 'vitest';
import type { Loaded, Service } from '../../../src/compose/types.ts';
import { planUp } from '../../../src/plan/plan-up.ts';
import { loadedFrom } from '../../support/projects.ts';
import { newEngine } from '../../support/random-projects.ts';
import { inputFor, up, upOptions } from '../../support/run-plan.ts';

const plain = loadedFrom({ web: {}, db: {} });

/** The same services, that ask for nothing. */
function onlyOf(services: Readonly<Record<string, unknown>>): Loaded {
  return loadedFrom(Object.fromEntries(Object.keys(services).map((name) => [name, {}])));
}

/** Why a pod is made anew for another file, and where that says it; undefined: it stays. */
async function reasonFor(
  changed: Loaded,
  before = plain,
): Promise<readonly (string | undefined)[] | undefined> {
  const engine = newEngine();
  await up(before, engine);
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

  it.each<[string, Record<string, Partial<Service>>, string, string]>([
    [
      'both',
      { web: { dns: ['10.1.1.1'] }, db: { dns: ['10.1.1.1'] } },
      'the dns that db and web ask for changed',
      'services.db.dns',
    ],
    [
      'one',
      { web: { dns_opt: ['use-vc'] } },
      'the dns_opt that web asks for changed',
      'services.web.dns_opt',
    ],
    [
      'one',
      { web: { dns_search: ['a.example'], sysctls: { 'kernel.msgmax': '9' } } },
      'the dns_search that web asks for changed',
      'services.web.dns_search',
    ],
    [
      'one',
      { web: { sysctls: { 'net.core.somaxconn': '9' } } },
      'the sysctls that web asks for changed',
      'services.web.sysctls',
    ],
    [
      'one',
      { web: { extra_hosts: ['a=10.0.0.1'] } },
      'the extra_hosts that web asks for changed',
      'services.web.extra_hosts',
    ],
  ])('for what %s of its services ask for, and says who and what', async (_, services, reason, place) => {
    expect(await reasonFor(loadedFrom(services), onlyOf(services))).toEqual([reason, place]);
  });

  it('for what many ask for, and for what nobody asks for any more', async () => {
    const names = ['a', 'b', 'c'];
    const all = (service: Partial<Service>): Loaded =>
      loadedFrom(Object.fromEntries(names.map((name) => [name, service])));
    expect(await reasonFor(all({ dns: ['10.1.1.1'] }), all({}))).toEqual([
      'the dns that a and 2 others ask for changed',
      'services.a.dns',
    ]);
    expect(await reasonFor(all({}), all({ dns: ['10.1.1.1'] }))).toEqual([
      'no service asks for its dns any more',
      'services.a',
    ]);
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
