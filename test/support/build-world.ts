/** A world for planning builds: a folder of the test, images by name, no engine. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Contexts } from '../../src/build/context/contexts.ts';
import { graphImages, type ImageGraph, type WantedImage } from '../../src/build/graph/image-graph.ts';
import { type Resolution, resolveSteps } from '../../src/build/graph/resolve.ts';
import { stepActions } from '../../src/build/graph/step-actions.ts';
import type { GraphWorld } from '../../src/build/graph/world.ts';
import { CacheFolder } from '../../src/build/index/cache-folder.ts';
import type { ImageConfig } from '../../src/build/layer/image-config.ts';
import type { BuildAction, BuildRequest } from '../../src/build/types.ts';

export class BuildFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'tscompose-build-'));

  write(name: string, text: string, mode = 0o644): void {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export const busyboxId: string = 'b'.repeat(64);

export function worldOf(folder: BuildFolder, images: Readonly<Record<string, ImageConfig>> = {}): GraphWorld {
  const known: Readonly<Record<string, ImageConfig>> = {
    busybox: { Cmd: ['sh'], Env: ['PATH=/bin'] },
    ...images,
  };
  return {
    contexts: new Contexts({
      cache: new CacheFolder(join(folder.path, '.cache'), process.pid),
      now: Date.now,
      xattrs: () => Promise.resolve(new Map()),
    }),
    platform: { os: 'linux', architecture: 'amd64' },
    runs: (architecture) => (architecture === 'riscv64' ? undefined : architecture === 'amd64'),
    image: (reference) => {
      const config = known[reference];
      const index = Object.keys(known).indexOf(reference);
      const id = index === 0 ? busyboxId : String(index).repeat(64);
      return Promise.resolve(
        config && {
          id,
          document: { os: 'linux', architecture: 'amd64', config, rootfs: { type: 'layers', diff_ids: [] } },
        },
      );
    },
    secretDigest: ({ id }) => `digest of ${id}`,
    namedContextIgnores: true,
    doubleStar: true,
    copyMakesVolumes: true,
    workdirSlash: false,
    fetched: () => Promise.resolve(undefined),
    builderReads: () => false,
    readText: (path) => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    },
    isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  };
}

export function wantedImage(
  folder: BuildFolder,
  service: string,
  text: string,
  more: Partial<BuildRequest> = {},
): WantedImage {
  return {
    service,
    tags: [`p-${service}`],
    request: requestFor(folder.path, { dockerfileInline: text, ...more }),
  };
}

/** A build section that says nothing but what is given. */
export function requestFor(context: string, more: Partial<BuildRequest> = {}): BuildRequest {
  return {
    context,
    args: {},
    labels: {},
    additionalContexts: {},
    cacheFrom: [],
    cacheTo: [],
    extraHosts: [],
    noCache: false,
    noCacheFilter: [],
    pull: false,
    platforms: [],
    privileged: false,
    ssh: [],
    secrets: [],
    ulimits: [],
    ...more,
  };
}

export interface Planning {
  readonly graph: ImageGraph;
  readonly resolution: Resolution;
  readonly actions: readonly BuildAction[];
}

/** @param made - images by key, all of them in the engine */
export async function planSteps(
  wanted: readonly WantedImage[],
  world: GraphWorld,
  made: ReadonlyMap<string, string> = new Map(),
): Promise<Planning> {
  const graph = await graphImages(wanted, world);
  const resolution = await resolveSteps({
    nodes: graph.table.nodes,
    targets: graph.images.map(({ ref }) => ref),
    find: (key) => made.get(key),
    exists: () => Promise.resolve(true),
  });
  return { graph, resolution, actions: stepActions(resolution, graph.images, { joinsRuns: true }) };
}

/** The images that a build would have made: an id for each key, step by step. */
export async function builtOnce(
  wanted: readonly WantedImage[],
  world: GraphWorld,
  made: Map<string, string> = new Map(),
): Promise<Map<string, string>> {
  for (let round = 0; round < 50; round++) {
    const { resolution } = await planSteps(wanted, world, made);
    const open = [...resolution.steps.values()].filter(({ key }) => key !== undefined && !made.has(key));
    if (open.length === 0) return made;
    for (const { key } of open) if (key !== undefined) made.set(key, key);
  }
  throw new Error('keys do not come to an end');
}
