import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { GraphWorld } from '../../build/graph/world.ts';
import type { CacheFolder } from '../../build/index/cache-folder.ts';
import type { BuildRequest } from '../../build/types.ts';
import type { Witness } from '../answers/witness.ts';
import type { Environment } from '../global-options.ts';

/** One secret is told from another by a digest that is nothing without this user's salt. */
export function secretDigests(
  env: Environment,
  cache: CacheFolder,
  witness: Witness | undefined,
): GraphWorld['secretDigest'] {
  const bytesOf = ({ file, environment }: BuildRequest['secrets'][number]): Buffer | undefined => {
    if (environment !== undefined) {
      const value = env[environment];
      return value === undefined ? undefined : Buffer.from(value);
    }
    if (file !== undefined) witness?.note(file);
    try {
      return file === undefined ? undefined : readFileSync(file);
    } catch {
      return undefined;
    }
  };
  return (secret) => {
    const bytes = bytesOf(secret);
    return bytes && createHmac('sha256', cache.salt()).update(bytes).digest('hex');
  };
}
