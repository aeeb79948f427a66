// Checks the package as its users get it: packed, linted, installed into an empty project, run.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (command, args, options = {}) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });
const folder = mkdtempSync(join(tmpdir(), 'tscompose-pack-'));
try {
  run('npx', ['publint', '--strict']);
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
  );
  run('npx', ['attw', '--profile', 'esm-only', '--quiet', join(folder, filename)]);
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', join(folder, filename)], {
    cwd: folder,
  });
  const version = run(join(folder, 'node_modules/.bin/tscompose'), ['version', '--short'], {
    cwd: folder,
  }).trim();
  if (!/^\d+\.\d+\.\d+$/.test(version))
    throw new Error(`tscompose version --short printed ${JSON.stringify(version)}`);
  writeFileSync(
    join(folder, 'use.mjs'),
    "import * as library from 'tscompose'; if (Object.keys(library).length === 0) throw new Error('the library exports nothing');",
  );
  run('node', ['use.mjs'], { cwd: folder });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
