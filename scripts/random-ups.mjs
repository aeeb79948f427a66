#!/usr/bin/env node
/**
 * Brings projects made at random up, changes them at random and brings them up again: what is there then must be what a first `up`
 * of the changed project makes, and the next plan must be empty. In every other case the changing `up` is killed at some moment, and
 * the next one has to make it right.
 *
 *     scripts/random-ups.mjs [--seed N] [--count N] [--keep]
 *
 * A case is decided by its number alone: --seed 17 --count 1 makes case 17 again. Ends with 1 when anything differs.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsIn, tscompose } from './build-commands.mjs';
import { Choices } from './choices.mjs';
import { randomCases, tellCase } from './random-cases.mjs';
import { changeProject, makeProject, writeProject } from './random-ups/project.mjs';
import { differences, snapshot } from './random-ups/snapshot.mjs';

const { base, numbers, end } = randomCases('random-ups');
const run = commandsIn(base);
const name = `random-ups-${process.pid}`;
const up = ['up', '--detach', '--timeout', '0', '--remove-orphans'];
const down = ['down', '--volumes', '--timeout', '0', '--remove-orphans'];

/** @returns {{ kind: 'equal' | 'refused' | 'different', problems: string[] }} */
function check(number, folder) {
  const choices = new Choices(number);
  const before = makeProject(choices);
  const first = { cwd: folder, env: writeProject(choices, folder, { name, ...before }) };
  if (tscompose(run, up, first).code !== 0) return { kind: 'refused', problems: [] };
  const env = writeProject(choices, folder, { name, ...changeProject(choices, before) });
  const inFolder = { cwd: folder, env };
  const killAfterMs = choices.between(100, 2500);
  if (choices.chance(0.5)) tscompose(run, up, { ...inFolder, killAfterMs });
  const changed = tscompose(run, up, inFolder);
  const there = snapshot(run, name);
  const plan = tscompose(run, ['plan'], inFolder);
  const left = [tscompose(run, down, inFolder), ...leftOvers()];
  const fresh = tscompose(run, up, inFolder);
  if (changed.code !== 0 && fresh.code !== 0) return { kind: 'refused', problems: [] };
  const problems = [
    ...(changed.code === 0 ? [] : [`only the change is refused: ${changed.text.slice(-1500)}`]),
    ...(fresh.code === 0 ? [] : [`only the first up is refused: ${fresh.text.slice(-1500)}`]),
    ...(/^nothing to do/m.test(plan.text) ? [] : [`the next plan is not empty: ${plan.text.slice(0, 1500)}`]),
    ...left.flatMap(({ code, text }) => (code === 0 ? [] : [`after down: ${text.slice(-500)}`])),
    ...differences(there, snapshot(run, name)),
  ];
  return { kind: problems.length === 0 ? 'equal' : 'different', problems };
}

/** What `down --volumes` has left of the project. */
function leftOvers() {
  return ['container', 'pod', 'volume', 'network'].map((kind) => {
    const all = kind === 'container' ? ['--all'] : [];
    const filter = `--filter=label=com.docker.compose.project=${name}`;
    const { text } = run('podman', [kind, 'ls', '--quiet', ...all, filter]);
    return { code: text.trim() === '' ? 0 : 1, text: `${kind}: ${text}` };
  });
}

const counts = { equal: 0, refused: 0, different: 0 };
for (const number of numbers) {
  const folder = join(base, String(number));
  mkdirSync(folder);
  const { kind, problems } = check(number, folder);
  counts[kind]++;
  if (problems.length > 0) tellCase(number, ...problems, readFileSync(join(folder, 'compose.yaml'), 'utf8'));
  tscompose(run, down, { cwd: folder });
}
end(counts, `${counts.equal} equal, ${counts.refused} refused, ${counts.different} different`);
