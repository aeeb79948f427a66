/**
 * Measures building: tscompose, its rivals, and plain `podman build` in sequence and all at once, on projects whose services share a prefix.
 *
 *   node bench/build.mjs [--sizes 4,12] [--shapes short,usual] [--files 30] [--rounds 1] [--json FILE] [--only NAME]
 *
 * short: nine instructions, of which the first four are everybody's. usual: the same with what most files have besides: first the
 * manifest and a command that installs what it asks for, then the source and a command that builds it.
 *
 * cold: nothing was built; edited: one source file of one service changed; unchanged: again, tscompose several times and in turn with
 * bare node. The critical path is the longest chain of steps of tscompose's own cold build, by its trace. Needs Podman, the busybox
 * image and a built dist/. Judge ratios within one run, never single times: the machine may be busy.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contenders } from './contenders.mjs';
import { measure, median } from './measure.mjs';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '4,12' },
    shapes: { type: 'string', default: 'short,usual' },
    files: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const root = mkdtempSync(join(tmpdir(), 'tscompose-bench-build-'));
const socket = join(root, 'podman.sock');
const engine = spawn('podman', ['system', 'service', '--time=0', `unix://${socket}`], { stdio: 'ignore' });

function ping() {
  return new Promise((resolve) => {
    const request = http.get({ socketPath: socket, path: '/_ping' }, (response) => {
      response.resume();
      response.on('end', () => resolve(true));
    });
    request.on('error', () => resolve(false));
  });
}

async function waitForEngine() {
  for (let i = 0; i < 600; i++) {
    if (await ping()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('podman system service did not answer');
}

const serviceNames = (count) => Array.from({ length: count }, (_, index) => `s${index + 1}`);

/** The first two RUNs are everybody's; `salt` makes the project one that no builder has seen. */
function containerfile(service, { shape, salt }) {
  const manifest = shape === 'usual' ? [`COPY ${service}/f1.txt manifest`, 'RUN cp manifest /installed'] : [];
  const port = shape === 'usual' ? ['EXPOSE 8080'] : [];
  return [
    'FROM docker.io/library/busybox:latest',
    'ENV APP=bench',
    `RUN sleep 2; echo ${salt} > /prefix`,
    'RUN echo packages > /packages',
    'WORKDIR /app',
    ...manifest,
    `COPY ${service} .`,
    'RUN ls | wc -l > /count',
    ...port,
    `LABEL service=${service}`,
    'CMD ["sleep", "1000"]',
    '',
  ].join('\n');
}

function makeProject(name, { shape, count }) {
  const cwd = join(root, name);
  for (const service of serviceNames(count)) {
    mkdirSync(join(cwd, service), { recursive: true });
    writeFileSync(join(cwd, `${service}.Containerfile`), containerfile(service, { shape, salt: name }));
    for (let file = 0; file < Number(values.files); file++)
      writeFileSync(join(cwd, service, `f${file}.txt`), `${service} ${file}\n`.repeat(50));
  }
  const services = serviceNames(count).map(
    (service) => `  ${service}: { build: { context: ., dockerfile: ${service}.Containerfile } }`,
  );
  writeFileSync(join(cwd, 'compose.yaml'), `name: ${name}\nservices:\n${services.join('\n')}\n`);
  return cwd;
}

/** One `podman build` for each service, as a script would. */
function podmanBuilds(name, count, how) {
  const one = (service) => `podman build -q -t ${name}-${service} -f ${service}.Containerfile .`;
  const lines = serviceNames(count).map(one);
  return ['sh', '-ec', how === 'sequence' ? lines.join('\n') : `${lines.join(' &\n')} &\nwait`];
}

const plain = ['sequence', 'parallel'].map((how) => ({
  name: `podman build, in ${how}`,
  rival: true,
  env: {},
  build: (name, count) => podmanBuilds(name, count, how),
}));
/** Where tscompose writes what ran when. */
const trace = join(root, 'trace.json');

function buildArguments({ rival }, state) {
  return rival || state !== 'cold' ? ['build'] : ['build', '--trace', trace];
}

/** Seconds of the longest chain of steps, each as long as it took. */
function criticalPath() {
  const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8'));
  const byId = new Map(traceEvents.map((event) => [event.args.id, event]));
  const ends = new Map();
  const endOf = (id) => {
    const event = byId.get(id);
    if (!event) return 0;
    if (!ends.has(id)) ends.set(id, event.dur / 1e6 + Math.max(0, ...event.args.needs.map(endOf)));
    return ends.get(id);
  };
  return Math.max(0, ...[...byId.keys()].map(endOf));
}

const composers = contenders(socket, [])
  .filter(({ name }) => name !== 'engine limit' && name !== 'bare node')
  .map((one) => ({
    ...one,
    build: (_name, _count, state) => one.command({ args: buildArguments(one, state) }),
  }));
const all = [...composers, ...plain].filter(({ name }) => !values.only || name === values.only);

const results = [];
/** Runs of node alone. */
const bare = [];
/** Cold builds of tscompose and their critical paths, in seconds. */
const paths = [];

async function turn(contender, { shape, count }, round) {
  const name = `bench-${process.pid}-${shape}-${count}-${round}-${all.indexOf(contender)}`;
  const cwd = makeProject(name, { shape, count });
  const env = { ...contender.env, XDG_CACHE_HOME: join(root, 'cache') };
  const states = {
    cold: () => {},
    edited: () => writeFileSync(join(cwd, `s${Math.min(2, count)}`, 'f0.txt'), `edited ${round}\n`),
    unchanged: () => {},
  };
  for (const [state, prepare] of Object.entries(states)) {
    prepare();
    const times = state === 'unchanged' && !contender.rival ? 5 : 1;
    for (let time = 0; time < times; time++) {
      if (times > 1) bare.push(await measure({ command: ['node', '-e', '0'], cwd: root }));
      const { code, wall, cpu, stderr } = await measure({
        command: contender.build(name, count, state),
        cwd,
        env,
      });
      const project = titleOf({ shape, count });
      results.push({ project, contender: contender.name, state, code, wall, cpu });
      const verdict = code === 0 ? '' : `  FAILED ${code}: ${stderr.trim().split('\n').at(-1)}`;
      console.log(
        `${project}  ${state.padEnd(10)} ${contender.name.padEnd(28)} ${wall.toFixed(2)} s${verdict}`,
      );
      if (state === 'cold' && !contender.rival && code === 0)
        paths.push({ project, wall, path: criticalPath() });
    }
  }
  const images = serviceNames(count).flatMap((service) => [`${name}-${service}`, `${name}_${service}`]);
  await measure({ command: ['podman', 'rmi', '--force', '--ignore', ...images], cwd });
}

function titleOf({ shape, count }) {
  return `${shape}, ${count} services`;
}

/** Medians, and of what is unchanged the least; what failed is left out. */
function timeOf(name, project, state) {
  const walls = results
    .filter(
      (one) => one.contender === name && one.project === project && one.state === state && one.code === 0,
    )
    .map(({ wall }) => wall);
  if (walls.length === 0) return undefined;
  return state === 'unchanged' ? Math.min(...walls) : median(walls);
}

function tellRatios(project, floor) {
  const unchanged = timeOf('tscompose', project, 'unchanged');
  if (unchanged !== undefined && floor !== undefined)
    console.log(`${project}  unchanged ${(unchanged - floor).toFixed(3)} s above bare node`);
  for (const state of ['cold', 'edited', 'unchanged']) {
    const own = timeOf('tscompose', project, state);
    const rivals = all
      .filter(({ rival }) => rival)
      .map(({ name }) => ({ name, wall: timeOf(name, project, state) }))
      .filter(({ wall }) => wall !== undefined)
      .sort((a, b) => a.wall - b.wall);
    const best = rivals[0];
    if (own === undefined || !best) continue;
    console.log(
      `${project}  ${state.padEnd(10)} tscompose ${own.toFixed(2)} s; best rival (${best.name}) ${best.wall.toFixed(2)} s: 1/${(best.wall / own).toFixed(1)}`,
    );
  }
}

async function main() {
  await waitForEngine();
  const projects = values.shapes
    .split(',')
    .flatMap((shape) => values.sizes.split(',').map((count) => ({ shape, count: Number(count) })));
  for (let round = 1; round <= Number(values.rounds); round++)
    for (const project of projects) for (const contender of all) await turn(contender, project, round);
  const floor = bare.length === 0 ? undefined : Math.min(...bare.map(({ wall }) => wall));
  if (floor !== undefined) console.log(`\nbare node ${floor.toFixed(3)} s`);
  for (const { project, wall, path } of paths)
    console.log(
      `${project}  cold ${wall.toFixed(2)} s is ${(wall / path).toFixed(2)} of its critical path of ${path.toFixed(2)} s`,
    );
  for (const project of projects.map(titleOf)) tellRatios(project, floor);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
}

try {
  await main();
} finally {
  engine.kill();
  rmSync(root, { recursive: true, force: true });
}
