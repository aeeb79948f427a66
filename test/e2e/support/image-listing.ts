/** What an image holds, line by line: kind, mode, owner, size or target, digest of the bytes; and its configuration. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnStore } from './own-store.ts';

export async function imageListing(store: OwnStore, image: string): Promise<string[]> {
  const container = (await store.podman('create', '--network=none', image, '/x')).trim();
  const archive = join(store.folder, `${container}.tar`);
  await store.podman('export', `--output=${archive}`, container);
  await store.podman('rm', '--force', container);
  const [inspected] = JSON.parse(await store.podman('image', 'inspect', image)) as { Config: object }[];
  const config = Object.entries(inspected?.Config ?? {}).sort();
  const lines = entriesOf(readFileSync(archive));
  rmSync(archive);
  return [...lines.sort(), ...config.map(([key, value]) => `${key} ${JSON.stringify(value)}`)];
}

function entriesOf(archive: Buffer): string[] {
  const lines: string[] = [];
  const text = (from: number, to: number): string => archive.toString('utf8', from, to).replace(/\0.*$/s, '');
  let at = 0;
  while (at + 512 <= archive.length && archive[at] !== 0) {
    const size = Number.parseInt(text(at + 124, at + 136), 8) || 0;
    const kind = text(at + 156, at + 157);
    const name = `${text(at + 345, at + 500)}/${text(at, at + 100)}`;
    const owner = `${Number.parseInt(text(at + 108, at + 116), 8)}:${Number.parseInt(text(at + 116, at + 124), 8)}`;
    const digest = createHash('sha256')
      .update(archive.subarray(at + 512, at + 512 + size))
      .digest('hex');
    const isPlain = kind === '0' || kind === '\0' || kind === '';
    if (kind !== 'x' && kind !== 'g')
      lines.push(
        [name, kind, text(at + 100, at + 108), owner, text(at + 157, at + 257), isPlain ? digest : ''].join(
          ' ',
        ),
      );
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return lines;
}
