import { describe, expect, it } from 'vitest';
import type { TreeFile } from '../../../src/build/context/tree.ts';
import { opaqueMarker, removedMarker } from '../../../src/build/layer/whiteouts.ts';
import { ComingImage, canCome } from '../../../src/build/run/coming-image.ts';

const file = (size: number): TreeFile => ({
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: 0,
  size,
  hostPath: '/x',
});
const entry = (path: string, more: Partial<TreeFile> = {}): { path: string; file: TreeFile } => ({
  path,
  file: { ...file(1), ...more },
});

describe('what is new in an image can be laid under the next container', () => {
  it('files, directories and links, while they are few and small', () => {
    const layer = [entry('d', { kind: 'directory' }), entry('d/f'), entry('d/l', { kind: 'symlink' })];
    expect(canCome([layer, [entry('d/f')]])).toBe(true);
    expect(canCome([[entry('f', { size: 5 * 1024 * 1024 })]])).toBe(false);
    expect(canCome([Array.from({ length: 1001 }, (_, index) => entry(`f${index}`))])).toBe(false);
  });

  it('not what takes something away, and not what has more than can be written', () => {
    expect(canCome([[entry('f'), removedMarker('gone', 0)]])).toBe(false);
    expect(canCome([[entry('d', { kind: 'directory' }), removedMarker('d/gone', 0)]])).toBe(false);
    expect(canCome([[entry('d', { kind: 'directory' }), opaqueMarker('d', 0)]])).toBe(false);
    expect(canCome([[entry('f', { xattrs: { 'user.a': Buffer.from('b') } } as never)]])).toBe(false);
    expect(canCome([[entry('f', { kind: 'char' })]])).toBe(false);
  });
});

describe('an image that is coming', () => {
  /** One that is loaded when it is said. */
  function coming(): {
    image: ComingImage;
    end: (error?: Error) => Promise<void>;
    disposed: () => number;
  } {
    let disposed = 0;
    let finish = (_error?: Error): void => undefined;
    const image = new ComingImage({
      base: 'base',
      layers: [],
      dispose: () => {
        disposed++;
      },
      load: async (dispose) => {
        const error = await new Promise<Error | undefined>((resolve) => {
          finish = resolve;
        });
        dispose();
        if (error) throw error;
      },
    });
    const end = async (error?: Error): Promise<void> => {
      finish(error);
      await image.loaded.catch(() => undefined);
    };
    return { image, end, disposed: () => disposed };
  }

  it('keeps its files until it is loaded and nobody holds them', async () => {
    const { image, end, disposed } = coming();
    const one = image.hold();
    const two = image.hold();
    one?.();
    await end();
    expect(disposed()).toBe(0);
    two?.();
    expect(disposed()).toBe(1);
  });

  it('is held no more when the engine has it', async () => {
    const { image, end, disposed } = coming();
    const before = image.hold();
    await end();
    expect(image.hold()).toBeUndefined();
    before?.();
    expect(disposed()).toBe(1);
  });

  it('tells what went wrong to those who wait, and to nobody else', async () => {
    const { image, end, disposed } = coming();
    await end(new Error('no room'));
    await expect(image.loaded).rejects.toThrow('no room');
    expect(image.hold()).toBeUndefined();
    expect(disposed()).toBe(1);
  });
});
