/**
 * An image as a tar stream that `POST /images/load` takes: an OCI layout with a manifest of Docker's schema 2, so that
 * HEALTHCHECK, SHELL and ONBUILD are kept. Only the layers that are new are in it: the engine finds the others in its
 * store by the digest of their uncompressed content and never asks for their bytes.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
import { sha256 } from '../../base/digest.ts';
import { tarEnd, tarFile, tarHeader, tarPadding } from './tar-writer.ts';

/** A layer's tar. `digest` is hex; `bytes` is absent for a layer that the engine has. */
export interface LayoutLayer {
  readonly digest: string;
  readonly size: number;
  readonly bytes?: () => AsyncIterable<Uint8Array>;
}

export interface LayoutImage {
  /** The image configuration as JSON text: its digest is the image's id. */
  readonly config: string;
  /** Lowest first. */
  readonly layers: readonly LayoutLayer[];
}

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
const configType = 'application/vnd.docker.container.image.v1+json';
const layerType = 'application/vnd.docker.image.rootfs.diff.tar';

/** The id that the engine will give the image. */
export function imageIdOf(image: LayoutImage): string {
  return sha256(image.config);
}

/** The layout as tar, entry by entry; the layers' bytes are asked for when their turn comes. */
export async function* ociLayout(image: LayoutImage): AsyncGenerator<Uint8Array> {
  const config = Buffer.from(image.config);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: descriptor(configType, sha256(config), config.length),
      layers: image.layers.map(({ digest, size }) => descriptor(layerType, digest, size)),
    }),
  );
  const index = JSON.stringify({
    schemaVersion: 2,
    manifests: [descriptor(manifestType, sha256(manifest), manifest.length)],
  });
  yield tarFile('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  yield tarFile('index.json', Buffer.from(index));
  yield tarFile(blobName(sha256(manifest)), manifest);
  yield tarFile(blobName(sha256(config)), config);
  const sent = new Set<string>();
  for (const { digest, size, bytes } of image.layers) {
    if (!bytes || sent.has(digest)) continue;
    sent.add(digest);
    yield tarHeader({ kind: 'file', name: blobName(digest), mode: 0o644, uid: 0, gid: 0, mtime: 0, size });
    yield* bytes();
    yield tarPadding(size);
  }
  yield tarEnd();
}

function blobName(digest: string): string {
  return `blobs/sha256/${digest}`;
}

function descriptor(
  mediaType: string,
  digest: string,
  size: number,
): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest: `sha256:${digest}`, size };
}
