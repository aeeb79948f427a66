/**
 * Loads the bundle, and keeps what the engine compiled of it for the next run: parsing and compiling is the larger part of a short
 * command's time. The cache is one file under XDG_CACHE_HOME. It can be lost, and is never waited for or complained about.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';
import type { main } from './run.ts';

/** Digest of the bundle, put in when it is built. */
declare const CODE_IDENTITY: string;

interface Bundle {
  readonly main: typeof main;
}

interface Kept {
  /** The commands whose functions are in it. */
  readonly commands: readonly string[];
  readonly data: Buffer;
}

/** The commands take this many bytes at the start of the file, padded. */
const headerBytes = 1024;

/** @param argv - the command line: which functions are worth keeping depends on the command */
export function loadCode(argv: readonly string[]): Bundle {
  const file = fileURLToPath(new URL('./tscompose.cjs', import.meta.url));
  const path = cachePath();
  const kept = path === undefined ? undefined : readKept(path);
  // Compiled functions are otherwise dropped when they have not run for a while, and would be missing in what is kept.
  v8.setFlagsFromString('--no-flush-bytecode');
  // The heap grows by a fifth at a time instead of doubling: a project of 10 000 services needs half the memory so. Kept code is tied
  // to the flags, so they are set before it is loaded.
  v8.setFlagsFromString('--heap-growing-percent=20');
  const script = new vm.Script(
    `(function(require,module,exports,__filename){${readFileSync(file, 'latin1')}\n})`,
    {
      filename: file,
      ...(kept ? { cachedData: kept.data } : {}),
    },
  );
  const command = argv.find((word) => /^[a-z]/.test(word)) ?? '';
  const known = kept !== undefined && script.cachedDataRejected !== true ? kept.commands : [];
  if (path !== undefined && !known.includes(command))
    process.once('exit', () =>
      keep(path, { commands: [...known, command], data: script.createCachedData() }),
    );
  const module = { exports: {} };
  script.runInThisContext()(createRequire(import.meta.url), module, module.exports, file);
  return module.exports as Bundle;
}

function cachePath(): string | undefined {
  if (process.env['TSCOMPOSE_CODE_CACHE'] === '0') return undefined;
  const written = process.env['XDG_CACHE_HOME'];
  const folder = written?.startsWith('/') ? written : join(homedir(), '.cache');
  return join(folder, 'tscompose', 'code', `${CODE_IDENTITY}-${process.version}-${process.arch}`);
}

/** Only a file that nobody else can have written is taken: it holds code. */
function readKept(path: string): Kept | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const { uid, mode, size } = fstatSync(descriptor);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0 || size <= headerBytes) return undefined;
    const bytes = Buffer.allocUnsafeSlow(size);
    if (readSync(descriptor, bytes, 0, size, 0) !== size) return undefined;
    const commands = bytes.toString('latin1', 0, headerBytes).trimEnd().split(' ');
    return { commands, data: bytes.subarray(headerBytes) };
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function keep(path: string, { commands, data }: Kept): void {
  const header = commands.join(' ');
  if (header.length > headerBytes) return;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, Buffer.concat([Buffer.from(header.padEnd(headerBytes), 'latin1'), data]), {
      mode: 0o600,
      flag: 'wx',
    });
    renameSync(unfinished, path);
  } catch {
    // A read-only home, a full disk: the next run compiles again.
  }
}
