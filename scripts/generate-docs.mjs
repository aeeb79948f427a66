// Makes the pages of docs/ that follow from tables in the source: what becomes of each attribute, and the codes of errors.
//   node scripts/generate-docs.mjs          writes them
//   import { generate } from ...            gives the texts, for the test that they are in step
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const note = '<!-- Made by scripts/generate-docs.mjs. Do not edit. -->\n';

/** @returns file name -> text */
export async function generate() {
  const { sections } = await load('src/plan/support/sections.ts');
  const { codes } = await load('src/base/codes.ts');
  return { 'support.md': supportPage(sections), 'errors.md': errorsPage(codes) };
}

/** TypeScript, as a module. */
async function load(path) {
  const { outputFiles } = await build({
    entryPoints: [`${root}${path}`],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}

const carriers = {
  build: 'image build',
  'command line': 'command line',
  container: 'container',
  'health checks': 'health checks',
  images: 'images',
  loader: 'loader',
  network: 'network',
  planner: 'plan',
  pod: 'pod or container',
  secret: 'secret',
  volume: 'volume',
};

function supportPage(sections) {
  const tables = sections.map(
    ({ title, fields }) =>
      `## ${title}\n\n| attribute | carried out by | how |\n|---|---|---|\n${rows(fields)}`,
  );
  return `${note}
# What becomes of each attribute

Every attribute of the Compose Specification is either carried out, or said to be without effect: nothing is ignored silently.
**Refused** attributes change what a container may do, what happens to its data or how it is reached, so \`up\` stops with an error before it
touches anything. Attributes that **warn** have no effect with Podman and are printed with their line; \`--strict\` makes errors of
them, also in \`tscompose config --strict\`. Names in code style are fields of Podman's API.

${tables.join('\n')}`;
}

function rows(fields) {
  return Object.entries(fields)
    .map(([name, disposition]) => `| \`${name}\` | ${cells(disposition)} |\n`)
    .join('');
}

function cells(disposition) {
  if (!('by' in disposition)) return `${verdict(disposition)} | ${reason(disposition)}`;
  const { by, as, note: remark, except } = disposition;
  const api = /^[\w.]+(?:, [\w.]+)*$/.test(as) && /[_.]|^[a-z]+$/i.test(as);
  const how = api
    ? as
        .split(', ')
        .map((field) => `\`${field}\``)
        .join(', ')
    : as;
  const more = [
    ...(remark ? [remark] : []),
    ...(except ? [`${verdict(except)} for ${except.values}: ${reason(except)}`] : []),
  ];
  return `${carriers[by]} | ${[how, ...more].join('; ')}`;
}

function verdict({ unsupported }) {
  return unsupported === 'error' ? '**refused**' : '**warns**';
}

function reason({ why, hint }) {
  return hint ? `${why} (${hint})` : why;
}

const groups = [
  [3, 'The compose file is wrong'],
  [2, 'The command line is wrong'],
  [1, 'Something failed while it was done'],
  [4, 'The engine'],
  [5, 'The lock'],
  [6, 'Health'],
  [0, 'Warnings: the command goes on'],
];

function errorsPage(codes) {
  const tables = groups.map(([exit, title]) => {
    const lines = Object.entries(codes)
      .filter(([, code]) => code.exit === exit)
      .map(([name, code]) => `| \`${name}\` | ${code.title} |\n`);
    return `## ${title} (exit code ${exit})\n\n| code | meaning |\n|---|---|\n${lines.join('')}`;
  });
  return `${note}
# Error codes

A diagnostic looks like this; with \`--format json\` (of \`config\`) and \`--progress json\` it is one JSON object a line, with the same code.

    compose.yaml:12:7: error E_UNDEFINED: service "web" depends on undefined service "dbb"
       12 |       dbb:
          |       ^^^
      hint: did you mean "db"?

Codes are stable: scripts may match on them. The exit code is that of the first error. Exit codes 130 and 143 are signals; \`run\`, \`exec\`,
\`wait\` and \`up --exit-code-from\` pass the container's own. With \`--strict\` the warnings about compose files and Containerfiles are errors (exit code 3).

${tables.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(`${root}docs`, { recursive: true });
  for (const [name, text] of Object.entries(await generate())) writeFileSync(`${root}docs/${name}`, text);
}
