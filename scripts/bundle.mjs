// Bundles the command. What is imported lazily becomes a chunk of its own, and chunks are put together into a few packs, so that a
// command reads little more than what it runs:
//
//   dist/cli.js          the launcher: answers --version, else loads packs and chunks (src/cli/load-code.ts)
//   dist/NAME.pack.cjs   an array of functions, one per chunk: function (require), which gives the exports; require takes a number
//   dist/package.json    says that these are CommonJS, which starts faster; dist/lib, the library, stays ESM

import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** In this order: a pack holds what its modules need at once, without what the packs before it hold; the last one holds the rest. */
export const packs = [
  {
    // All that a command takes which only asks what runs, while it knows the services' names.
    name: 'start',
    modules: [
      'cli/run.ts',
      'cli/commands/ps.ts',
      'cli/commands/logs.ts',
      'cli/commands/images.ts',
      'cli/commands/port.ts',
      'cli/commands/exec.ts',
      'cli/find-project.ts',
      'podman/connect.ts',
    ],
  },
  {
    name: 'language',
    modules: [
      'compose/load.ts',
      'cli/commands/config-command.ts',
      'cli/commands/config.ts',
      'cli/config/lists.ts',
      'cli/config/render.ts',
    ],
  },
  {
    name: 'engine',
    modules: [
      'cli/commands/up.ts',
      'podman/project-lock.ts',
      'podman/runtime-dir.ts',
      'plan/plan-images.ts',
      'plan/plan-up.ts',
      'plan/support/check-support.ts',
      'plan/model.ts',
      // Also of an up that finds nothing to do.
      'cli/watch-start.ts',
      'execute/execute.ts',
      'podman/on-demand-service.ts',
      'report/diagnostics.ts',
      'report/select-reporter.ts',
      'report/settled.ts',
    ],
  },
  {
    // The other commands that work on containers: small, and quick when nothing large comes with them.
    name: 'lifecycle',
    modules: [
      'cli/commands/down.ts',
      'cli/commands/start.ts',
      'cli/commands/stop.ts',
      'cli/commands/restart.ts',
      'cli/commands/rm.ts',
      'cli/commands/kill.ts',
      'cli/commands/pause.ts',
      'cli/commands/wait.ts',
      'cli/commands/create.ts',
      'cli/commands/ls.ts',
      'cli/commands/volumes.ts',
      'cli/commands/plan.ts',
      'cli/confirm.ts',
      'plan/plan-down.ts',
      'plan/plan-lifecycle.ts',
    ],
  },
  { name: 'rest', modules: undefined },
];

const minify = {
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  platform: 'node',
  target: 'node20',
};

/** @param {string} folder - where to, absolute */
export async function bundleCommand(folder) {
  const { chunks, packed } = await chunksByPack();
  const numbers = new Map(packed.flat().map((path, number) => [path, number]));
  await mkdir(folder, { recursive: true });
  for (const stale of ['cli.js', 'tscompose.cjs']) await rm(join(folder, stale), { force: true });
  const table = [];
  let first = 0;
  for (const [index, paths] of packed.entries()) {
    const functions = paths.map((path) => functionOf(chunks.get(path), numbers));
    const text = `(function(__meta){"use strict";return[${functions.join(',\n')}]})`;
    const file = `${packs[index].name}.pack.cjs`;
    await writeFile(join(folder, file), text);
    const identity = createHash('sha256').update(text).digest('hex').slice(0, 16);
    table.push({ file, identity, first });
    first += paths.length;
  }
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  await mkdir(join(folder, 'lib'), { recursive: true });
  await writeFile(join(folder, 'lib/package.json'), '{"type":"module"}\n');
  await build({
    ...minify,
    bundle: true,
    absWorkingDir: root,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir: folder,
    format: 'cjs',
    define: { CODE_PACKS: JSON.stringify(table), CODE_COMMANDS: JSON.stringify(await commandNames()) },
    banner: { js: '#!/usr/bin/env node' },
  });
  await chmod(join(folder, 'cli.js'), 0o755);
}

async function commandNames() {
  const entry = join(root, 'src/cli/registry.ts');
  const { outputFiles } = await build({
    entryPoints: [entry],
    write: false,
    format: 'esm',
    target: 'node20',
  });
  const { commands } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return Object.keys(commands);
}

/** A package that a module requires when it needs it comes into the module's chunk, and is evaluated then. */
const lazyPackages = {
  name: 'lazy-packages',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/compose\/plain-env-file\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace('createRequire(import.meta.url)(', 'require(');
      if (contents === text) throw new Error(`scripts/bundle.mjs: ${path} requires no package`);
      return { contents, loader: 'ts' };
    });
  },
};

/** @returns text by path of each chunk, and the paths in each pack; the entry comes first */
async function chunksByPack() {
  const { outputFiles, metafile } = await build({
    ...minify,
    minifyIdentifiers: true,
    bundle: true,
    absWorkingDir: root,
    entryPoints: ['src/cli/run.ts'],
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    write: false,
    metafile: true,
    define: { 'import.meta': '__meta' },
    // The same code as modules: what is not used is left out, and what is used needs no wrapper for each of its files.
    alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
    plugins: [lazyPackages],
  });
  const chunks = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const outputs = Object.entries(metafile.outputs);
  const holder = (module) => {
    const path = `src/${module}`;
    const found =
      outputs.find(([, { entryPoint }]) => entryPoint === path) ??
      outputs.find(([, { inputs }]) => Object.hasOwn(inputs, path));
    if (!found) throw new Error(`scripts/bundle.mjs: ${path} is not in the bundle`);
    return found[0];
  };
  const left = new Set(outputs.map(([path]) => path));
  const packed = packs.map(({ modules }) => {
    const taken = modules ? modules.flatMap((module) => [...neededBy(holder(module), metafile)]) : [...left];
    const fresh = [...new Set(taken)].filter((path) => left.delete(path));
    return fresh.map((path) => basename(path));
  });
  return { chunks, packed };
}

/** A chunk and what is loaded with it. */
function neededBy(path, { outputs }, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: next, kind, external } of outputs[path].imports)
    if (kind !== 'dynamic-import' && !external) neededBy(next, { outputs }, seen);
  return seen;
}

const importStatement =
  /(?<![\w$.])import(?: ([\w$]+),?)?(?:\{([^{}]*)\}|\*as ([\w$]+))?(?: ?from)?"([^"]+)";/g;

/** Parts of Node that take milliseconds to load and that many a run does not need. */
const slowParts = ['node:child_process', 'node:crypto', 'node:net'];

/** Functions of a slow part as functions that load it when they are called. Classes cannot be had so, and types are gone by now. */
function lazyNames(part, names) {
  const pairs = names.split(',').map((item) => item.split(' as '));
  if (!slowParts.includes(part) || pairs.some(([name]) => !/^[a-z]/.test(name))) return undefined;
  return pairs.map(([name, own = name]) => `${own}=(...a)=>require("${part}").${name}(...a)`).join(',');
}

/**
 * A chunk, as esbuild prints it, as a function; other chunks are named by their numbers. What is imported becomes a variable: nothing
 * that is exported changes after its chunk has run (a chunk that exports a `let` is refused by the test of this file).
 */
function functionOf(text, numbers) {
  const link = (name) => {
    const number = name.startsWith('./') ? numbers.get(basename(name)) : undefined;
    if (number !== undefined) return `require(${number})`;
    if (builtinModules.includes(name.replace(/^node:/, ''))) return `require("${name}")`;
    throw new Error(`scripts/bundle.mjs: "${name}" is neither a chunk nor a part of Node`);
  };
  const head = [];
  let rest = text.replaceAll(importStatement, (_all, whole, some, star, name) => {
    const target = link(name);
    if (whole !== undefined) head.push(`${whole}=${name.startsWith('./') ? `${target}.default` : target}`);
    if (star !== undefined) head.push(`${star}=${target}`);
    if (some !== undefined)
      head.push(lazyNames(name, some) ?? `{${some.replaceAll(/([\w$]+) as /g, '$1:')}}=${target}`);
    return '';
  });
  let exported = '';
  rest = rest.replace(/export\{([^}]*)\};\s*$/, (_all, names) => {
    exported = names
      .split(',')
      .map((item) => item.replace(/^(\S+) as (\S+)$/, '$2:$1'))
      .join(',');
    return '';
  });
  rest = rest.replaceAll(
    /\bimport\("([^"]+)"\)/g,
    (_all, name) => `Promise.resolve().then(()=>${link(name)})`,
  );
  const code = `function(require){${head.length > 0 ? `var ${head.join(',')};` : ''}${rest}return{${exported}}}`;
  // An import or export that is left is an error in a function.
  new Script(`"use strict";(${code})`);
  return code;
}
