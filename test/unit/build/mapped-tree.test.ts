import { describe, expect, it } from 'vitest';
import { idInImage, inNamespace } from '../../../src/build/context/mapped-tree.ts';
import type { FileTree, TreeFile } from '../../../src/build/context/tree.ts';
import { readInfo } from '../../../src/podman/capabilities.ts';

const ranges = [
  { inImage: 0, onHost: 1001, size: 1 },
  { inImage: 1, onHost: 100_000, size: 65_536 },
];

describe("ids of an ordinary user's files", () => {
  it.each([
    [1001, 0],
    [100_000, 1],
    [165_535, 65_536],
    [165_536, undefined],
    [0, undefined],
    [1002, undefined],
  ])('%s of this machine is %s in an image', (onHost, inImage) => {
    expect(idInImage(onHost, ranges)).toBe(inImage);
  });

  it('are nobody where the user does not have them', () => {
    const file: TreeFile = {
      kind: 'file',
      mode: 0o644,
      uid: 1001,
      gid: 7,
      mtime: 0,
      size: 0,
      hostPath: '/f',
    };
    const tree: FileTree = {
      lstat: (path) => (path === 'f' ? file : undefined),
      list: () => ['f'],
      digest: () => 'd',
    };
    const shown = inNamespace(tree, { uid: ranges, gid: ranges });
    expect(shown.lstat('f')).toEqual({ ...file, uid: 0, gid: 65_534 });
    expect(shown.lstat('g')).toBeUndefined();
    expect(shown.list('')).toEqual(['f']);
    expect(shown.digest('f', file)).toBe('d');
  });

  it('are told by the engine, for ordinary users only', () => {
    const raw = (idMappings: object): unknown => ({
      host: {
        arch: 'amd64',
        os: 'linux',
        cpus: 1,
        cgroupVersion: 'v2',
        logDriver: 'k8s-file',
        security: { rootless: true },
        idMappings,
      },
      version: { Version: '5.0.0' },
      store: { graphRoot: '/g', graphDriverName: 'overlay' },
    });
    const map = [{ container_id: 0, host_id: 1001, size: 1 }];
    const one = [{ inImage: 0, onHost: 1001, size: 1 }];
    expect(readInfo(raw({ uidmap: map, gidmap: map })).store?.idMappings).toEqual({ uid: one, gid: one });
    expect(readInfo(raw({ uidmap: null, gidmap: null })).store).not.toHaveProperty('idMappings');
  });
});
