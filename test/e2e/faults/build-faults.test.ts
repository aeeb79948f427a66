/**
 * A build may die at any moment, another may run beside it, the disk may be full: the next build makes everything right.
 * `TSCOMPOSE_FAULTS_MOMENTS=10` makes it so many moments; the seed is printed, and `TSCOMPOSE_FAULTS_SEED` takes it.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageListing } from '../support/image-listing.ts';
import { OwnStore } from '../support/own-store.ts';
import { isRoot, runsHere } from '../support/skips.ts';

const hour = 3_600_000;
const moments = Number(process.env['TSCOMPOSE_FAULTS_MOMENTS'] ?? 50);
const seed = Number(process.env['TSCOMPOSE_FAULTS_SEED'] ?? Date.now() % 1_000_000);
const images = ['localhost/killed-a', 'localhost/killed-b'] as const;

let store: OwnStore;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'e2e-killed-'));
  store = await OwnStore.open();
}, hour);
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** Two images on a shared step. All that `round` changes is what one file holds. */
function writeProject(round: string): void {
  write(
    'compose.yaml',
    'name: killed\nservices:\n' +
      '  a: { image: localhost/killed-a, build: { context: ., dockerfile: a.Containerfile } }\n' +
      '  b: { image: localhost/killed-b, build: { context: ., dockerfile: b.Containerfile } }\n',
  );
  const shared =
    'FROM busybox\nENV SHARED=1\nCOPY round /round\nRUN mkdir -m 750 /made && echo made > /made/f\n';
  write('round', round);
  write('src/deep/f', 'f\n');
  write('a.Containerfile', `${shared}COPY --chown=3:4 src /src\nRUN cp -r /src /copy\nCMD ["a"]\n`);
  write(
    'b.Containerfile',
    `${shared}WORKDIR /w\nCOPY src .\nCOPY --from=busybox /bin/true /t\nRUN rm -r deep\n`,
  );
}

const build = (...args: string[]): string[] => ['--progress', 'plain', 'build', ...args];
const listings = (): Promise<string[][]> => Promise.all(images.map((image) => imageListing(store, image)));

/** Without the file that is another in each round. */
function constant(list: readonly string[][]): string[][] {
  return list.map((lines) => lines.filter((line) => !line.startsWith('/round ')));
}

/** It may have ended by itself: that is a moment like any other. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Entries of the index that are not whole. */
function damaged(): string[] {
  const cache = join(store.folder, 'cache/tscompose');
  const files = readdirSync(cache, { recursive: true, withFileTypes: true }).filter(
    // Kept code is not of the index, and is checked when it is read.
    (one) => one.isFile() && one.parentPath !== join(cache, 'code'),
  );
  return files.flatMap(({ parentPath, name }) => {
    if (!name.endsWith('.json')) return name === 'salt' ? [] : [name];
    try {
      JSON.parse(readFileSync(join(parentPath, name), 'utf8'));
      return [];
    } catch {
      return [name];
    }
  });
}

describe('a build', { timeout: hour }, () => {
  it('that is killed at any moment leaves nothing behind, and the next one makes the same images', async () => {
    console.info(`seed ${seed}, ${moments} moments`);
    writeProject('undisturbed');
    const started = performance.now();
    expect((await store.run(build(), folder)).code).toBe(0);
    const wholeMs = performance.now() - started;
    const wanted = constant(await listings());
    expect(wanted[0]?.some((line) => /^\/src\/deep\/f 0 \d*644 +3:4 /.test(line))).toBe(true);
    const delays = fc.sample(fc.integer({ min: 0, max: Math.round(wholeMs * 1.1) }), {
      seed,
      numRuns: moments,
    });
    const wrong: string[] = [];
    for (const [round, delay] of delays.entries()) {
      writeProject(String(round));
      const running = store.start(build(), folder);
      await new Promise((resolve) => setTimeout(resolve, delay));
      kill(running.pid);
      await running.done;
      const next = await store.run(build(), folder);
      const problems = [...(next.code === 0 ? [] : [`exit ${next.code}: ${next.stderr.slice(-500)}`])];
      const found = await listings();
      try {
        expect(constant(found)).toEqual(wanted);
      } catch (error) {
        problems.push(String(error).slice(0, 500));
      }
      problems.push(...(await store.leftovers()), ...damaged().map((name) => `damaged ${name}`));
      wrong.push(...problems.map((problem) => `killed after ${delay} ms (${round}): ${problem}`));
    }
    expect(wrong).toEqual([]);
  });

  it('at the same time as another one of the same project ends right, both of them', async () => {
    writeProject('two at once');
    const results = await Promise.all([store.run(build(), folder), store.run(build(), folder)]);
    expect(results.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0]);
    const both = constant(await listings());
    expect((await store.run(build('--no-cache'), folder)).code).toBe(0);
    expect(constant(await listings())).toEqual(both);
    expect(await store.leftovers()).toEqual([]);
  });
});

const mayMount = runsHere(isRoot, 'builds on a full disk', 'mounting a small file system needs root');
describe.runIf(mayMount)('a full disk', { timeout: hour }, () => {
  it('is said to be full, by RUN and by COPY, and a build succeeds when there is room again', async () => {
    const small = await OwnStore.open({ megabytes: 24 });
    try {
      write('compose.yaml', 'name: full\nservices:\n  a: { build: . }\n');
      const tries = [
        'FROM busybox\nRUN head -c 60000000 /dev/zero > /large\n',
        'FROM busybox\nCOPY large /large\n',
      ];
      writeFileSync(join(folder, 'large'), Buffer.alloc(40_000_000, 'x'));
      for (const text of tries) {
        write('Dockerfile', text);
        const { code, stderr } = await small.run(build(), folder);
        expect([code, /E_NO_SPACE/.test(stderr)], stderr).toEqual([1, true]);
      }
      // Podman 5 writes its list of layers before it takes one away, so on a full disk it leaves what it worked on.
      const version = await small.podman('version', '--format', '{{.Client.Version}}');
      const needsRoom = Number.parseInt(version, 10) >= 5;
      expect((await small.leftovers()).length > 0).toBe(needsRoom);
      if (needsRoom) small.grow(40);
      write('Dockerfile', 'FROM busybox\nRUN echo small > /small\n');
      const again = await small.run(build(), folder);
      expect(again.code, again.stderr).toBe(0);
      expect(await small.leftovers()).toEqual([]);
    } finally {
      small.close();
    }
  });
});
