import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Bits of V8's `%GetOptimizationStatus`: compiled by Maglev or by Turbofan. */
const optimized = (1 << 4) | (1 << 5);

/** Tells whether a function that has run often was compiled once more by then; it is waited for when it `should`. */
const script = `
const flags = require('./v8-flags.cjs');
const isOptimized = (work, should) => {
  const end = Date.now() + (should ? 20000 : 300);
  let sum = 0;
  while (Date.now() < end) {
    for (let index = 0; index < 100000; index++) sum += work(index);
    if (%GetOptimizationStatus(work) & ${optimized}) return true;
  }
  return sum < 0;
};
flags.optimizeNothing();
const before = isOptimized((n) => n * 2 + 1, false);
const loaded = flags.withUsualFlags(() => isOptimized((n) => n * 3 + 1, true));
const between = isOptimized((n) => n * 4 + 1, false);
flags.optimizeAsUsual();
const after = isOptimized((n) => n * 5 + 1, true);
console.log(JSON.stringify({ before, loaded, between, after }));
`;

describe('flags of the JavaScript engine', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tscompose-flags-'));
    const outfile = join(folder, 'v8-flags.cjs');
    buildSync({
      entryPoints: ['src/cli/v8-flags.ts'],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
      logLevel: 'error',
    });
    writeFileSync(join(folder, 'script.cjs'), script);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('nothing is optimized while little is to be computed, and all of it is before and after', () => {
    const args = ['--allow-natives-syntax', join(folder, 'script.cjs')];
    const said = execFileSync(process.execPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(JSON.parse(said)).toEqual({ before: false, loaded: true, between: false, after: true });
  });

  it('unknown flags are none: V8 would complain about them on stderr', () => {
    const code =
      "const f = require('./v8-flags.cjs'); f.optimizeNothing(); f.optimizeAsUsual(); f.growHeapSlowly();";
    const { stderr } = spawnSync(process.execPath, ['-e', `${code} process.stderr.write('end')`], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).toBe('end');
  });
});
