import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of its own: only there can stdout be full, shut or slow. */
describe('output without streams', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'direct-output-'));
    await build({
      entryPoints: ['src/cli/direct-output.ts'],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: join(folder, 'output.cjs'),
      logLevel: 'error',
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** @param shell - with `$RUN`, which runs the script. `out` is the module */
  function run(script: string, shell = '$RUN'): Promise<Ended> {
    const program = `const out = require(${JSON.stringify(join(folder, 'output.cjs'))}); ${script}`;
    const command = shell.replace('$RUN', '"$NODE" -e "$PROGRAM"');
    const env = { PATH: process.env['PATH'], NODE: process.execPath, PROGRAM: program };
    return new Promise((resolve) => {
      execFile('/bin/sh', ['-c', command], { env }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      });
    });
  }

  it('writes all of a text to the output that it is for', async () => {
    const ended = await run("out.writeNow(1, 'ä'.repeat(200_000)); out.writeNow(2, 'said')");
    expect(ended).toEqual({ code: 0, stdout: 'ä'.repeat(200_000), stderr: 'said' });
  });

  it('waits for the reader of a pipe that somebody has made one that does not wait', async () => {
    const size = 1_000_000;
    const ended = await run(
      `process.stdout.write('x'); out.writeNow(1, 'y'.repeat(${size}))`,
      '$RUN | (sleep 0.3; wc -c)',
    );
    expect(ended).toEqual({ code: 0, stdout: `${size + 1}\n`, stderr: '' });
  });

  it('ends quietly when the reader has gone', async () => {
    const ended = await run(
      "out.writeNow(1, 'x'.repeat(1_000_000)); out.writeNow(2, 'not here')",
      '{ $RUN; echo "ended with $?" >&2; } | true',
    );
    expect(ended).toEqual({ code: 0, stdout: '', stderr: 'ended with 0\n' });
  });

  it('tells a full disk', async () => {
    const ended = await run("out.writeNow(1, 'text'); out.writeNow(2, 'not here')", '$RUN > /dev/full');
    const stderr = 'tscompose: the output cannot be written: no space left on device\n';
    expect(ended).toEqual({ code: 1, stdout: '', stderr });
  });

  it('ends when not even errors can be told', async () => {
    expect(await run("out.writeNow(2, 'text')", '$RUN 2> /dev/full')).toMatchObject({ code: 1 });
  });

  it('knows a terminal from a pipe, a file and /dev/null', async () => {
    const ask = 'process.stderr.write(String(out.isTerminal(1)))';
    expect((await run(ask)).stderr).toBe('false');
    expect((await run(ask, '$RUN > /dev/null')).stderr).toBe('false');
    expect((await run(ask, `$RUN > ${join(folder, 'file')}`)).stderr).toBe('false');
    const terminal = await run(ask, "script -qec '$RUN' /dev/null");
    expect(terminal.stdout).toBe('true');
  });
});
