import { describe, expect, it } from 'vitest';
import { fail } from '../../src/base/errors.ts';
import type { Action, ImagePull } from '../../src/plan/types.ts';
import { idOf, networks, planOf, Rig } from '../support/rig.ts';

describe('the order of actions', () => {
  it('starts each one the moment the last that it needs has ended: no waves', async () => {
    const rig = new Rig();
    const outcome = rig.run(networks('a', 'b', 'c<a', 'd<a,b', 'e<c'));
    expect(await rig.underWay()).toEqual(['a', 'b']);
    await rig.end('a');
    expect(await rig.underWay()).toEqual(['b', 'c']);
    await rig.end('c');
    // A whole level further than its sibling's dependents.
    expect(await rig.underWay()).toEqual(['b', 'e']);
    await rig.end('e', 'b');
    expect(await rig.underWay()).toEqual(['d']);
    await rig.end('d');
    expect(await outcome).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(rig.ends()).toEqual(['a', 'c', 'e', 'b', 'd'].map((name) => `succeeded ${name}`));
  });

  it('takes the longest remaining path first when places are few', async () => {
    const rig = new Rig();
    const outcome = rig.run(networks('short', 'long', 'next<long', 'last<next'), {
      limits: { calls: 1, builds: 1, pulls: 1 },
    });
    const seen: string[] = [];
    for (let count = 0; count < 4; count++) {
      const [name = ''] = await rig.underWay();
      seen.push(name);
      await rig.end(name);
    }
    await outcome;
    // The first is taken as it comes, when the queue was still empty.
    expect(seen).toEqual(['short', 'long', 'next', 'last']);
    const again = new Rig();
    const second = again.run(networks('first', 'short', 'long', 'next<long'), {
      limits: { calls: 1, builds: 1, pulls: 1 },
    });
    await again.end('first');
    expect(await again.underWay()).toEqual(['long']);
    await again.end('long');
    expect((await again.underWay()).length).toBe(1);
    for (const name of ['short', 'next', 'short', 'next']) {
      const now = await again.underWay();
      if (now.includes(name)) await again.end(name);
    }
    await second;
  });

  it('makes no more calls at once than it may', async () => {
    const rig = new Rig();
    const names = Array.from({ length: 9 }, (_, index) => `n${index}`);
    const outcome = rig.run(networks(...names), { limits: { calls: 3, builds: 1, pulls: 1 } });
    let most = 0;
    for (let left = names.length; left > 0; left--) {
      const now = await rig.underWay();
      most = Math.max(most, now.length);
      expect(now.length).toBe(Math.min(3, left));
      await rig.end(now[0] ?? '');
    }
    expect(most).toBe(3);
    expect((await outcome).exitCode).toBe(0);
  });

  it('keeps pulls and calls apart: a slow registry holds up no call', async () => {
    const rig = new Rig();
    const pull = (name: string): ImagePull => ({
      kind: 'image.pull',
      id: `image.pull/${name}`,
      needs: [],
      reason: 'test',
      reference: name,
      policy: 'missing',
      optional: false,
    });
    for (const name of ['i1', 'i2', 'i3']) rig.world.addImage(name);
    const outcome = rig.run([pull('i1'), pull('i2'), pull('i3'), ...networks('a')]);
    expect(await rig.underWay()).toEqual(['i1', 'i2', 'a']);
    await rig.end('a', 'i1');
    expect(await rig.underWay()).toEqual(['i2', 'i3']);
    await rig.end('i2', 'i3');
    expect((await outcome).exitCode).toBe(0);
  });

  it('has nothing to do with an empty plan', async () => {
    const rig = new Rig();
    expect(await rig.run([])).toMatchObject({ actions: [], diagnostics: [], exitCode: 0 });
  });

  it('refuses what is no plan before anything runs', async () => {
    for (const actions of [networks('a<b', 'b<a'), networks('a<none'), networks('a', 'a')]) {
      const rig = new Rig();
      await expect(rig.run(actions)).rejects.toMatchObject({ code: 'E_INTERNAL' });
      expect(await rig.underWay()).toEqual([]);
    }
    expect(planOf([]).version).toBe(1);
  });
});

describe('a failure', () => {
  const states = (actions: readonly { id: string; state: string }[]): string[] =>
    actions.map(({ id, state }) => `${id.replace('network.create/', '')} ${state}`);

  it('skips what needs it, however far, and tells because of what; the rest goes on', async () => {
    const rig = new Rig();
    const outcome = rig.run(networks('a', 'b<a', 'c<b', 'x', 'y<x', 'z<y,c'));
    await rig.fail('a', fail('E_ENGINE', 'no such driver'));
    await rig.end('x');
    await rig.end('y');
    const { actions, diagnostics, exitCode } = await outcome;
    expect(states(actions)).toEqual([
      'a failed',
      'b skipped',
      'c skipped',
      'x succeeded',
      'y succeeded',
      'z skipped',
    ]);
    expect(diagnostics).toMatchObject([{ code: 'E_ENGINE', message: 'no such driver' }]);
    expect(exitCode).toBe(1);
    const skipped = rig.events.filter((event) => event.kind === 'skipped');
    expect(skipped.map(({ action, because }) => [action.id, because])).toEqual([
      [idOf('b'), idOf('a')],
      [idOf('c'), idOf('a')],
      [idOf('z'), idOf('a')],
    ]);
  });

  it('lets nothing new start in the mode no-new, and what runs end', async () => {
    const rig = new Rig();
    const outcome = rig.run(networks('a', 'b', 'c<b', 'd<a'), { failureMode: 'no-new' });
    await rig.fail('a');
    await rig.end('b');
    expect(states((await outcome).actions)).toEqual(['a failed', 'b succeeded', 'c cancelled', 'd skipped']);
  });

  it('gives the exit code of the first failure, and all diagnostics', async () => {
    const rig = new Rig();
    const outcome = rig.run(networks('a', 'b'));
    await rig.fail('a', fail('E_UNHEALTHY', 'one'));
    await rig.fail('b', fail('E_ENGINE', 'two'));
    const { diagnostics, exitCode } = await outcome;
    expect(exitCode).toBe(6);
    expect(diagnostics.map(({ message }) => message)).toEqual(['one', 'two']);
  });

  it('points at the line that asked for the action', async () => {
    const rig = new Rig();
    const source = { path: 'compose.yaml', line: 3, column: 5 };
    const [action] = networks('a');
    const outcome = rig.run([{ ...(action as Action), source }]);
    await rig.fail('a', fail('E_ENGINE', 'no'));
    expect((await outcome).diagnostics).toMatchObject([{ span: source }]);
  });
});

describe('an interruption', () => {
  it('starts nothing new and lets short calls end', async () => {
    const rig = new Rig();
    const outcome = rig.run(networks('a', 'b<a', 'c'), { limits: { calls: 1, builds: 1, pulls: 1 } });
    await rig.underWay();
    rig.stop.abort('SIGINT');
    await rig.end('a');
    const { actions, exitCode } = await outcome;
    expect(actions.map(({ state }) => state)).toEqual(['succeeded', 'cancelled', 'cancelled']);
    expect(exitCode).toBe(130);
    expect(rig.engine.calls).toEqual(['createNetwork a']);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    [fail('E_UNHEALTHY', 'not in time'), 6],
  ])('exits by its reason', async (reason, code) => {
    const rig = new Rig();
    rig.stop.abort(reason);
    const { actions, exitCode } = await rig.run(networks('a'));
    expect([actions[0]?.state, exitCode]).toEqual(['cancelled', code]);
    expect(rig.engine.calls).toEqual([]);
  });

  it('tells a failure that comes while it ends as that failure', async () => {
    const rig = new Rig();
    const outcome = rig.run(networks('a', 'b'));
    await rig.underWay();
    rig.stop.abort('SIGINT');
    await rig.fail('a', fail('E_NO_SPACE', 'full'));
    await rig.end('b');
    const { actions, diagnostics, exitCode } = await outcome;
    expect(actions.map(({ state }) => state)).toEqual(['failed', 'succeeded']);
    expect(diagnostics).toMatchObject([{ code: 'E_NO_SPACE' }]);
    expect(exitCode).toBe(130);
  });
});
