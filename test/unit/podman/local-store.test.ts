import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/digest.ts';
import { LocalStore } from '../../../src/podman/local-store.ts';

let graphRoot: string;
beforeEach(() => {
  graphRoot = mkdtempSync(join(tmpdir(), 'tscompose-store-'));
  for (const name of ['overlay-images', 'overlay-layers']) mkdirSync(join(graphRoot, name));
});
afterEach(() => rmSync(graphRoot, { recursive: true }));

const [web, api] = ['a'.repeat(64), 'b'.repeat(64)];

function store(more: { mountProgram?: boolean; driver?: string } = {}): LocalStore {
  return new LocalStore({ graphRoot, driver: 'overlay', mountProgram: false, plainUpper: true, ...more });
}

function write(list: 'images' | 'layers', records: readonly object[]): void {
  writeFileSync(join(graphRoot, `overlay-${list}/${list}.json`), JSON.stringify(records));
}

describe('the store of a local engine', () => {
  it('gives the image of a full name, with or without its tag, and not one that had the name before', () => {
    const name = 'docker.io/library/web:latest';
    write('images', [
      { id: api, names: ['localhost/api:1'], 'names-history': [name] },
      { id: web, names: [name, 'localhost/w:2'], 'names-history': [name] },
    ]);
    expect(store().idOf(name)).toBe(web);
    expect(store().idOf('docker.io/library/web')).toBe(web);
    expect(store().idOf('localhost/api')).toBeUndefined();
    expect(store().idOf('localhost/api:1')).toBe(api);
    expect(store().names(web)).toEqual([name, 'localhost/w:2']);
  });

  it('takes a short name for an image of this machine only where no other can be meant', () => {
    write('images', [
      { id: web, names: ['localhost/web:latest'] },
      { id: api, names: ['localhost/api:latest', 'quay.io/x/api:latest'] },
    ]);
    expect(store().idOf('web')).toBe(web);
    expect(store().idOf('api')).toBeUndefined();
    expect(store().idOf('eb')).toBeUndefined();
    expect(store().idOf('abcdef')).toBeUndefined();
  });

  it('gives the one directory that has all files where layers are whole copies, and none of a driver that it does not know', () => {
    const list = (name: 'images' | 'layers', driver: string, records: readonly object[]): void => {
      mkdirSync(join(graphRoot, `${driver}-${name}`));
      writeFileSync(join(graphRoot, `${driver}-${name}/${name}.json`), JSON.stringify(records));
    };
    for (const driver of ['vfs', 'btrfs']) {
      list('images', driver, [{ id: web, layer: 'l2', names: ['localhost/web:latest'] }]);
      list('layers', driver, [
        { id: 'l1', 'diff-size': 10 },
        { id: 'l2', parent: 'l1', 'diff-size': 20 },
      ]);
      expect(store({ driver }).has(web)).toBe(true);
      expect(store({ driver }).idOf('web')).toBe(web);
      expect(store({ driver }).layerSizes(web)).toEqual([10, 20]);
    }
    expect(store({ driver: 'vfs' }).layerFolders(web)).toEqual([join(graphRoot, 'vfs/dir/l2')]);
    expect(store({ driver: 'btrfs' }).layerFolders(web)).toBeUndefined();
    expect(store().has(web)).toBe(false);
  });

  it('gives the layers of an image from the top, and nothing where one is missing', () => {
    write('images', [
      { id: web, layer: 'l2' },
      { id: api, layer: 'gone' },
    ]);
    write('layers', [
      { id: 'l1', 'diff-size': 10 },
      { id: 'l2', parent: 'l1', 'diff-size': 20, odd: 'a text with },{\\"id\\":\\"l1\\" in it' },
    ]);
    expect(store().layerFolders(web)).toEqual([
      join(graphRoot, 'overlay/l2/diff'),
      join(graphRoot, 'overlay/l1/diff'),
    ]);
    expect(store().layerSizes(web)).toEqual([10, 20]);
    expect(store().layerFolders(api)).toBeUndefined();
    expect(store({ mountProgram: true }).layerFolders(web)).toBeUndefined();
  });

  it('sees a list that was replaced, and does without one that cannot be read', () => {
    write('images', [{ id: web }]);
    const open = store();
    expect([open.has(web), open.has(api)]).toEqual([true, false]);
    write('images', [{ id: web }, { id: api, names: null }]);
    expect([open.has(web), open.has(api)]).toEqual([true, true]);
    expect(open.names(api)).toEqual([]);
    writeFileSync(join(graphRoot, 'overlay-images/images.json'), `[{"id":"${web}","nam`);
    expect(open.has(web)).toBe(false);
    expect(open.has(api)).toBe(false);
  });

  it('gives a configuration only when it is what its id says', () => {
    const text = '{"os":"linux"}';
    const id = sha256(text);
    const file = (key: string): string =>
      join(graphRoot, 'overlay-images', key, `=${Buffer.from(`sha256:${key}`).toString('base64')}`);
    for (const key of [id, web]) {
      mkdirSync(join(graphRoot, 'overlay-images', key));
      writeFileSync(file(key), text);
    }
    expect(store().config(id)).toBe(text);
    expect(store().config(web)).toBeUndefined();
    expect(store().config(api)).toBeUndefined();
  });
});
