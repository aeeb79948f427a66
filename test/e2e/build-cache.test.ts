/**
 * A cached build gives what a build without a cache gives, whatever happens to what it is made of.
 * `TSCOMPOSE_CACHE_RUNS=20` makes it so many random histories; the seed is printed, and `TSCOMPOSE_CACHE_SEED` takes it.
 */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imageListing } from './support/image-listing.ts';
import { OwnStore } from './support/own-store.ts';
import { isRoot, runsHere } from './support/skips.ts';

const hour = 3_600_000;
const runs = Number(process.env['TSCOMPOSE_CACHE_RUNS'] ?? 3);
const seed = Number(process.env['TSCOMPOSE_CACHE_SEED'] ?? Date.now() % 1_000_000);
const image = 'localhost/cached-a';

let store: OwnStore;
let folder: string;
beforeAll(async () => {
  store = await OwnStore.open();
  await store.podman('tag', 'busybox', 'localhost/base');
}, hour);
afterAll(() => store.close());

const at = (name: string): string => join(folder, name);

function write(name: string, text: string): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}

interface Change {
  readonly name: string;
  /** @param n - another number each time */
  readonly run: (n: number) => unknown;
}

const compose = (argument: string): string =>
  `name: cached
services:
  a:
    image: ${image}
    build: { context: ., args: { ARGUMENT: "${argument}" }, secrets: [secret], additional_contexts: { more: ./more } }
secrets: { secret: { file: ./secret.txt } }
`;

const mayChown = runsHere(isRoot, 'builds after a change of owner', 'only root gives files to others');
const changes: readonly Change[] = [
  { name: 'content', run: (n) => write('src/f', `content ${n}\n`) },
  { name: 'content of the same size', run: (n) => write('src/sub/g', `${n % 10}\n`) },
  { name: 'mode', run: (n) => chmodSync(at('src/f'), [0o600, 0o755, 0o4711, 0o444][n % 4] ?? 0o644) },
  { name: 'mode of a folder', run: (n) => chmodSync(at('src/sub'), [0o700, 0o755, 0o1777][n % 3] ?? 0o755) },
  ...(mayChown ? [{ name: 'owner', run: (n: number) => chownSync(at('more/owned'), n % 7, n % 5) }] : []),
  { name: 'name', run: (n) => renameSync(at('src/sub'), at(`src/sub${n}`)) },
  { name: 'a new file', run: (n) => write(`src/new${n}`, '') },
  {
    name: 'link target',
    run: (n) => {
      rmSync(at('src/link'), { force: true });
      symlinkSync(`f${n}`, at('src/link'));
    },
  },
  { name: 'time', run: (n) => utimesSync(at('src/f'), n, n) },
  { name: 'ignore file', run: (n) => write('.dockerignore', n % 2 === 0 ? 'src/f\n' : 'src/sub*\n!src/f\n') },
  { name: 'secret', run: (n) => write('secret.txt', `secret ${n}\n`) },
  { name: 'argument', run: (n) => write('compose.yaml', compose(`argument ${n}`)) },
  {
    name: 'base image',
    run: async (n) => {
      write('base/Dockerfile', `FROM busybox\nENV BASE=${n}\nRUN echo ${n} > /base\n`);
      await store.podman('build', '--quiet', '--format=docker', '--tag=localhost/base', at('base'));
    },
  },
];

function writeProject(): void {
  folder = mkdtempSync(join(tmpdir(), 'e2e-cached-'));
  write('compose.yaml', compose('first'));
  write('secret.txt', 'first\n');
  write('src/f', 'f\n');
  write('src/sub/g', '0\n');
  symlinkSync('f', at('src/link'));
  write('more/owned', 'owned\n');
  write(
    'Dockerfile',
    'FROM localhost/base\nCOPY src /src\nCOPY --from=more . /more\nARG ARGUMENT\n' +
      'RUN --mount=type=secret,id=secret md5sum /run/secrets/secret > /sum; echo "$ARGUMENT" > /argument\n' +
      'RUN --mount=type=bind,source=src,target=/m find /m | sort > /list\nCOPY src/f* /last/\n',
  );
}

/** The image, or that it could not be built. */
async function outcome(...args: string[]): Promise<readonly string[]> {
  const { code } = await store.run(['--progress', 'quiet', 'build', ...args], folder);
  return code === 0 ? imageListing(store, image) : [`exit ${code}`];
}

it(
  'a cached build is what a build without a cache is, whatever changed',
  async () => {
    console.info(`seed ${seed}`);
    const history = fc.array(fc.tuple(fc.constantFrom(...changes), fc.nat({ max: 1000 })), {
      minLength: 3,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        writeProject();
        try {
          expect((await outcome()).length).toBeGreaterThan(1);
          for (const [change, n] of steps) {
            await tolerant(() => change.run(n));
            const cached = await outcome();
            expect(cached, `after a change of ${change.name}`).toEqual(await outcome('--no-cache'));
          }
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { seed, numRuns: runs, endOnFailure: true },
    );
  },
  hour,
);

/** What an earlier change has taken away cannot be changed. */
async function tolerant(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
