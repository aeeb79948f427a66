/** Results of build steps are kept in a registry: another machine takes them from there. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { imageListing } from './support/image-listing.ts';
import { freePorts } from './support/network.ts';
import { OwnStore } from './support/own-store.ts';
import { runsHere } from './support/skips.ts';

const minutes = 60_000;
const program = registryProgram();

function registryProgram(): string | undefined {
  const script = fileURLToPath(new URL('../../scripts/setup/test-registry', import.meta.url));
  return execFileSync(script, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim() || undefined;
}

const hasRegistry = runsHere(
  program !== undefined,
  'caches of build steps in a registry',
  'there is no docker-registry, and no package of it',
);

let port: number;
let stop: () => void;
const folder = mkdtempSync(join(tmpdir(), 'e2e-registry-'));

beforeAll(async () => {
  if (program === undefined) return;
  port = await freePorts();
  const config = join(folder, 'config.yml');
  writeFileSync(
    config,
    `version: 0.1\nlog: { level: error }\nhttp: { addr: "127.0.0.1:${port}" }\nstorage: { filesystem: { rootdirectory: ${join(folder, 'data')} } }\n`,
  );
  const registry = spawn(program, ['serve', config], { stdio: 'ignore' });
  stop = () => registry.kill();
  await eventually(async () => {
    expect((await fetch(`http://127.0.0.1:${port}/v2/`)).ok).toBe(true);
  });
});
afterAll(() => {
  stop?.();
  rmSync(folder, { recursive: true, force: true });
});

/** A machine of its own: nothing is known of what others have built. */
async function machine(run: (store: OwnStore, project: string) => Promise<void>): Promise<void> {
  const registries = join(folder, 'registries.conf');
  const insecure = [port, port + 1].map(
    (one) => `[[registry]]\nlocation = "127.0.0.1:${one}"\ninsecure = true\n`,
  );
  writeFileSync(registries, insecure.join(''));
  const store = await OwnStore.open({ env: { CONTAINERS_REGISTRIES_CONF: registries } });
  const project = mkdtempSync(join(folder, 'project-'));
  try {
    await run(store, project);
  } finally {
    store.close();
  }
}

interface Caches {
  readonly from?: string;
  readonly to?: string;
}

function write(project: string, { from, to }: Caches): void {
  mkdirSync(join(project, 'src'), { recursive: true });
  writeFileSync(join(project, 'src/f'), 'content\n');
  const containerfile = `FROM busybox AS base
RUN cat /proc/sys/kernel/random/uuid > /when
FROM base AS part
RUN echo part > /part
FROM base
COPY --from=part /part /part
COPY src /src
RUN cat /src/f /when > /both
CMD ["cat", "/both"]
`;
  writeFileSync(join(project, 'Containerfile'), containerfile);
  const build = {
    context: '.',
    dockerfile: 'Containerfile',
    ...(from === undefined ? {} : { cache_from: [from] }),
    ...(to === undefined ? {} : { cache_to: [to] }),
  };
  writeFileSync(
    join(project, 'compose.yaml'),
    JSON.stringify({ name: 'cached', services: { a: { image: 'localhost/cached-a', build } } }),
  );
}

const reference = (name: string): string => `127.0.0.1:${port}/${name}`;
const imageOf = async (store: OwnStore): Promise<string> =>
  store.podman('image', 'inspect', '--format', '{{.Id}}', 'localhost/cached-a');

it.runIf(hasRegistry)(
  'build: what cache_to has given to a registry, cache_from takes on another machine: the same image, and nothing is run',
  async () => {
    let first = '';
    let listing: unknown;
    await machine(async (store, project) => {
      // The steps are there before the registry is named: it gets them all the same.
      write(project, {});
      expect(await store.run(['build'], project)).toMatchObject({ code: 0 });
      first = await imageOf(store);
      write(project, { to: `type=registry,ref=${reference('team/cache')}:main,mode=max` });
      const given = await store.run(['build'], project);
      expect(given).toMatchObject({ code: 0 });
      expect(given.stderr).not.toMatch(/as a whole|warning/);
      expect(await imageOf(store)).toBe(first);
      const tags = (await (await fetch(`http://127.0.0.1:${port}/v2/team/cache/tags/list`)).json()) as {
        tags: string[];
      };
      expect(tags.tags.length).toBeGreaterThanOrEqual(3);
      const again = await store.run(['build', '--print', '--format', 'json'], project);
      expect(JSON.parse(again.stdout)).toMatchObject({ actions: [] });
      listing = await imageListing(store, 'localhost/cached-a');
    });
    await machine(async (store, project) => {
      write(project, { from: reference('team/cache') });
      const taken = await store.run(['build'], project);
      expect(taken).toMatchObject({ code: 0 });
      expect(taken.stderr).not.toMatch(/as a whole|warning/);
      // The random number in the image is the first machine's: its command was not run here.
      expect(await imageOf(store)).toBe(first);
      expect(await imageListing(store, 'localhost/cached-a')).toEqual(listing);
      const names = await store.podman('images', '--format', '{{.Repository}}');
      expect(names).not.toContain('team/cache');
      // Only what has changed is done.
      writeFileSync(join(project, 'src/f'), 'changed\n');
      expect(await store.run(['build'], project)).toMatchObject({ code: 0 });
      expect(await store.podman('run', '--rm', '--network=none', 'localhost/cached-a')).toMatch(
        /^changed\n[0-9a-f-]{36}$/,
      );
    });
  },
  10 * minutes,
);

it.runIf(hasRegistry)(
  'build: a registry that is not there is told with its line, and the image is built; other kinds of caches are told and change nothing',
  async () => {
    await machine(async (store, project) => {
      const gone = `127.0.0.1:${port + 1}/none`;
      write(project, { from: gone, to: gone });
      const built = await store.run(['build'], project);
      expect(built.code).toBe(0);
      expect(built.stderr).toMatch(/compose\.yaml:1:\d+: warning: the build cache \S+\/none cannot be read/);
      expect(built.stderr).toMatch(/the build cache \S+\/none cannot be written/);
      expect(built.stderr.match(/warning: the build cache/g)).toHaveLength(2);
      const first = await imageOf(store);
      write(project, { from: 'type=gha', to: 'type=local,dest=./cache' });
      const other = await store.run(['build'], project);
      expect(other.code).toBe(0);
      expect(other.stderr).toMatch(/compose\.yaml:1:\d+: warning W_UNSUPPORTED: .*cache_from/);
      expect(other.stderr).toMatch(/compose\.yaml:1:\d+: warning W_UNSUPPORTED: .*cache_to/);
      expect(other.stderr).not.toContain('as a whole');
      expect(await imageOf(store)).toBe(first);
    });
  },
  10 * minutes,
);

it.runIf(hasRegistry)(
  'build --push: an image for two platforms is one list in the registry, under each of its names',
  async () => {
    await machine(async (store, project) => {
      writeFileSync(join(project, 'f'), 'content\n');
      const build = {
        context: '.',
        dockerfile_inline: 'FROM scratch\nCOPY f /f\nCMD ["/f"]\n',
        platforms: ['linux/amd64', 'linux/arm64'],
        tags: [`${reference('list')}:two`],
      };
      writeFileSync(
        join(project, 'compose.yaml'),
        JSON.stringify({ name: 'listed', services: { a: { image: `${reference('list')}:one`, build } } }),
      );
      const pushed = await store.run(['build', '--push'], project);
      expect(pushed.code, pushed.stderr).toBe(0);
      for (const tag of ['one', 'two']) {
        const answer = await fetch(`http://127.0.0.1:${port}/v2/list/manifests/${tag}`, {
          headers: {
            accept:
              'application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json',
          },
        });
        const { manifests } = (await answer.json()) as {
          manifests: { platform: { architecture: string } }[];
        };
        expect(manifests.map(({ platform }) => platform.architecture).sort()).toEqual(['amd64', 'arm64']);
      }
    });
  },
  10 * minutes,
);
