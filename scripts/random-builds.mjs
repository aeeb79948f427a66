#!/usr/bin/env node
/**
 * Builds Containerfiles made at random with `podman build --format docker` and with `tscompose build`, and compares the images.
 *
 *     scripts/random-builds.mjs [--seed N] [--count N] [--keep]
 *
 * tscompose builds all of them as one project, so that they share what they can. What podman refuses, tscompose has to refuse.
 * A case is decided by its number alone: --seed 17 --count 1 makes case 17 again. Ends with 1 when anything differs.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildProject, commandsIn, compareImages, podmanMajor } from './build-commands.mjs';
import { Choices } from './random-builds/choices.mjs';
import { makeContainerfile, makeOptions } from './random-builds/containerfile.mjs';
import { makeContext } from './random-builds/context.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    count: { type: 'string', default: '20' },
    keep: { type: 'boolean' },
  },
});
const base = mkdtempSync(join(tmpdir(), 'tscompose-random-'));
const tag = (who, number) => `localhost/tscompose-random-${who}-${process.pid}:${number}`;

const run = commandsIn(base);
const isNew = podmanMajor(run) >= 5;

function makeCase(number) {
  const choices = new Choices(number);
  const folder = join(base, String(number));
  const context = makeContext(choices, join(folder, 'ctx'));
  const { text, stages } = makeContainerfile(choices, context, isNew);
  writeFileSync(join(folder, 'Containerfile'), text);
  return { number, folder, options: makeOptions(choices, stages) };
}

function buildPlain({ number, folder, options: { args: given, labels, target } }) {
  const pairs = (flag, entries) => Object.entries(entries).map(([key, value]) => `--${flag}=${key}=${value}`);
  const flags = [
    ...pairs('build-arg', given),
    ...pairs('label', labels),
    ...(target === undefined ? [] : [`--target=${target}`]),
  ];
  const args = [
    'build',
    '--format=docker',
    '--no-cache',
    '--pull=never',
    `--tag=${tag('plain', number)}`,
    ...flags,
  ];
  return run('podman', [...args, `--file=${join(folder, 'Containerfile')}`, join(folder, 'ctx')], {
    cwd: folder,
  });
}

function buildOurs(name, cases) {
  const folder = join(base, name);
  const services = cases.map(({ number, folder: own, options }) => [
    `case${number}`,
    {
      image: tag('ours', number),
      build: { context: join(own, 'ctx'), dockerfile: join(own, 'Containerfile'), ...options },
    },
  ]);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'compose.yaml'),
    JSON.stringify({ name, services: Object.fromEntries(services) }),
  );
  return buildProject(run, folder);
}

/** @returns {string | undefined} what is wrong */
function compare({ number }) {
  const { code, text } = run(compareImages, [tag('plain', number), tag('ours', number)]);
  return code === 0 ? undefined : text;
}

const first = Number(values.seed);
const counts = { equal: 0, refused: 0, different: 0 };
function tell(number, problem, kind) {
  counts[problem === undefined ? kind : 'different']++;
  if (problem === undefined) return;
  console.log(`case ${number}: ${problem.trim().slice(-3000).replaceAll('\n', '\n    ')}`);
  console.log(`    options: ${JSON.stringify(cases.find((one) => one.number === number).options)}`);
  console.log(
    `    ${readFileSync(join(base, String(number), 'Containerfile'), 'utf8').replaceAll('\n', '\n    ')}`,
  );
}

const cases = Array.from({ length: Number(values.count) }, (_, index) => makeCase(first + index));
const built = [];
for (const one of cases) {
  const plain = buildPlain(one);
  if (plain.code === 0) built.push(one);
  else {
    const isRefused = buildOurs(`refused${one.number}`, [one]).code !== 0;
    tell(one.number, isRefused ? undefined : `podman refuses it: ${plain.text.slice(-500)}`, 'refused');
  }
}
const ours = buildOurs('all', built);
for (const one of built) {
  const isThere = run('podman', ['image', 'exists', tag('ours', one.number)]).code === 0;
  tell(
    one.number,
    isThere ? compare(one) : `tscompose does not build it:\n${ours.text.slice(-2000)}`,
    'equal',
  );
}
const images = cases.flatMap(({ number }) => [tag('plain', number), tag('ours', number)]);
run('podman', ['rmi', '--force', '--ignore', ...images]);
if (values.keep) console.log(`kept in ${base}`);
else rmSync(base, { recursive: true, force: true });
console.log(
  `seed ${first}: ${counts.equal} equal, ${counts.refused} refused by both, ${counts.different} different (podman ${isNew ? 5 : 4})`,
);
process.exitCode = counts.different === 0 ? 0 : 1;
