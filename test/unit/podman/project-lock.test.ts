import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LockRequest, lockProject } from '../../../src/podman/project-lock.ts';
import { sweep } from '../../../src/podman/sweep.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tscompose-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const request = (more: Partial<LockRequest> = {}): LockRequest => ({
  folder,
  engine: 'unix:///engine',
  project: 'shop',
  command: 'up',
  timeoutMs: 0,
  ...more,
});
/** No process has it: the kernel's ids end at four millions. */
const deadPid = 99_999_999;

describe('the lock of a project', () => {
  it('is had by one at a time, and leaves no file', async () => {
    const lock = await lockProject(request());
    await expect(lockProject(request())).rejects.toMatchObject({
      code: 'E_LOCKED',
      exitCode: 5,
      message: `up (pid ${process.pid}) works on project "shop"`,
    });
    await lock.release();
    await (await lockProject(request())).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is another one for another project and another engine', async () => {
    const locks = await Promise.all([
      lockProject(request()),
      lockProject(request({ project: 'blog' })),
      lockProject(request({ engine: 'unix:///other' })),
    ]);
    for (const lock of locks) await lock.release();
  });

  it('goes to those who wait, one after the other, and tells them who has it', async () => {
    const told = new Set<string>();
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      const onWait = (holder: string): void => void told.add(holder);
      const lock = await lockProject(request({ timeoutMs: 30_000, onWait }));
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 10));
      inside -= 1;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 6 }, work));
    expect(most).toBe(1);
    expect([...told]).toEqual([`up (pid ${process.pid})`]);
  });

  it('is one command’s also when it is let go just as others look who has it', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      for (let times = 0; times < 15; times++) {
        const lock = await lockProject(request({ timeoutMs: 60_000 }));
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        await lock.release();
      }
    };
    await Promise.all(Array.from({ length: 50 }, work));
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  }, 60_000);

  it('that a killed process left is taken by exactly one of those who find it', async () => {
    const first = await lockProject(request());
    const [name = ''] = readdirSync(folder);
    await first.release();
    for (let round = 0; round < 5; round++) {
      // A socket's file that nobody listens on.
      const dead = createServer().listen(join(folder, 'dead'));
      await new Promise((resolve) => dead.once('listening', resolve));
      const { linkSync } = await import('node:fs');
      linkSync(join(folder, 'dead'), join(folder, name));
      await new Promise((resolve) => dead.close(resolve));
      let inside = 0;
      let most = 0;
      await Promise.all(
        Array.from({ length: 5 }, async () => {
          const lock = await lockProject(request({ timeoutMs: 30_000 }));
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setTimeout(resolve, 2));
          inside -= 1;
          await lock.release();
        }),
      );
      expect(most).toBe(1);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not waited for any longer when the signal comes', async () => {
    const lock = await lockProject(request());
    const signal = AbortSignal.timeout(50);
    await expect(lockProject(request({ timeoutMs: 30_000, signal }))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await lock.release();
  });
});

describe('sweeping', () => {
  it('removes what dead processes left, and nothing else', () => {
    const stay = [
      'podman.sock',
      'engine-ab12.json',
      `lock-ab12.sock.${process.pid}.x1`,
      // Of a build, which may have left more elsewhere: the next build knows.
      `build-${deadPid}-Abc123`,
      'lock-ab12.sock',
    ];
    const go = [
      `lock-ab12.sock.${deadPid}.x1`,
      `lock-ab12.sock.${deadPid}.x1.dead`,
      `engine-ab12.json.${deadPid}`,
    ];
    for (const name of [...stay, ...go]) writeFileSync(join(folder, name), '');
    sweep(folder);
    expect(readdirSync(folder).sort()).toEqual([...stay].sort());
  });
});
