import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

/** What is evaluated when a module is: its imports that are not lazy, and theirs. */
function loadedWith(entry: string, { inputs }: Metafile): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind, external } of inputs[path]?.imports ?? [])
      if (kind !== 'dynamic-import' && external !== true) visit(next);
  };
  visit(entry);
  return seen;
}

/** `src/...` as it is, of a package only its name. */
function rooms(paths: Iterable<string>): string[] {
  const names = [...paths].map(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1] ?? path,
  );
  return [...new Set(names)].sort();
}

describe('what is loaded', () => {
  let meta: Metafile;
  beforeAll(async () => {
    const common = {
      bundle: true,
      platform: 'node',
      write: false,
      metafile: true,
      logLevel: 'error',
    } as const;
    const result = await build({
      ...common,
      entryPoints: ['src/cli/main.ts', 'src/cli/run.ts'],
      format: 'esm',
      splitting: true,
      outdir: 'unused',
    });
    meta = result.metafile;
  });

  it('--version loads the launcher and nothing else', () => {
    expect(rooms(loadedWith('src/cli/main.ts', meta))).toEqual([
      'src/base/cache-home.ts',
      'src/base/mixed.ts',
      'src/base/pause.ts',
      'src/cli/answers/answer-place.ts',
      'src/cli/answers/file-look.ts',
      'src/cli/answers/kept-answer.ts',
      'src/cli/direct-output.ts',
      'src/cli/kept-code.ts',
      'src/cli/load-code.ts',
      'src/cli/main.ts',
      'src/cli/only-ours.ts',
      'src/cli/v8-flags.ts',
      'src/cli/version.ts',
      'src/podman/database.ts',
      'src/podman/look.ts',
    ]);
  });

  it("the launcher loads none of Node's streams, and nothing that brings them along", () => {
    const parts = [...loadedWith('src/cli/main.ts', meta)].flatMap((path) =>
      (meta.inputs[path]?.imports ?? []).flatMap(({ path: name, external }) =>
        external === true ? [name] : [],
      ),
    );
    expect([...new Set(parts)].sort()).toEqual(['node:fs', 'node:os', 'node:path', 'node:url', 'node:vm']);
  });

  it('the command line loads no package', () => {
    expect(rooms(loadedWith('src/cli/run.ts', meta)).filter((name) => !name.startsWith('src/'))).toEqual([]);
  });

  it('--help loads yargs and what it needs, not the language, the engine or the renderer', () => {
    const names = rooms(loadedWith('src/cli/help.ts', meta));
    expect(names).toContain('yargs');
    expect(
      names.filter((name) => /^(?:listr2|execa|yaml|p-queue|dotenv)$|generated|^src\/podman/.test(name)),
    ).toEqual([]);
  });

  it('up -d of an unchanged project loads neither execa nor listr2', () => {
    const hot = ['commands/up.ts', 'up-flow.ts'].flatMap((name) => [...loadedWith(`src/cli/${name}`, meta)]);
    const lazy = [
      'src/compose/load.ts',
      'src/plan/plan-up.ts',
      'src/plan/plan-images.ts',
      'src/podman/connect.ts',
    ];
    const names = rooms([...hot, ...lazy.flatMap((path) => [...loadedWith(path, meta)])]);
    expect(names.filter((name) => !name.startsWith('src/'))).toEqual(['semver', 'yaml']);
  });
});
