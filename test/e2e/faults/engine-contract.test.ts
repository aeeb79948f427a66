import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, inject } from 'vitest';
import { connect } from '../../../src/podman/connect.ts';
import { engineContract } from '../../support/engine-contract.ts';
import { removeEverything } from '../support/cleanup.ts';
import { libpod } from '../support/engine.ts';
import { busybox } from '../support/project.ts';

const runtime = mkdtempSync(join(tmpdir(), 'tscompose-contract-'));
afterAll(() => rmSync(runtime, { recursive: true, force: true }));

describe('the libpod client on Podman', () => {
  engineContract(async () => {
    const prefix = `contract${randomBytes(4).toString('hex')}`;
    const engine = await connect({
      url: `unix://${inject('engineSocket')}`,
      environment: { XDG_RUNTIME_DIR: runtime },
      uid: process.getuid?.() ?? 0,
    });
    const clear = async (): Promise<void> => {
      for (const name of ['c', 'c1', 'c2', 'd', 'e', 'k', 'g'])
        await libpod('DELETE', `/containers/${prefix}${name}?force=true&timeout=0&volumes=true`);
      await removeEverything(prefix);
      for (const name of ['a', 'b', 's', 'empty']) await libpod('DELETE', `/secrets/${prefix}${name}`);
      for (const name of ['image', 'loaded']) await libpod('DELETE', `/images/localhost/${prefix}${name}:1`);
      await engine.close();
    };
    return { engine, prefix, image: busybox, clear };
  });
});
