/** An archive at an address as a build context. */
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fail } from '../../base/errors.ts';
import type { ContextAddress } from './address.ts';
import { type FetchPlace, madeOnce } from './made-once.ts';
import { runProgram } from './run-program.ts';

type ArchiveAddress = Extract<ContextAddress, { kind: 'archive' }>;

/** The archive is asked for every time: only its bytes tell whether it is another one. @returns the directory */
export async function fetchArchive(address: ArchiveAddress, place: FetchPlace): Promise<string> {
  const file = join(place.folder, `archive-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    const digest = await download(address, file);
    return await madeOnce(join(place.folder, `tar-${digest.slice(0, 32)}`), (empty) =>
      unpack(file, { empty, url: address.url, place }),
    );
  } finally {
    rmSync(file, { force: true });
  }
}

/** @returns hex SHA-256 of the bytes */
async function download({ url, authorization }: ArchiveAddress, file: string): Promise<string> {
  const refused = (why: string): Error =>
    fail('E_BUILD', `the build context ${url} cannot be fetched: ${why}`);
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(url, { headers }).catch((error: Error) => {
    throw refused(error.cause instanceof Error ? error.cause.message : error.message);
  });
  if (!response.ok || !response.body)
    throw refused(`the server says ${response.status} ${response.statusText}`);
  const hash = createHash('sha256');
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const sink = createWriteStream(file, { mode: 0o600, flags: 'wx' });
  await pipeline(Readable.fromWeb(response.body), counted, sink).catch((error: Error) => {
    throw refused(error.message);
  });
  return hash.digest('hex');
}

/** GNU tar takes no name that leads out, neither by `..` nor through a link. Owners are the user's, as in any directory. */
async function unpack(
  file: string,
  { empty, url, place }: { readonly empty: string; readonly url: string; readonly place: FetchPlace },
): Promise<void> {
  const result = await runProgram({
    name: 'tar',
    args: [
      '--extract',
      `--file=${file}`,
      `--directory=${empty}`,
      '--no-same-owner',
      '--same-permissions',
      '--force-local',
    ],
    environment: { ...place.environment, LC_ALL: 'C' },
  });
  if ('problem' in result)
    throw fail('E_BUILD', `the build context ${url} cannot be unpacked: ${result.problem}`, {
      hint: 'the address must lead to a tar archive, compressed or not',
    });
}
