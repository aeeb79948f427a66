/**
 * Measures tscompose, each rival that is installed, and the engine's own limit, in turn on one engine; prints medians and ratios.
 *
 *   node bench/run.mjs [--sizes 1,5,20,50] [--shapes independent,chain,health] [--rounds 3] [--runtime crun] [--json FILE]
 *
 * Needs Podman, the busybox image and a built dist/. Judge ratios, never single times: the machine may be busy.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contenders, verbs } from './contenders.mjs';
import { measure, median, settled } from './measure.mjs';
import { composeFile, shapes } from './projects.mjs';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1,5,20,50' },
    shapes: { type: 'string', default: shapes.join(',') },
    rounds: { type: 'string', default: '3' },
    runtime: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const root = mkdtempSync(join(tmpdir(), 'tscompose-bench-'));
const socket = join(root, 'podman.sock');
const podmanArgs = values.runtime ? ['--runtime', values.runtime] : [];
const engine = spawn('podman', [...podmanArgs, 'system', 'service', '--time=0', `unix://${socket}`], {
  stdio: 'ignore',
});

function ping() {
  return new Promise((resolve) => {
    const request = http.get({ socketPath: socket, path: '/_ping' }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.headers));
    });
    request.on('error', () => resolve(undefined));
  });
}

async function waitForEngine() {
  for (let i = 0; i < 200; i++) {
    const headers = await ping();
    if (headers) return headers['libpod-api-version'];
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('podman system service did not answer');
}

/** The rivals wait for ever for a health check where no systemd timer runs it. */
function canWait(contender, shape) {
  if (shape !== 'health' || !contender.rival) return true;
  return existsSync('/run/systemd/system');
}

/** A rival that takes longer is left out: one of them never ends where services depend on each other in a long row. */
const patienceMs = 60_000;

/** One contender through all verbs on one project; a verb that fails ends its turn. @returns whether it came to the end */
async function turn(contender, project, results) {
  const cwd = join(root, `${project.name}`);
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, 'compose.yaml'), composeFile(project.name, project.shape, project.count));
  for (const verb of verbs) {
    const command = contender.command(verb, project);
    if (!command) continue;
    await settled();
    const result = await measure({ command, cwd, env: contender.env, timeoutMs: patienceMs });
    const key = `${project.shape}|${project.count}|${verb.name}|${contender.name}`;
    const row = results.get(key) ?? [];
    row.push(result.code === 0 ? result : { ...result, failed: true });
    results.set(key, row);
    if (result.code !== 0) {
      process.stderr.write(`${key}: exit ${result.code}: ${result.stderr.trim().split('\n').at(-1)}\n`);
      if (verb.name === 'config') return false;
      if (verb.name === 'up') {
        const command = contender.command(verbs.at(-1), project) ?? ['true'];
        await measure({ command, cwd, env: contender.env, timeoutMs: patienceMs });
        return false;
      }
    }
  }
  return true;
}

function summary(rows) {
  if (!rows || rows.some((row) => row.failed)) return undefined;
  return {
    wall: median(rows.map((r) => r.wall)),
    cpu: median(rows.map((r) => r.cpu)),
    rss: median(rows.map((r) => r.rss)),
  };
}

function print(results, names, projects) {
  const cell = (text, width) => String(text).padStart(width);
  for (const verb of verbs) {
    process.stdout.write(
      `\n${verb.name}: seconds of wall / client CPU / client MB, and tscompose's wall as a ratio of the other's\n`,
    );
    for (const { shape, count } of projects) {
      const get = (name) => summary(results.get(`${shape}|${count}|${verb.name}|${name}`));
      const own = get('tscompose');
      const columns = names.flatMap((name) => {
        const rows = results.get(`${shape}|${count}|${verb.name}|${name}`);
        if (!rows) return [];
        const s = get(name);
        if (!s) return [`${name} failed`];
        const ratio = own && name !== 'tscompose' ? ` (${(own.wall / s.wall).toFixed(2)})` : '';
        return [`${name} ${s.wall.toFixed(2)}/${s.cpu.toFixed(2)}/${s.rss.toFixed(0)}${ratio}`];
      });
      process.stdout.write(`  ${shape.padEnd(12)}${cell(count, 4)}  ${columns.join('   ')}\n`);
    }
  }
}

try {
  const version = await waitForEngine();
  process.stdout.write(
    `Podman ${version}, runtime ${values.runtime ?? 'default'}, node ${process.version}, ${rounds} rounds\n`,
  );
  const all = contenders(socket, podmanArgs).filter(
    (c) => !values.only || values.only.split(',').includes(c.name),
  );
  const projects = values.shapes
    .split(',')
    .flatMap((shape) => values.sizes.split(',').map((n) => ({ shape, count: Number(n) })));
  const results = new Map();
  for (const { shape, count } of projects) {
    const out = new Set();
    for (let round = 0; round < rounds; round++) {
      // In turn, so that a drift of the machine's speed meets everybody.
      for (const [index, contender] of all.entries()) {
        if (out.has(contender) || !canWait(contender, shape)) continue;
        const name = `bench${process.pid}${shape[0]}${count}r${round}c${index}`;
        if (!(await turn(contender, { name, shape, count }, results))) out.add(contender);
      }
    }
  }
  print(
    results,
    all.map((c) => c.name),
    projects,
  );
  if (values.json)
    writeFileSync(
      values.json,
      JSON.stringify(
        [...results].map(([key, rows]) => ({ key, rows })),
        null,
        1,
      ),
    );
} finally {
  engine.kill('SIGTERM');
  rmSync(root, { recursive: true, force: true });
}
