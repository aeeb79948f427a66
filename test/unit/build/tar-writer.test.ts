import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/digest.ts';
import { imageIdOf, ociLayout } from '../../../src/build/layer/oci-layout.ts';
import { tarEnd, tarFile, tarHeader, tarPadding } from '../../../src/build/layer/tar-writer.ts';

interface Entry {
  readonly type: string;
  readonly name: string;
  readonly mode: string;
  readonly size: number;
  readonly link: string;
  readonly body: Buffer;
}

/** Reads ustar blocks; checks every sum. */
function readTar(archive: Buffer): Entry[] {
  const entries: Entry[] = [];
  const text = (at: number, length: number): string =>
    archive.toString('latin1', at, at + length).replace(/\0.*$/s, '');
  for (let at = 0; archive[at] !== 0; ) {
    const block = Buffer.from(archive.subarray(at, at + 512));
    const sum = Number.parseInt(text(at + 148, 8), 8);
    block.fill(' ', 148, 156);
    expect(block.reduce((total, byte) => total + byte, 0)).toBe(sum);
    const size = Number.parseInt(text(at + 124, 12), 8);
    entries.push({
      type: text(at + 156, 1),
      name: text(at, 100),
      mode: text(at + 100, 8),
      size,
      link: text(at + 157, 100),
      body: archive.subarray(at + 512, at + 512 + size),
    });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

const head = { mode: 0o4755, uid: 7, gid: 8, mtime: 1 };

describe('tar', () => {
  it('writes files, directories and links in whole blocks', () => {
    const archive = Buffer.concat([
      tarHeader({ ...head, kind: 'directory', name: 'd' }),
      tarHeader({ ...head, kind: 'file', name: 'd/f', size: 3 }),
      Buffer.from('abc'),
      tarPadding(3),
      tarHeader({ ...head, kind: 'link', name: 'd/h', linkTarget: 'd/f' }),
      tarHeader({ ...head, kind: 'symlink', name: 'd/l', linkTarget: '../x' }),
      tarEnd(),
    ]);
    expect(archive.length % 512).toBe(0);
    expect(
      readTar(archive).map(({ type, name, mode, size, link }) => [type, name, mode, size, link]),
    ).toEqual([
      ['5', 'd/', '0004755', 0, ''],
      ['0', 'd/f', '0004755', 3, ''],
      ['1', 'd/h', '0004755', 0, 'd/f'],
      ['2', 'd/l', '0004755', 0, '../x'],
    ]);
  });

  it.each([
    ['a long name', { name: 'x'.repeat(101) }, 'path=', 'x'.repeat(101)],
    ['a name outside ASCII', { name: 'ä' }, 'path=', 'ä'],
    ['a large owner', { name: 'f', uid: 8 ** 7 }, 'uid=', String(8 ** 7)],
    [
      'a long link',
      { name: 'l', kind: 'symlink' as const, linkTarget: 'y'.repeat(101) },
      'linkpath=',
      'y'.repeat(101),
    ],
  ])('holds %s by a record whose length counts itself', (_what, more, key, value) => {
    const [pax, own] = readTar(Buffer.concat([tarHeader({ ...head, kind: 'file', ...more }), tarEnd()]));
    const body = pax?.body.toString('utf8') ?? '';
    expect(pax?.type).toBe('x');
    expect(body).toBe(`${Buffer.byteLength(body)} ${key}${value}\n`);
    expect(own?.type).toMatch(/[02]/);
  });

  it('keeps extended attributes as bytes', () => {
    const xattrs = { 'security.capability': Buffer.from([1, 0, 255]) };
    const [pax] = readTar(Buffer.concat([tarHeader({ ...head, kind: 'file', name: 'f', xattrs }), tarEnd()]));
    expect(pax?.body.includes(Buffer.from([1, 0, 255]))).toBe(true);
    expect(pax?.body.toString('latin1')).toContain('SCHILY.xattr.security.capability=');
  });
});

describe('the layout', () => {
  it('names every layer and holds the new ones only', async () => {
    const bytes = tarFile('f', Buffer.from('x'));
    const image = {
      config: '{"os":"linux"}',
      layers: [
        { digest: 'a'.repeat(64), size: 10 },
        {
          digest: sha256(bytes),
          size: bytes.length,
          bytes: async function* () {
            yield bytes;
          },
        },
      ],
    };
    const chunks: Uint8Array[] = [];
    for await (const chunk of ociLayout(image)) chunks.push(chunk);
    const entries = readTar(Buffer.concat(chunks));
    const manifest = JSON.parse(entries[2]?.body.toString('utf8') ?? '') as {
      config: { digest: string };
      layers: { digest: string; size: number }[];
    };
    expect(entries.map(({ name }) => name)).toEqual([
      'oci-layout',
      'index.json',
      `blobs/sha256/${sha256(entries[2]?.body ?? '')}`,
      `blobs/sha256/${imageIdOf(image)}`,
      `blobs/sha256/${sha256(bytes)}`,
    ]);
    expect(manifest.config.digest).toBe(`sha256:${imageIdOf(image)}`);
    expect(manifest.layers).toMatchObject([
      { digest: `sha256:${'a'.repeat(64)}`, size: 10 },
      { digest: `sha256:${sha256(bytes)}`, size: bytes.length },
    ]);
  });
});
