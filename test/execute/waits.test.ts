import { describe, expect, it } from 'vitest';
import type { Action, ContainerWait } from '../../src/plan/types.ts';
import type { FakeContainer } from '../../src/podman/fake/fake-world.ts';
import type { ContainerSpec } from '../../src/podman/spec.ts';
import type { CallOptions } from '../../src/podman/types.ts';
import { networks, Rig } from '../support/rig.ts';

const quick = { Interval: 2e6, Timeout: 1e9, Retries: 3 };

function wait(condition: ContainerWait['condition'], more: Partial<ContainerWait> = {}): ContainerWait {
  return {
    kind: 'container.wait',
    id: `container.wait/db/${condition}`,
    needs: [],
    reason: 'web depends on it',
    service: 'db',
    name: 'db',
    condition,
    required: true,
    ...more,
  };
}

/** A rig with one container, `db`, that runs; calls are not held. */
async function withDatabase(
  spec: Partial<ContainerSpec> = {},
  health: readonly boolean[] = [true],
): Promise<{ rig: Rig; db: FakeContainer }> {
  const rig = new Rig({ onCall: () => undefined, healthOf: () => health });
  rig.world.addImage('app');
  const labels = { 'com.docker.compose.service': 'db' };
  await rig.engine.createContainer({ name: 'db', image: 'app', labels, ...spec });
  await rig.engine.startContainer('db');
  return { rig, db: rig.world.container('db') };
}

/** Plays the engine's part: it ends, and its restart policy brings it back. */
function restart(rig: Rig, db: FakeContainer, exitCode: number): void {
  rig.world.end(db, exitCode);
  db.restartCount += 1;
  rig.world.start(db, undefined);
}

const later = (ms: number, run: () => void): void => void setTimeout(run, ms);
const after: Action = { ...(networks('after')[0] as Action), needs: [wait('healthy').id] };

describe('waiting to be healthy', () => {
  it('ends with the first check that passes, and tells what the failed ones said', async () => {
    const { rig } = await withDatabase({ healthconfig: { ...quick, Test: ['CMD', 'x'] } }, [
      false,
      false,
      true,
    ]);
    const { exitCode } = await rig.run([wait('healthy'), after]);
    expect(exitCode).toBe(0);
    expect(rig.progress()).toEqual([
      'waiting to be healthy, 1 of 3 tries',
      'waiting to be healthy, 2 of 3 tries',
    ]);
    expect(rig.world.networks.has('after')).toBe(true);
  });

  it('fails with code 6 once the tries are used up, and what needs it does not start', async () => {
    const { rig, db } = await withDatabase({ healthconfig: { ...quick, Test: ['CMD', 'x'] } }, [false]);
    db.log.push('one', 'two');
    const { exitCode, diagnostics } = await rig.run([wait('healthy'), after]);
    expect(exitCode).toBe(6);
    expect(diagnostics).toMatchObject([
      { code: 'E_UNHEALTHY', message: 'service "db" is unhealthy after 3 tries', details: ['one', 'two'] },
    ]);
    expect(rig.ends()).toEqual(['failed container.wait/db/healthy', 'skipped after']);
  });

  it('fails at once when the container ends, with its code and last lines, and does not wait for the deadline', async () => {
    const slow = { Interval: 3600e9, Timeout: 1e9, Retries: 3, Test: ['CMD', 'x'] };
    const { rig, db } = await withDatabase({ healthconfig: slow }, [false]);
    db.log.push(...Array.from({ length: 12 }, (_, index) => `line ${index}`));
    later(30, () => rig.world.end(db, 3));
    const began = performance.now();
    const { exitCode, diagnostics } = await rig.run([wait('healthy', { timeoutMs: 3_600_000 }), after]);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([{ code: 'E_DEPENDENCY', message: 'service "db" exited 3' }]);
    expect(diagnostics[0]?.details).toHaveLength(10);
    expect(diagnostics[0]?.details?.at(-1)).toBe('line 11');
  });

  it('fails when the container is gone', async () => {
    const { rig } = await withDatabase({ healthconfig: { ...quick, Test: ['CMD', 'x'] } }, [false]);
    later(5, () => rig.world.removeContainer('db', { volumes: false, force: true }));
    const { diagnostics } = await rig.run([wait('healthy')]);
    expect(diagnostics).toMatchObject([
      { code: 'E_DEPENDENCY', message: 'container "db" was removed while something waited for it' },
    ]);
  });

  it('fails at once when there is no check to wait for', async () => {
    for (const healthconfig of [undefined, { Test: ['NONE'] }]) {
      const { rig } = await withDatabase(healthconfig ? { healthconfig } : {});
      const { diagnostics } = await rig.run([wait('healthy')]);
      expect(diagnostics).toMatchObject([
        { code: 'E_DEPENDENCY', message: 'container "db" has no health check to wait for' },
      ]);
    }
  });

  it('gives a container time that its restart policy brings back, and counts the new start alone', async () => {
    const health = { ...quick, Interval: 20e6, Test: ['CMD', 'x'] };
    const { rig, db } = await withDatabase({ healthconfig: health, restart_policy: 'always' }, [false, true]);
    rig.world.end(db, 1);
    later(40, () => restart(rig, db, 1));
    const { exitCode } = await rig.run([wait('healthy'), after]);
    expect(exitCode).toBe(0);
    expect(rig.progress()).toEqual(['waiting to be healthy, 1 of 3 tries, restarted 1 times']);
  });

  it('ends at its deadline with code 6, also when a check hangs', async () => {
    const { rig } = await withDatabase({ healthconfig: { ...quick, Test: ['CMD', 'x'] } });
    rig.engine.runHealthcheck = (_name: string, { signal }: CallOptions = {}) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    const { exitCode, diagnostics } = await rig.run([wait('healthy', { timeoutMs: 60 }), after]);
    expect(exitCode).toBe(6);
    expect(diagnostics).toMatchObject([
      { code: 'E_UNHEALTHY', message: 'service "db" was not healthy within 0s' },
    ]);
  });

  it('is only a warning where the dependency is optional', async () => {
    const { rig, db } = await withDatabase({ healthconfig: { ...quick, Test: ['CMD', 'x'] } }, [false]);
    rig.world.end(db, 4);
    const { exitCode, diagnostics } = await rig.run([wait('healthy', { required: false }), after]);
    expect([exitCode, diagnostics]).toEqual([0, []]);
    expect(rig.warnings()).toEqual(['service "db" exited 4']);
    expect(rig.world.networks.has('after')).toBe(true);
  });

  it('ends when nothing waits for it any more', async () => {
    const { rig } = await withDatabase({ healthconfig: { ...quick, Interval: 3600e9, Test: ['CMD', 'x'] } }, [
      false,
    ]);
    const failing: Action = {
      kind: 'network.remove',
      id: 'network.remove/n',
      needs: [],
      reason: 'test',
      name: 'n',
    };
    rig.engine.removeNetwork = () => Promise.reject(new Error('boom'));
    const both = { ...after, needs: [wait('healthy').id, failing.id] };
    const { actions } = await rig.run([wait('healthy'), failing, both]);
    expect(actions.map(({ state }) => state)).toEqual(['cancelled', 'failed', 'skipped']);
  });

  it('ends when the run is interrupted', async () => {
    const { rig } = await withDatabase({ healthconfig: { ...quick, Interval: 3600e9, Test: ['CMD', 'x'] } }, [
      false,
    ]);
    later(20, () => rig.stop.abort('SIGTERM'));
    const { exitCode } = await rig.run([wait('healthy'), after]);
    expect(exitCode).toBe(143);
    expect(rig.ends()).toEqual(['cancelled after', 'cancelled container.wait/db/healthy']);
  });
});

describe('waiting to complete', () => {
  it('ends with the exit code 0', async () => {
    const { rig, db } = await withDatabase();
    later(20, () => rig.world.end(db, 0));
    expect((await rig.run([wait('completed')])).exitCode).toBe(0);
  });

  it('fails with any other, at once', async () => {
    const { rig, db } = await withDatabase();
    db.log.push('no such table');
    later(20, () => rig.world.end(db, 3));
    const { exitCode, diagnostics } = await rig.run([wait('completed')]);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      { code: 'E_DEPENDENCY', message: 'service "db" exited 3', details: ['no such table'] },
    ]);
  });

  it('lets a policy try again, as often as it may', async () => {
    const policy = { restart_policy: 'on-failure', restart_tries: 2 };
    const good = await withDatabase(policy);
    good.rig.world.end(good.db, 1);
    later(150, () => {
      restart(good.rig, good.db, 1);
      later(50, () => good.rig.world.end(good.db, 0));
    });
    expect((await good.rig.run([wait('completed')])).exitCode).toBe(0);
    const bad = await withDatabase(policy);
    bad.db.restartCount = 2;
    bad.rig.world.end(bad.db, 1);
    expect((await bad.rig.run([wait('completed')])).diagnostics).toMatchObject([
      { message: 'service "db" exited 1' },
    ]);
  });

  it('ends at its deadline with code 6', async () => {
    const { rig } = await withDatabase();
    const { exitCode, diagnostics } = await rig.run([wait('completed', { timeoutMs: 40 })]);
    expect(exitCode).toBe(6);
    expect(diagnostics).toMatchObject([
      { code: 'E_UNHEALTHY', message: 'service "db" did not complete within 0s' },
    ]);
  });
});

describe('waiting to run', () => {
  it('is done for what runs, and for what has finished well', async () => {
    const { rig, db } = await withDatabase();
    expect((await rig.run([wait('running')])).exitCode).toBe(0);
    rig.world.end(db, 0);
    expect((await rig.run([wait('running')])).exitCode).toBe(0);
    expect((await rig.run([wait('running-or-healthy')])).exitCode).toBe(0);
  });

  it('fails for what ended badly, and lets its policy bring it back', async () => {
    const { rig, db } = await withDatabase();
    rig.world.end(db, 9);
    expect((await rig.run([wait('running')])).diagnostics).toMatchObject([
      { message: 'service "db" exited 9' },
    ]);
    const kept = await withDatabase({ restart_policy: 'unless-stopped' });
    kept.rig.world.end(kept.db, 9);
    later(50, () => restart(kept.rig, kept.db, 9));
    expect((await kept.rig.run([wait('running')])).exitCode).toBe(0);
    expect(kept.rig.progress()).toEqual(['waiting to be restarted, last exit 9']);
  });

  it('waits for health where there is a check', async () => {
    const { rig } = await withDatabase({ healthconfig: { ...quick, Test: ['CMD', 'x'] } }, [false, true]);
    expect((await rig.run([wait('running-or-healthy')])).exitCode).toBe(0);
    expect(rig.progress()).toEqual(['waiting to be healthy, 1 of 3 tries']);
  });
});
