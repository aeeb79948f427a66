/** Every template and every example is loaded without a word of complaint, planned, and its placement is what its texts say. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { templateFiles, templateSummaries } from '../../src/cli/templates.ts';
import { loadProject } from '../../src/compose/load.ts';
import { planImages } from '../../src/plan/plan-images.ts';
import { planUp } from '../../src/plan/plan-up.ts';
import { FakeEngine } from '../../src/podman/fake/fake-engine.ts';
import { inputFor, upOptions } from '../support/run-plan.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'projects-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const foldersIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** "web: pod" for each service, and the images that are built. */
async function planned(cwd: string): Promise<{ placements: string[]; builds: string[] }> {
  const loaded = loadProject({ cwd, env: {}, resolve: true });
  expect(loaded.diagnostics).toEqual([]);
  const engine = new FakeEngine();
  const input = await inputFor(loaded, engine);
  const images = planImages(input, { build: 'missing', noDeps: false }, 0);
  const { plan, diagnostics } = planUp(input, upOptions);
  expect([...images.diagnostics, ...diagnostics]).toEqual([]);
  return {
    placements: plan.placements.map(({ service, kind }) => `${service}: ${kind}`).sort(),
    builds: images.plan.actions
      .flatMap((action) => (action.kind === 'image.build' ? [action.service] : []))
      .sort(),
  };
}

const templates: Record<string, { placements: string[]; builds: string[] }> = {
  'one-service': { placements: ['web: pod'], builds: [] },
  'shared-base': { placements: ['web: pod', 'worker: pod'], builds: ['web', 'worker'] },
  sidecar: { placements: ['back: pod', 'front: pod'], builds: [] },
  'web-db': { placements: ['db: pod', 'migrate: pod', 'web: pod'], builds: ['web'] },
};

describe('templates', () => {
  it('are those that init lists', () => {
    expect(foldersIn('templates')).toEqual(Object.keys(templateSummaries).sort());
    expect(foldersIn('templates')).toEqual(Object.keys(templates));
  });

  it.each(Object.entries(templates))('%s', async (name, expected) => {
    const folder = join(scratch, name);
    cpSync(join(root, 'templates', name), folder, { recursive: true });
    if (name === 'web-db') {
      // What its Makefile makes.
      mkdirSync(join(folder, 'secrets'));
      writeFileSync(join(folder, 'secrets/db_password.txt'), 'x\n');
    }
    expect(await planned(folder)).toEqual(expected);
    expect(templateFiles(name).map(({ path }) => path)).toContain('Makefile');
    expect(readFileSync(join(folder, 'Makefile'), 'utf8')).toMatch(/^up:/m);
  });

  it('keep what must be executable so, and get their .gitignore back', () => {
    const mode = (name: string, path: string): number | undefined =>
      templateFiles(name).find((file) => file.path === path)?.mode;
    expect((mode('sidecar', 'site/cgi-bin/back') ?? 0) & 0o111).toBe(0o111);
    expect(mode('web-db', '.gitignore')).toBeDefined();
  });
});

const examples: Record<string, { placements: string[]; builds: string[] }> = {
  'own-namespaces': {
    placements: ['blue: pod', 'echo: own', 'green: own', 'hermit: own', 'visitor: pod'],
    builds: [],
  },
  shop: {
    placements: [
      'api: pod',
      'cache: pod',
      'db: pod',
      'migrate: pod',
      'prices: pod',
      'web: pod',
      'worker: pod',
    ],
    builds: ['api', 'cache', 'db', 'migrate', 'prices', 'web', 'worker'],
  },
  'two-web-servers': { placements: ['back: pod', 'front: pod'], builds: [] },
};

describe('examples', () => {
  it('are all here', () => {
    expect(foldersIn('examples')).toEqual(Object.keys(examples));
  });

  it.each(Object.entries(examples))('%s', async (name, expected) => {
    expect(await planned(join(root, 'examples', name))).toEqual(expected);
    expect(statSync(join(root, 'examples', name, 'README.md')).isFile()).toBe(true);
  });
});
