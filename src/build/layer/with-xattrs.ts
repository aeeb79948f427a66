import type { ReadXattrs } from '../context/tree.ts';
import type { LayerEntry } from './overlay.ts';

/** Entries with the extended attributes of the files that they are made of; also of directories that a layer names again. */
export async function withXattrs(entries: readonly LayerEntry[], read: ReadXattrs): Promise<LayerEntry[]> {
  const paths = entries.filter(mayHaveXattrs).map(({ file }) => file.hostPath);
  const found = await read([...new Set(paths)]);
  return entries.map((entry) => {
    const xattrs = mayHaveXattrs(entry) ? found.get(entry.file.hostPath) : undefined;
    return xattrs ? { ...entry, file: { ...entry.file, xattrs } } : entry;
  });
}

function mayHaveXattrs({ file, sameAs }: LayerEntry): boolean {
  const isKind = file.kind === 'file' || file.kind === 'directory';
  return isKind && file.hostPath !== '' && sameAs === undefined;
}
