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
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandsIn, root } from './build-commands.mjs';
import { Choices } from './random-builds/choices.mjs';
import { changeProject, makeProject, writeProject } from './random-ups/project.mjs';
import { differences, snapshot } from './random-ups/snapshot.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    count: { type: 'string', default: '20' },
    keep: { type: 'boolean' },
  },
});
const base = mkdtempSync(join(tmpdir(), 'tscompose-random-ups-'));
const run = commandsIn(base);
const name = `random-ups-${process.pid}`;
const command = [process.execPath, join(root, 'dist/cli.js'), '--progress', 'plain'];

function tscompose(folder, env, ...args) {
  const [program, ...rest] = [...command, ...args];
  return run(program, rest, { cwd: folder, env });
}

function killedUp(folder, env, milliseconds) {
  const [program, ...rest] = [...command, ...up];
  spawnSync(program, rest, {
    cwd: folder,
    env: { ...process.env, ...env },
    timeout: milliseconds,
    killSignal: 'SIGKILL',
    stdio: 'ignore',
  });
}

const up = ['up', '--detach', '--timeout', '0', '--remove-orphans'];
const down = ['down', '--volumes', '--timeout', '0', '--remove-orphans'];

/** @returns {{ kind: 'equal' | 'refused' | 'different', problems: string[] }} */
function check(number, folder) {
  const choices = new Choices(number);
  const before = makeProject(choices);
  const firstEnv = writeProject(choices, folder, { name, ...before });
  if (tscompose(folder, firstEnv, ...up).code !== 0) return { kind: 'refused', problems: [] };
  const env = writeProject(choices, folder, { name, ...changeProject(choices, before) });
  const milliseconds = choices.between(100, 2500);
  if (choices.chance(0.5)) killedUp(folder, env, milliseconds);
  const changed = tscompose(folder, env, ...up);
  const there = snapshot(run, name);
  const plan = tscompose(folder, env, 'plan');
  const left = [tscompose(folder, env, ...down), ...leftOvers()];
  const fresh = tscompose(folder, env, ...up);
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
    const list = ['ls', '--quiet', ...all, `--filter=label=com.docker.compose.project=${name}`];
    const [program, args] = kind === 'pod' ? ['pod', ['ps', ...list.slice(1)]] : [kind, list];
    const { text } = run('podman', [program, ...args]);
    return { code: text.trim() === '' ? 0 : 1, text: `${kind}: ${text}` };
  });
}

const counts = { equal: 0, refused: 0, different: 0 };
const first = Number(values.seed);
for (let number = first; number < first + Number(values.count); number++) {
  const folder = join(base, String(number));
  mkdirSync(folder);
  const { kind, problems } = check(number, folder);
  counts[kind]++;
  if (problems.length > 0) {
    console.log(`case ${number}: ${problems.join('\n').replaceAll('\n', '\n    ')}`);
    console.log(`    ${readFileSync(join(folder, 'compose.yaml'), 'utf8').replaceAll('\n', '\n    ')}`);
  }
  tscompose(folder, {}, ...down);
}
if (values.keep) console.log(`kept in ${base}`);
else rmSync(base, { recursive: true, force: true });
console.log(`seed ${first}: ${counts.equal} equal, ${counts.refused} refused, ${counts.different} different`);
process.exitCode = counts.different === 0 ? 0 : 1;
