import { lstatSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/digest.ts';
import { FileIndex } from '../../../src/build/context/file-index.ts';
import { CacheFolder } from '../../../src/build/index/cache-folder.ts';
import { StepIndex } from '../../../src/build/index/step-index.ts';
import { BuildFolder } from '../../support/build-world.ts';

let folder: BuildFolder;
beforeEach(() => {
  folder = new BuildFolder();
});
afterEach(() => folder.remove());

const image = 'a'.repeat(64);
const cache = (path = folder.path): CacheFolder => new CacheFolder(path, process.pid);
const digest = 'd'.repeat(64);
const isAlive = (pid: number): boolean => pid !== 4711;

describe('the index of steps', () => {
  const open = (engine = 'e', project = 'p'): StepIndex =>
    new StepIndex({ cache: cache(), isAlive, engine, project });

  it('finds what it was told, in another run too, and nothing of another engine', () => {
    open().remember('k1', image);
    expect(open().find('k1')).toBe(image);
    expect(open().find('k2')).toBeUndefined();
    expect(open('other').find('k1')).toBeUndefined();
    expect(open().entries()).toEqual([{ key: 'k1', image, project: 'p' }]);
    open().forget('k1');
    expect(open().entries()).toEqual([]);
  });

  it.each([
    '',
    '{',
    '{"version":0}',
    `{"version":1,"key":"other","image":"${image}"}`,
    '{"version":1,"key":"k1","image":"x"}',
  ])('counts a damaged entry as not there: %s', (text) => {
    open().remember('k1', image);
    const group = join(folder.path, 'steps', readdirSync(join(folder.path, 'steps'))[0] ?? '', 'k1');
    writeFileSync(join(group, 'k1.json'), text);
    expect(open().find('k1')).toBeUndefined();
    open().remember('k1', image);
    expect(open().find('k1')).toBe(image);
    expect(readdirSync(group)).toEqual(['k1.json']);
  });

  it('knows an image that is part of another by what its id is the digest of', () => {
    const document = '{"config":{}}';
    const part = { image: sha256(document), within: image, document };
    open().remember('k1', part.image);
    open().rememberContained(part);
    expect(open().contained(part.image)).toEqual(part);
    expect(open().contained(image)).toBeUndefined();
    expect(open().entries()).toHaveLength(1);
    open().rememberContained({ ...part, document: '{}' });
    expect(open().contained(part.image)).toBeUndefined();
    open().rememberContained(part);
    open().forget('k1');
    expect(open().contained(part.image)).toBeUndefined();
  });

  it('gives a key to the first of two that claim it', () => {
    const other = 'b'.repeat(64);
    expect(open().claim('k1', image)).toBe(image);
    expect(open().claim('k1', other)).toBe(image);
    expect(open().find('k1')).toBe(image);
    open().remember('k1', other);
    expect(open().find('k1')).toBe(other);
    const group = join(folder.path, 'steps', readdirSync(join(folder.path, 'steps'))[0] ?? '', 'k1');
    expect(readdirSync(group)).toEqual(['k1.json']);
  });

  it('does without a folder that cannot be written', () => {
    folder.write('file', '');
    const index = new StepIndex({
      cache: cache(join(folder.path, 'file')),
      isAlive,
      engine: 'e',
      project: 'p',
    });
    index.remember('k', image);
    expect(index.claim('k', image)).toBe(image);
    expect(index.find('k')).toBeUndefined();
  });
});

describe('the salt', () => {
  it('stays the same, and is for the user only', () => {
    const salt = cache().salt();
    expect(cache().salt()).toEqual(salt);
    expect(salt).toHaveLength(32);
    expect(statSync(join(folder.path, 'salt')).mode & 0o777).toBe(0o600);
  });

  it('is made anew when it is damaged', () => {
    folder.write('salt', 'ab');
    const salt = cache().salt();
    expect(salt).toHaveLength(32);
    expect(cache().salt()).toEqual(salt);
  });
});

describe('what will be remembered of a step', () => {
  const of = (pid: number): StepIndex =>
    new StepIndex({ cache: new CacheFolder(folder.path, pid), isAlive, engine: 'e', project: 'p' });

  it('is promised by one process at a time, until that ends', () => {
    expect(of(1).isPromised('k')).toBe(false);
    expect(of(1).promise('k')).toBe(true);
    expect([of(2).promise('k'), of(2).promise('other'), of(2).isPromised('k')]).toEqual([false, true, true]);
    of(1).endPromise('k');
    expect([of(2).isPromised('k'), of(2).promise('k')]).toEqual([false, true]);
  });

  it('is promised no more by a process that was killed', () => {
    of(4711).promise('k');
    expect(of(1).isPromised('k')).toBe(false);
    of(4711).promise('k2');
    of(1).promise('k');
    cache().sweep(isAlive);
    expect(readdirSync(join(folder.path, 'held'))).toHaveLength(1);
    expect(of(2).promise('k')).toBe(false);
  });
});

describe('a file of the cache', () => {
  it('that a killed process was writing is removed, and not what one that runs is writing', () => {
    folder.write('unfinished/4711-aa', 'ha');
    folder.write('unfinished/4712-bb', 'half');
    cache().sweep((pid) => pid === 4712);
    expect(readdirSync(join(folder.path, 'unfinished'))).toEqual(['4712-bb']);
    cache(join(folder.path, 'no such')).sweep(() => false);
  });

  it('leaves nothing unfinished', () => {
    new StepIndex({ cache: cache(), isAlive, engine: 'e', project: 'p' }).claim('k1', image);
    expect(readdirSync(join(folder.path, 'unfinished'))).toEqual([]);
  });
});

describe('the index of files', () => {
  const stat = (): ReturnType<typeof lstatSync> & { size: bigint } =>
    lstatSync(join(folder.path, 'f'), { bigint: true }) as never;
  const later = (): number => Date.now() + 60_000;

  it('knows a file that has not changed, and not one that has', () => {
    folder.write('f', 'one');
    const index = new FileIndex('/root', undefined, later);
    index.remember('f', stat() as never, { digest, mark: '' });
    const again = new FileIndex('/root', index.text(), later);
    expect(again.find('f', stat() as never)).toEqual({ digest, mark: '' });
    expect(again.isChanged).toBe(false);
    folder.write('f', 'two');
    expect(again.find('f', stat() as never)).toBeUndefined();
  });

  it('does not remember what was changed a moment ago', () => {
    folder.write('f', 'one');
    const index = new FileIndex('/root', undefined, Date.now);
    index.remember('f', stat() as never, { digest, mark: '' });
    expect(index.find('f', stat() as never)).toBeUndefined();
  });

  it.each([
    '',
    'x',
    '{"version":0,"root":"/root","files":{}}',
    '{"version":2,"root":"/other","files":{}}',
    '{"version":2,"root":"/root","files":{"f":[1]}}',
  ])('begins anew with a damaged one: %s', (text) => {
    folder.write('f', 'one');
    mkdirSync(join(folder.path, 'd'));
    expect(new FileIndex('/root', text, later).find('f', stat() as never)).toBeUndefined();
  });
});
