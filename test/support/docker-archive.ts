/** Makes a docker archive of one image with an empty layer: what `podman load` takes, without an engine to make it. */
import { createHash } from 'node:crypto';

export function dockerArchive(reference: string): Uint8Array {
  const layer = Buffer.alloc(1024);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/none'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
      history: [{ created: '2026-01-01T00:00:00Z', comment: reference }],
    }),
  );
  const manifest = [{ Config: `${sha256(config)}.json`, RepoTags: [reference], Layers: ['layer.tar'] }];
  return Buffer.concat([
    entry('manifest.json', Buffer.from(JSON.stringify(manifest))),
    entry(`${sha256(config)}.json`, config),
    entry('layer.tar', layer),
    Buffer.alloc(1024),
  ]);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A ustar header and the padded content. */
function entry(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
