import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeStep, StepRemovals } from '../../../src/podman/step/step-removals.ts';
import type { Engine } from '../../../src/podman/types.ts';

/** No process has this id. */
const dead = 2 ** 22 + 1;

describe('containers of steps that have ended', () => {
  let folder: string;
  let removed: string[];
  let finish: () => void;
  let engine: Engine;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'removals-'));
    removed = [];
    const free = new Promise<void>((resolve) => {
      finish = resolve;
    });
    engine = {
      removeContainer: (name: string) => {
        removed.push(name);
        return free;
      },
    } as unknown as Engine;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function begun(removals: StepRemovals, name: string): void {
    const place = join(folder, name);
    mkdirSync(place);
    removals.begin({
      place,
      remove: (onAsked) => removeStep(engine, { container: `tscompose-${name}`, place }, onAsked),
    });
  }

  const hasEnded = async (promise: Promise<unknown>): Promise<boolean> => {
    const end = new Promise((resolve) => setTimeout(() => resolve('late'), 20));
    return (await Promise.race([promise, end])) !== 'late';
  };

  it('are waited for while the engine may not have begun to remove them', async () => {
    const removals = new StepRemovals();
    await removals.before(async () => undefined);
    begun(removals, `segment-${dead}-a`);
    const leaving = removals.leave();
    expect(await hasEnded(leaving)).toBe(false);
    finish();
    await leaving;
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are left to an engine that has answered a later call, and seen to by the next build', async () => {
    const removals = new StepRemovals();
    begun(removals, `segment-${dead}-a`);
    await removals.before(async () => undefined);
    await removals.leave();
    expect(readdirSync(folder)).toEqual([`left-${dead}-a`]);

    const next = new StepRemovals();
    next.resume(folder, engine);
    expect(removed).toEqual([`tscompose-segment-${dead}-a`, `tscompose-segment-${dead}-a`]);
    finish();
    await next.settle();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are not counted as removed when the answer is to a call that was made before', async () => {
    const removals = new StepRemovals();
    let answer = (): void => undefined;
    const call = removals.before(() => new Promise<void>((resolve) => (answer = resolve)));
    begun(removals, `segment-${dead}-a`);
    answer();
    await call;
    expect(await hasEnded(removals.leave())).toBe(false);
  });

  it('stay where their process still runs', () => {
    mkdirSync(join(folder, `left-${process.pid}-a`));
    new StepRemovals().resume(folder, engine);
    expect(removed).toEqual([]);
    expect(existsSync(join(folder, `left-${process.pid}-a`))).toBe(true);
  });

  it('keep their directory when the engine refuses, so that the next build finds them', async () => {
    const removals = new StepRemovals();
    engine = { removeContainer: () => Promise.reject(new Error('no room')) } as unknown as Engine;
    begun(removals, `segment-${dead}-a`);
    await removals.leave();
    expect(readdirSync(folder)).toEqual([`segment-${dead}-a`]);
  });
});
