#!/usr/bin/env node
/**
 * Builds Containerfiles made at random with `podman build --format docker` and with `tscompose build`, and compares the images.
 *
 *     scripts/random-builds.mjs [--seed N] [--count N] [--keep]
 *
 * tscompose builds all of them as one project, so that they share what they can. What podman refuses, tscompose has to refuse.
 * A case is decided by its number alone: --seed 17 --count 1 makes case 17 again. Ends with 1 when anything differs.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsIn, compareImages, podmanBuild, podmanMajor, tscompose } from './build-commands.mjs';
import { Choices } from './choices.mjs';
import { makeContainerfile, makeOptions } from './random-builds/containerfile.mjs';
import { makeContext } from './random-builds/context.mjs';
import { randomCases, tellCase } from './random-cases.mjs';

const { base, numbers, end } = randomCases('random-builds');
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
  const file = join(folder, 'Containerfile');
  const [program, ...args] = podmanBuild({
    file,
    context: join(folder, 'ctx'),
    image: tag('plain', number),
    flags,
  });
  return run(program, args, { cwd: folder });
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
  return tscompose(run, ['build'], { cwd: folder });
}

/** @returns {string | undefined} what is wrong */
function compare({ number }) {
  const { code, text } = run(compareImages, [tag('plain', number), tag('ours', number)]);
  return code === 0 ? undefined : text;
}

const counts = { equal: 0, refused: 0, different: 0 };
function tell({ number, folder, options }, problem, kind) {
  counts[problem === undefined ? kind : 'different']++;
  if (problem === undefined) return;
  const file = readFileSync(join(folder, 'Containerfile'), 'utf8');
  tellCase(number, problem.trim().slice(-3000), `options: ${JSON.stringify(options)}`, file);
}

const cases = numbers.map(makeCase);
const built = [];
for (const one of cases) {
  const plain = buildPlain(one);
  if (plain.code === 0) built.push(one);
  else {
    const isRefused = buildOurs(`refused${one.number}`, [one]).code !== 0;
    tell(one, isRefused ? undefined : `podman refuses it: ${plain.text.slice(-500)}`, 'refused');
  }
}
const ours = buildOurs('all', built);
for (const one of built) {
  const isThere = run('podman', ['image', 'exists', tag('ours', one.number)]).code === 0;
  tell(one, isThere ? compare(one) : `tscompose does not build it:\n${ours.text.slice(-2000)}`, 'equal');
}
const images = cases.flatMap(({ number }) => [tag('plain', number), tag('ours', number)]);
run('podman', ['rmi', '--force', '--ignore', ...images]);
end(
  counts,
  `${counts.equal} equal, ${counts.refused} refused by both, ${counts.different} different (podman ${isNew ? 5 : 4})`,
);
