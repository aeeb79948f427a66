#!/usr/bin/env node
/**
 * Builds every case of the conformance folder with `tscompose build` and with `podman build --format docker`, and
 * compares the two images: files, modes, owners, links, configuration.
 *
 *     scripts/conformance-build.mjs [--only PATTERN] [--show] [--keep] [--again] [FOLDER...]
 *
 * A case is a folder NN-name with `Containerfile` (or `file`, the Containerfile's name inside `ctx`), `ctx`, `args` for
 * the builder one a line, `setup.sh` that prepares the context, `fails` where the build must fail, `min5` where the
 * builder of Podman 4 cannot do it, `only5` where it has another rule. Folders default to CONFORMANCE/build (../shared/conformance) and test/conformance/build.
 *
 * --keep leaves the images of `podman build`, which the next run uses again; --again builds a second time and wants the
 * same image. On Podman 4 the cases of `min5` are compared with the image that
 * a newer Podman builds, when NEWER names a command that runs one (`.../newer-engine run`); else they are skipped.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  commandsIn,
  compareImages,
  conformance,
  podmanBuild,
  podmanMajor,
  root,
  tscompose,
} from './build-commands.mjs';

const [newerProgram, ...newerArgs] = (process.env.NEWER ?? '').split(' ').filter(Boolean);
/** Cases run in folders of their own. */
const newer = newerProgram
  ? [newerProgram.includes('/') ? resolve(root, newerProgram) : newerProgram, ...newerArgs]
  : [];
const { values: options, positionals } = parseArgs({
  options: {
    only: { type: 'string' },
    show: { type: 'boolean' },
    keep: { type: 'boolean' },
    again: { type: 'boolean' },
  },
  allowPositionals: true,
});
const folders =
  positionals.length > 0 ? positionals : [join(conformance, 'build'), join(root, 'test/conformance/build')];

/** Where builders differ with a reason: paths that are not compared. */
const deviations = {
  // Two stages with the same RUN share one execution, so the file says that they are the same.
  '82-duplicate-run-in-two-stages': '^/r$',
};

const base = mkdtempSync(join(tmpdir(), 'tscompose-conformance-'));
const prefix = `localhost/tscompose-conformance-ours-${process.pid}`;

const run = commandsIn(base);

const readIfThere = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const major = podmanMajor(run);
if (major === 0) {
  console.error('conformance-build: podman does not run');
  process.exit(4);
}

/** A copy of the case with its context prepared. */
function prepare(folder) {
  const name = folder.split('/').at(-1);
  const work = join(base, name);
  cpSync(folder, work, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  const ctx = join(work, 'ctx');
  mkdirSync(ctx, { recursive: true });
  if (existsSync(join(work, 'setup.sh'))) {
    const setup = run('sh', ['-e', 'setup.sh'], { cwd: work });
    if (setup.code !== 0) throw new Error(`setup.sh: ${setup.text}`);
  }
  const file = readIfThere(join(work, 'file'))?.trim();
  const args = (readIfThere(join(work, 'args')) ?? '').split('\n').filter(Boolean);
  return {
    name,
    work,
    ctx,
    file: file === undefined ? join(work, 'Containerfile') : join(ctx, file),
    args: args.map((text) => text.replaceAll('@CASE@', work)),
    fails: existsSync(join(work, 'fails')),
    min5: existsSync(join(work, 'min5')),
    only5: existsSync(join(work, 'only5')),
  };
}

/** The builder's flags as a build section. */
function buildSection({ ctx, file, args }) {
  const build = { context: ctx, dockerfile: file };
  const secrets = {};
  const set = (key, text) => {
    const at = text.indexOf('=');
    build[key] = { ...build[key], [text.slice(0, at)]: text.slice(at + 1) };
  };
  const rest = [...args];
  while (rest.length > 0) {
    const [flag, joined] = rest.shift().split(/=(.*)/s);
    const value = joined ?? rest.shift() ?? '';
    if (flag === '--build-arg') set('args', value);
    else if (flag === '--label') set('labels', value);
    else if (flag === '--target') build.target = value;
    else if (flag === '--build-context')
      set('additional_contexts', value.replace('=container-image://', '=docker-image://'));
    else if (flag === '--network') build.network = value;
    else if (flag === '--shm-size') build.shm_size = value;
    else if (flag === '--platform') build.platforms = [value];
    else if (flag === '--add-host') build.extra_hosts = [...(build.extra_hosts ?? []), value];
    else if (flag === '--ssh') build.ssh = [...(build.ssh ?? []), value];
    else if (flag === '--secret') {
      const fields = Object.fromEntries(value.split(',').map((field) => field.split(/=(.*)/s)));
      const source = fields.env ? { environment: fields.env } : { file: fields.src ?? fields.source };
      secrets[fields.id] = source;
      build.secrets = [...(build.secrets ?? []), fields.id];
    } else throw new Error(`the case's flag ${flag} has no place in a build section`);
  }
  return { build, secrets };
}

function writeProject(prepared, image) {
  const { build, secrets } = buildSection(prepared);
  const project = { name: `conformance-${prepared.name}`, services: { image: { image, build } }, secrets };
  // JSON is YAML; a dollar stands for itself when it is doubled.
  const text = JSON.stringify(project, null, 2).replaceAll('$', () => '$$');
  writeFileSync(join(prepared.work, 'compose.yaml'), text);
}

function buildOurs(prepared, image) {
  writeProject(prepared, image);
  return tscompose(run, ['build'], { cwd: prepared.work });
}

function buildPlain({ file, args, ctx }, image, through = []) {
  const [program, ...rest] = [...through, ...podmanBuild({ file, context: ctx, image, flags: args })];
  return run(program, rest, { cwd: ctx });
}

/** Kept from an earlier run. */
function plainIsThere(image, through) {
  const [program, ...rest] = [...through, 'podman', 'image', 'exists', image];
  return run(program, rest).code === 0;
}

/** Names and contents of the case's files. */
function digestOf(folder) {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    const path = join(folder, name);
    hash.update(`${name}\0`);
    if (lstatSync(path).isFile()) hash.update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 12);
}

/** Mount points of a RUN, which Podman 4's builder leaves in its layer. */
const mountPoints = '^/(dev|etc/hostname|etc/hosts|etc/resolv\\.conf|proc|run|run/secrets|sys)$';
const busybox = 'docker.io/library/busybox:latest';
let isShared = false;

/** Both engines build on one image. */
function shareBase() {
  if (isShared) return;
  isShared = true;
  const archive = join(base, 'busybox.tar');
  const saved = run('podman', ['save', '--quiet', '--format=docker-archive', '--output', archive, busybox]);
  const [program, ...rest] = [...newer, 'podman', 'load', '--quiet', '--input', archive];
  const loaded = run(program, rest);
  if (saved.code !== 0 || loaded.code !== 0) throw new Error(`${busybox}: ${saved.text}${loaded.text}`);
}

const idOf = (image) => run('podman', ['image', 'inspect', '--format', '{{.Id}}', image]).text.trim();
const tail = (text) => text.trim().split('\n').slice(-6).join('\n');

/** @returns {{ result: 'passed' | 'failed' | 'skipped', why?: string, more?: string }} */
function check(folder) {
  const prepared = prepare(folder);
  const { name, fails, min5, only5 } = prepared;
  if (only5 && major < 5) return { result: 'skipped', why: 'a rule of Podman 5' };
  const ours = `${prefix}-${name}`;
  const plain = `localhost/tscompose-conformance-plain-${name}:${digestOf(folder)}`;
  const through = min5 && major < 5 ? newer : [];
  if (min5 && major < 5 && through.length === 0) return { result: 'skipped', why: 'needs a newer builder' };
  if (through.length > 0) shareBase();
  try {
    const theirs = plainIsThere(plain, through) ? { code: 0 } : buildPlain(prepared, plain, through);
    const mine = buildOurs(prepared, ours);
    if (fails) {
      if (theirs.code === 0) return { result: 'failed', why: 'podman builds it' };
      if (mine.code === 0) return { result: 'failed', why: 'it was built, and should fail' };
      return { result: 'passed', why: 'both refuse it', more: tail(mine.text) };
    }
    if (theirs.code !== 0)
      return { result: 'failed', why: 'podman cannot build it', more: tail(theirs.text) };
    if (mine.code !== 0) return { result: 'failed', why: `exit ${mine.code}`, more: mine.text };
    const compared = run(compareImages, [plain, ours], {
      env: { PATHS_IGNORE: ignoredPaths(name, through), P1: [...through, 'podman'].join(' ') },
    });
    if (compared.code !== 0) return { result: 'failed', why: 'the images differ', more: compared.text };
    return options.again ? buildAgain(prepared, ours) : { result: 'passed' };
  } finally {
    if (!options.keep) {
      const [program, ...rest] = [...through, 'podman', 'rmi', '-f', plain];
      run(program, rest);
    }
    run('podman', ['rmi', '-f', ours]);
  }
}

function ignoredPaths(name, through) {
  return [deviations[name], through.length > 0 ? mountPoints : undefined].filter(Boolean).join('|');
}

function buildAgain(prepared, image) {
  const before = idOf(image);
  const again = buildOurs(prepared, image);
  if (again.code !== 0) return { result: 'failed', why: 'the second build fails', more: again.text };
  return idOf(image) === before
    ? { result: 'passed' }
    : { result: 'failed', why: 'the second build makes another image' };
}

function safely(folder) {
  try {
    return check(folder);
  } catch (error) {
    return { result: 'failed', why: String(error) };
  }
}

const cases = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .map((name) => join(resolve(folder), name)),
  )
  .filter((folder) => ['Containerfile', 'file'].some((name) => existsSync(join(folder, name))))
  .filter((folder) => options.only === undefined || new RegExp(options.only).test(folder.split('/').at(-1)));
if (cases.length === 0) {
  console.error(`conformance-build: no cases in ${folders.join(', ')}`);
  process.exit(2);
}
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const folder of cases) {
  const started = Date.now();
  const { result, why, more } = safely(folder);
  counts[result] += 1;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(
    `${folder.split('/').at(-1).padEnd(42)} ${result.padEnd(8)} ${seconds.padStart(5)} s  ${why ?? ''}`,
  );
  if (more && (result === 'failed' || options.show)) console.log(more.replace(/^/gm, '    '));
}
rmSync(base, { recursive: true, force: true });
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (podman ${major})`);
process.exit(counts.failed > 0 ? 1 : 0);
