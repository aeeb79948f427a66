// `config` of files with anchors and extends: tscompose against docker compose where it is installed, and against itself as files grow.
//   node bench/config.mjs [--runs N] [--sizes 1,1000,10000]
// Prints wall, CPU and peak memory (medians), the ratios, and whether they are within the bounds; exit code 1 when one is not.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measure, median } from './measure.mjs';

const bounds = { rival: 2, growth: 12, peakMb: 250 };
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    sizes: { type: 'string', default: '1,1000,10000' },
  },
});
const runs = Number(values.runs);
const sizes = values.sizes.split(',').map(Number);
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Services of which each is extended, merges an anchor, and has ports, volumes, networks, dependencies and labels. */
function projectText(count) {
  const services = Array.from(
    { length: count - 1 },
    (_, i) => `  app-${i}:
    <<: *common
    extends: { service: base }
    image: registry.example.com/app-${i}:\${TAG:-latest}
    environment:
      <<: *variables
      INDEX: "${i}"
    ports:
      - "${10_000 + (i % 50_000)}:80"
    volumes:
      - data-${i % 100}:/data
      - ./conf/${i}:/etc/app:ro
    networks: [front, back]
    depends_on: [base]
    labels:
      - "app.index=${i}"
`,
  );
  const volumes = Array.from({ length: 100 }, (_, i) => `  data-${i}: {}\n`);
  return `name: bench
x-common: &common
  restart: unless-stopped
  logging:
    driver: json-file
    options: { max-size: "10m", max-file: "3" }
  environment: &variables
    LOG_LEVEL: info
    REGION: \${REGION:-eu}
services:
  base:
    <<: *common
    image: registry.example.com/base:\${TAG:-latest}
    healthcheck: { test: ["CMD", "true"], interval: 10s }
${services.join('')}networks:
  front: {}
  back: {}
volumes:
${volumes.join('')}`;
}

/** docker compose as a plugin or on its own; undefined where there is none. */
function rival() {
  for (const command of [['docker', 'compose'], ['docker-compose']]) {
    try {
      execFileSync(command[0], [...command.slice(1), 'version'], { stdio: 'ignore' });
      return command;
    } catch {
      // Not installed, or without the plugin.
    }
  }
  return undefined;
}

async function cost(command, cwd) {
  const results = [];
  // The first run warms the disk and the code cache and does not count.
  for (let run = 0; run <= runs; run++) {
    const result = await measure({ command: [...command, '-f', 'compose.yaml', 'config'], cwd });
    if (result.code !== 0)
      throw new Error(`${command.join(' ')} ended with ${result.code}: ${result.stderr}`);
    if (run > 0) results.push(result);
  }
  const of = (key) => median(results.map((result) => result[key]));
  return { wall: of('wall'), cpu: of('cpu'), rss: of('rss') };
}

function show(name, size, { wall, cpu, rss }) {
  const columns = [
    name.padEnd(16),
    String(size).padStart(6),
    `${wall.toFixed(2)} s`.padStart(9),
    `${cpu.toFixed(2)} s`.padStart(9),
    `${rss.toFixed(0)} MB`.padStart(8),
  ];
  console.log(columns.join(' '));
}

if (!existsSync(cli)) throw new Error('dist/cli.js is missing: npm run bundle');
const folder = mkdtempSync(join(tmpdir(), 'tscompose-bench-'));
const failures = [];
function check(what, value, bound, unit) {
  const ok = value <= bound;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}: ${value.toFixed(2)}${unit} (at most ${bound}${unit})`);
  if (!ok) failures.push(what);
}

try {
  const other = rival();
  const own = new Map();
  const theirs = new Map();
  console.log(
    `${'tool'.padEnd(16)} ${'n'.padStart(6)} ${'wall'.padStart(9)} ${'cpu'.padStart(9)} ${'peak'.padStart(8)}`,
  );
  for (const size of sizes) {
    const cwd = join(folder, String(size));
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'compose.yaml'), projectText(size));
    own.set(size, await cost([process.execPath, cli], cwd));
    show('tscompose', size, own.get(size));
    if (!other || size > 1000) continue;
    theirs.set(size, await cost(other, cwd));
    show(other.join(' '), size, theirs.get(size));
  }
  console.log('');
  const [thousand, many] = [own.get(1000), own.get(10_000)];
  const rivalCost = theirs.get(1000);
  if (thousand && rivalCost)
    check('1 000 services, wall of docker compose', thousand.wall / rivalCost.wall, bounds.rival, 'x');
  else console.log('docker compose is not installed: no comparison');
  if (thousand && many) check('10 000 services, CPU of 1 000', many.cpu / thousand.cpu, bounds.growth, 'x');
  if (many) check('10 000 services, peak memory', many.rss, bounds.peakMb, ' MB');
} finally {
  rmSync(folder, { recursive: true });
}
if (failures.length > 0) process.exitCode = 1;
