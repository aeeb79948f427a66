import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
// @ts-expect-error a script without types
import { bundleCommand } from '../../../scripts/bundle.mjs';

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('compiled code that is kept', () => {
  const root = mkdtempSync(join(tmpdir(), 'tscompose-kept-'));
  const dist = join(root, 'dist');
  const folder = join(root, 'cache/tscompose/code');
  const good = join(root, 'compose.yaml');
  const wrong = join(root, 'wrong.yaml');

  beforeAll(async () => {
    await bundleCommand(dist);
    writeFileSync(good, 'name: kept\nservices: { a: { image: busybox } }\n');
    writeFileSync(wrong, 'services: { a: { imag: busybox } }\n');
  });
  beforeEach(() => rmSync(join(root, 'cache'), { recursive: true, force: true }));
  afterAll(() => rmSync(root, { recursive: true }));

  function run(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
    return runShell('"$@"', args, env);
  }

  /** @param script - what to do with the command, which is "$@" */
  function runShell(
    script: string,
    args: readonly string[],
    more: Readonly<Record<string, string>>,
  ): Promise<Result> {
    const env = { ...process.env, XDG_CACHE_HOME: join(root, 'cache'), TSCOMPOSE_KEPT_ANSWERS: '0', ...more };
    const command = [process.execPath, join(dist, 'cli.js'), ...args];
    return new Promise((resolve) => {
      execFile('sh', ['-c', script, 'sh', ...command], { env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }

  const config = ['-f', good, 'config', '--services'];
  const right: Result = { code: 0, stdout: 'a\n', stderr: '' };

  /** That of the pack with the language; the other one is of the pack that every command takes. */
  function kept(): string {
    const identity = createHash('sha256')
      .update(readFileSync(join(dist, 'language.pack.cjs')))
      .digest('hex')
      .slice(0, 16);
    const names = readdirSync(folder);
    expect(names).toHaveLength(2);
    return join(folder, names.find((name) => name.startsWith(identity)) ?? '');
  }

  function inode(path: string): number {
    return statSync(path).ino;
  }

  it('is of the packs that the command has loaded, and private', async () => {
    expect(await run(config)).toEqual(right);
    expect(kept()).toMatch(/-config$/);
    expect(statSync(kept()).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('is used by the next run, which has nothing to add', async () => {
    await run(config);
    const before = inode(kept());
    expect(await run(config)).toEqual(right);
    expect(inode(kept())).toBe(before);
  });

  it('is made again when a run has loaded more, or when the first one failed', async () => {
    expect((await run(['-f', wrong, 'config', '-q'])).code).toBe(3);
    const failed = inode(kept());
    expect(await run(config)).toEqual(right);
    const whole = inode(kept());
    expect(whole).not.toBe(failed);
    expect(await run([...config, '--help'])).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it.each([
    ['cut off', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 5000))],
    ['empty', (path: string) => writeFileSync(path, '')],
    ['of another make', (path: string) => writeFileSync(path, Buffer.alloc(100_000, 7))],
    ['damaged', damage],
    ['writable for others', (path: string) => chmodSync(path, 0o666)],
  ])('does no harm when it is %s, and is made again', async (_what, spoil) => {
    await run(config);
    spoil(kept());
    const spoilt = inode(kept());
    expect(await run(config)).toEqual(right);
    expect(inode(kept())).not.toBe(spoilt);
    expect(statSync(kept()).mode & 0o777).toBe(0o600);
  });

  it('is not looked for when that is switched off, nor missed where it cannot be written', async () => {
    expect(await run(config, { TSCOMPOSE_CODE_CACHE: '0' })).toEqual(right);
    writeFileSync(join(root, 'file'), '');
    expect(await run(config, { XDG_CACHE_HOME: join(root, 'file') })).toEqual(right);
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });

  it('of versions that are gone is removed after a month', async () => {
    mkdirSync(folder, { recursive: true });
    const [old, recent] = [join(folder, 'old'), join(folder, 'recent')];
    for (const path of [old, recent]) writeFileSync(path, '');
    utimesSync(old, 0, Date.now() / 1000 - 31 * 24 * 3600);
    utimesSync(recent, 0, Date.now() / 1000 - 29 * 24 * 3600);
    await run(config);
    expect(readdirSync(folder).filter((name) => !name.endsWith('-config'))).toEqual(['recent']);
  });

  it('is not even read for an answer that is kept, whose output is written as any other', async () => {
    const keeping = { TSCOMPOSE_KEPT_ANSWERS: '1' };
    for (let times = 0; times < 3; times++) expect(await run(config, keeping)).toEqual(right);
    rmSync(folder, { recursive: true });
    expect(await run(config, keeping)).toEqual(right);
    expect(existsSync(folder)).toBe(false);
    const into = (file: string): Promise<Result> => runShell(`"$@" > ${file}`, config, keeping);
    expect(await into('/dev/null')).toEqual({ ...right, stdout: '' });
    expect(await into('/dev/full')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tscompose: the output cannot be written: no space left on device\n',
    });
    expect(existsSync(folder)).toBe(false);
  });
});

/** A block that was never written. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0, 20_000, 20_512);
  writeFileSync(path, bytes);
}
