import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkBuilds } from '../../../src/cli/check-builds.ts';
import { globalFlags, globalOptions } from '../../../src/cli/global-options.ts';
import { parseArguments } from '../../../src/cli/grammar.ts';
import { Interrupts } from '../../../src/cli/interrupts.ts';
import { Session } from '../../../src/cli/session.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tscompose-check-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

async function check(
  services: readonly string[],
  globals: readonly string[] = [],
): Promise<{ code: number; out: string; err: string }> {
  const { flags } = parseArguments(globals, { flags: globalFlags, interspersed: true, program: 'tscompose' });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const session = new Session({
    options: globalOptions(flags, {}),
    interrupts: new Interrupts(() => {}),
    // A stream that is no terminal has all that the session asks of one.
    streams: { stdin: process.stdin, stdout: stdout as never, stderr: stderr as never },
    env: {},
    cwd: folder,
    tuning: { largeInput: () => undefined, littleWork: () => undefined, muchWork: () => undefined },
  });
  const code = await checkBuilds(session, services);
  const text = (stream: PassThrough): string => String(stream.read() ?? '').replaceAll(`${folder}/`, '');
  return { code, out: text(stdout), err: text(stderr) };
}

describe('build --check', () => {
  const compose = `services:
  app: { build: { context: . } }
  test: { build: { context: ., target: Test } }
  other: { build: { context: ., dockerfile_inline: "FROM x\\nCMD y\\n" } }
  none: { image: x }
`;

  it('finds nothing in a good file', async () => {
    write({ 'compose.yaml': compose, Dockerfile: 'FROM a AS test\nRUN x\nFROM a\nCMD ["y"]\n' });
    expect(await check(['app', 'test'])).toEqual({
      code: 0,
      out: '',
      err: '1 Containerfile checked, nothing found\n',
    });
  });

  it('shows each finding with its rule, its place and the line, once for all services of the file', async () => {
    write({
      'compose.yaml': compose,
      Containerfile: 'FROM a AS test\nCOPY hidden /x\nFROM a\n',
      '.dockerignore': 'hidden\n',
    });
    expect(await check([])).toEqual({
      code: 1,
      out: `Containerfile:2:6: warning W_CONTAINERFILE: CopyIgnoredFile: "hidden" is excluded by the ignore file
    2 | COPY hidden /x
      |      ^^^^^^
  hint: take it back in with "!hidden"
dockerfile_inline of other:2:1: warning W_CONTAINERFILE: JSONArgsRecommended: CMD in shell form does not pass signals on to the program
    2 | CMD y
      | ^^^^^
  hint: write CMD ["y"]
`,
      err: '2 Containerfiles checked, 2 findings\n',
    });
  });

  it('ends with 3 when a file is wrong or a target is missing', async () => {
    write({ 'compose.yaml': compose, Dockerfile: 'FROM a AS test\nCPOY x y\n' });
    expect(await check(['app'])).toMatchObject({
      code: 3,
      out: `Dockerfile:2:1: error E_CONTAINERFILE: unknown instruction "CPOY"
    2 | CPOY x y
      | ^^^^
  hint: did you mean "COPY"?
`,
    });
    write({ Dockerfile: 'FROM a AS tset\n' });
    const wrong = await check(['test']);
    expect([wrong.code, wrong.out]).toEqual([
      3,
      `compose.yaml:3:32: error E_CONTAINERFILE: Dockerfile has no stage "Test"
    3 |   test: { build: { context: ., target: Test } }
      |                                ^^^^^^
  hint: did you mean "tset"?
`,
    ]);
  });

  it('gives lines of JSON', async () => {
    write({ 'compose.yaml': compose });
    const { code, out } = await check(['other'], ['--progress', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      type: 'diagnostic',
      place: 'dockerfile_inline of other:2:1',
      code: 'W_CONTAINERFILE',
    });
  });

  it('wants the file to be there', async () => {
    write({ 'compose.yaml': compose });
    await expect(check(['app'])).rejects.toThrow('Dockerfile of service "app" does not exist');
  });
});
