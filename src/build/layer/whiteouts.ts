/**
 * Entries of a layer that take away what the layers below have.
 *
 *     etc/.wh.issue      etc/issue is no more
 *     srv/.wh..wh..opq   nothing of the layers below is in srv any more
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/layer.md#representing-changes
 */
import { folderOf, within } from '../context/tree.ts';
import type { LayerEntry } from './overlay.ts';

const opaque = '.wh..wh..opq';

/** Says that a file of the layers below is no more. */
export function removedMarker(path: string, mtime: number): LayerEntry {
  const folder = folderOf(path);
  return marker(within(folder, `.wh.${path.slice(folder === '' ? 0 : folder.length + 1)}`), mtime);
}

/** Says that nothing of the layers below is in a directory any more. */
export function opaqueMarker(path: string, mtime: number): LayerEntry {
  return marker(`${path}/${opaque}`, mtime);
}

export function isOpaqueMarker(path: string): boolean {
  return path.endsWith(`/${opaque}`);
}

export function isMarker(path: string): boolean {
  return /(?:^|\/)\.wh\.[^/]*$/.test(path);
}

function marker(path: string, mtime: number): LayerEntry {
  return {
    path,
    file: { kind: 'file', mode: 0o600, uid: 0, gid: 0, mtime, size: 0, hostPath: '' },
    bytes: new Uint8Array(),
  };
}
