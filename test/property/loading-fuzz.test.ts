import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ComposeError } from '../../src/base/errors.ts';
import { load } from '../support/load-text.ts';

const runs = 10_000;
const seed = Number(process.env['TSCOMPOSE_FUZZ_SEED'] ?? Date.now() % 1_000_000_007);

/** The examples, as they are. */
const real: readonly string[] = readdirSync('examples', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => readFileSync(join('examples', entry.name, 'compose.yaml'), 'utf8'));

/** Small files that use much of the language; mutations of small texts go deep more often than those of large ones. */
const small: readonly string[] = [
  'x-a: &a\n  restart: always\n  labels: [a=b]\nservices:\n  web:\n    <<: *a\n    extends: {service: base}\n    image: "x:${TAG:-1}"\n  base: {build: {context: ., args: {A: }}, ports: ["80-82:90-92/udp"]}\n',
  'services:\n  a:\n    image: x\n    command: >\n      sh -c "a b"\n    healthcheck: {test: [CMD, a], interval: 1m30s, retries: 3}\n    volumes: ["v:/v:ro", "./a:/b", {type: tmpfs, target: /t, tmpfs: {size: 1m}}]\nvolumes: {v: {driver: local}}\n',
  'include:\n  - other.yaml\nname: n\nservices:\n  a:\n    image: x\n    depends_on: {b: {condition: service_healthy, required: false}}\n    networks: {n: {aliases: [q], ipv4_address: 10.0.0.2}}\n    secrets: [s]\n    configs: [{source: c, mode: 0440}]\n    env_file: [{path: e, required: false}]\n  b: {image: y, profiles: [p], ulimits: {nofile: {soft: 1, hard: 2}}, gpus: all}\nnetworks: {n: {ipam: {config: [{subnet: 10.0.0.0/24}]}}}\nsecrets: {s: {environment: S}}\nconfigs: {c: {content: "$$a ${B?no}"}}\n',
  'services:\n  a: {image: !reset null, ports: !override ["1:2"], deploy: {resources: {limits: {cpus: "0.5", memory: 64M}}}}\n---\nservices:\n  a: {image: z, expose: [1, "2-3"], extra_hosts: ["a=1.2.3.4"], sysctls: [a=1], tmpfs: /t}\n',
];

const other = 'services:\n  c: {image: z}\n';

/** Pieces that mean something somewhere. */
const pieces = [
  ...'{}[]:,-?&*!|>%@`"\'#$=~\\\t\n\r \0\ufeff\u2028',
  ': ',
  '- ',
  '\n  ',
  '&a ',
  '*a',
  '<<: ',
  '${',
  '${A:-',
  '}',
  '$$',
  '!reset ',
  '!override ',
  '!!str ',
  '!!binary ',
  '---\n',
  '...\n',
  '? ',
  'null',
  '-1',
  '1e999',
  '0x',
  '99999999999999999999',
  '.nan',
  '2001-01-01',
  '__proto__',
  'constructor',
  'x-',
  'extends: a\n',
  'service:',
  '../',
  '\u001b[2J',
  '\ud800',
];

/** A small generator of numbers (mulberry32): the same seed gives the same run everywhere. */
function random(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function pick(next: (below: number) => number): string {
  const list = next(5) === 0 ? real : small;
  return list[next(list.length)] ?? '';
}

function mutate(text: string, next: (below: number) => number): string {
  const at = next(text.length + 1);
  const to = Math.min(text.length, at + 1 + next(12));
  const piece = pieces[next(pieces.length)] ?? '';
  switch (next(6)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, at) + piece + text.slice(at);
    case 2:
      return text.slice(0, at) + piece + text.slice(to);
    case 3:
      return text.slice(0, at) + text.slice(at, to).repeat(1 + next(4)) + text.slice(to);
    case 4:
      return moveLine(text, next);
    default: {
      const from = pick(next);
      const start = next(from.length + 1);
      return text.slice(0, at) + from.slice(start, start + next(80)) + text.slice(to);
    }
  }
}

/** Puts a line elsewhere, with another indentation. */
function moveLine(text: string, next: (below: number) => number): string {
  const lines = text.split('\n');
  const [line = ''] = lines.splice(next(lines.length), 1);
  lines.splice(next(lines.length + 1), 0, ' '.repeat(next(8)) + line.trimStart());
  return lines.join('\n');
}

it(`${runs} broken files: loading gives a project or diagnostics, nothing else (TSCOMPOSE_FUZZ_SEED=${seed})`, () => {
  const next = random(seed);
  let loaded = 0;
  for (let run = 0; run < runs; run++) {
    let text = pick(next);
    for (let count = 1 + next(4); count > 0; count--) text = mutate(text, next);
    try {
      load({ '/p/compose.yaml': text, '/p/other.yaml': other, '/p/e': 'A=b\n' }, { env: { S: 's' } });
      loaded += 1;
    } catch (error) {
      expectDiagnostics(error, text);
    }
  }
  expect(loaded).toBeGreaterThan(runs / 100);
  expect(loaded).toBeLessThan(runs);
}, 600_000);

function expectDiagnostics(error: unknown, text: string): void {
  const isDiagnosed =
    error instanceof ComposeError &&
    error.code !== 'E_INTERNAL' &&
    error.exitCode === 3 &&
    error.diagnostics.every(
      ({ message }) =>
        message !== '' &&
        !/undefined\b(?! (?:service|network|volume|secret|config|model))|\[object/.test(message),
    );
  if (!isDiagnosed)
    throw new Error(`seed ${seed} made loading fail with ${String(error)} for\n${JSON.stringify(text)}`, {
      cause: error,
    });
}
