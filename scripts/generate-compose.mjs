// Makes everything that follows from compose.schema.json: the validator (no ajv at run time), the table of known keys, the raw types.
//   node scripts/generate-compose.mjs          writes src/compose/generated
//   import { generate } from ...               gives the texts, for the test that they are in step
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import Ajv, { _ } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}src/compose/generated`;
const note = '// Generated from compose.schema.json by scripts/generate-compose.mjs. Do not edit.\n';

/** @returns file name -> text */
export async function generate() {
  const schema = JSON.parse(readFileSync(`${root}compose.schema.json`, 'utf8'));
  return {
    'validator.ts': await validatorText(schema),
    'known-keys.ts': keysText(schema),
    'raw-types.ts': await typesText(schema),
  };
}

function uniqueItemsKeyword() {
  return {
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: {
      message: 'has an item twice',
      params: ({ params }) => _`{i: ${params.pair}[1], j: ${params.pair}[0]}`,
    },
    code(cxt) {
      if (!cxt.schema) return;
      const { gen, data } = cxt;
      const find = gen.scopeValue('func', {
        key: 'repeatedItem',
        ref: () => undefined,
        code: _`require("./scripts/unique-items.mjs").repeatedItem`,
      });
      const pair = gen.const('pair', _`${find}(${data})`);
      cxt.setParams({ pair });
      cxt.fail(pair);
    },
  };
}

async function validatorText(schema) {
  const ajv = new Ajv.default({
    allErrors: true,
    strict: false,
    inlineRefs: false,
    messages: false,
    validateSchema: true,
    unicodeRegExp: false,
    code: { source: true, esm: true },
  });
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword(uniqueItemsKeyword());
  const source = withoutSchemas(standalone.default(ajv, ajv.compile(schema)));
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
  });
  const code = outputFiles[0].text;
  return `// @ts-nocheck\n${note}${code}`;
}

/**
 * The compiled code keeps every schema beside it and looks into them for some constants. Making those objects is a good part of a short
 * command's time: the constants are put where they are used, and of attributes only the names stay.
 */
function withoutSchemas(source) {
  const schemas = {};
  let rest = source;
  const declaration = /const (schema\d+) = \{/;
  for (let at = declaration.exec(rest); at; at = declaration.exec(rest)) {
    const start = at.index + at[0].length - 1;
    const end = endOfObject(rest, start);
    schemas[at[1]] = JSON.parse(rest.slice(start, end));
    rest = rest.slice(0, at.index) + rest.slice(end + 1);
  }
  const names = [];
  const step = String.raw`\.[A-Za-z_$][\w$]*|\["(?:[^"\\]|\\.)*"\]|\[\d+\]`;
  rest = rest.replaceAll(new RegExp(`\\b(schema\\d+)((?:${step})+)`, 'g'), (_all, name, path) => {
    let value = schemas[name];
    for (const [part] of path.matchAll(new RegExp(step, 'g')))
      value = value[part.startsWith('.') ? part.slice(1) : JSON.parse(part)[0]];
    if (!path.endsWith('.properties')) return JSON.stringify(value);
    names.push(JSON.stringify(Object.fromEntries(Object.keys(value).map((key) => [key, 0]))));
    return `names${names.length - 1}`;
  });
  const left = /.{20}\bschema\d+\b.{20}/.exec(rest);
  if (left) throw new Error(`the validator uses a schema in a way that is not known: ${left[0]}`);
  const tables = names.map((text, index) => `const names${index} = ${text};`);
  return rest.replace('"use strict";', `"use strict";${tables.join('')}`);
}

/** @returns the offset after the object that starts at `start` */
function endOfObject(text, start) {
  let depth = 0;
  const token = /"(?:[^"\\]|\\.)*"|[{}]/g;
  token.lastIndex = start;
  for (const { 0: found, index } of text.matchAll(token)) {
    if (found === '{') depth++;
    if (found === '}' && --depth === 0) return index + 1;
  }
  throw new Error('an object of the validator does not end');
}

/** Place in a compose file ("services.*.healthcheck") -> the attributes that it may have, for "did you mean". */
function keysText(schema) {
  const table = {};
  const visit = (written, path) => {
    const node = written?.$ref ? { ...schema.$defs[written.$ref.replace('#/$defs/', '')] } : written;
    if (node === null || typeof node !== 'object') return;
    const below = (key) => (path === '' ? key : `${path}.${key}`);
    if (node.properties)
      table[path] = [...new Set([...(table[path] ?? []), ...Object.keys(node.properties)])];
    for (const [key, value] of Object.entries(node.properties ?? {})) visit(value, below(key));
    for (const [pattern, value] of Object.entries(node.patternProperties ?? {}))
      if (pattern !== '^x-') visit(value, below('*'));
    for (const inner of [node.items, node.additionalProperties]) visit(inner, below('*'));
    for (const way of [...(node.oneOf ?? []), ...(node.anyOf ?? []), ...(node.allOf ?? [])]) visit(way, path);
  };
  visit(schema, '');
  const text = JSON.stringify(table, null, 2);
  return `${note}export const knownKeys: Readonly<Record<string, readonly string[]>> = ${text};\n`;
}

/** Titles are for editors; as type names they would give each attribute a type of its own. */
function withoutTitles(node, depth = 0) {
  if (Array.isArray(node)) return node.map((item) => withoutTitles(item, depth));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !(key === 'title' && typeof value === 'string'))
      .map(([key, value]) => [key, withoutTitles(value, depth + 1)]),
  );
}

async function typesText(schema) {
  const plain = withoutTitles(schema);
  const text = await compile({ ...plain, title: 'RawCompose' }, 'RawCompose', {
    bannerComment: note.trim(),
    additionalProperties: false,
    unreachableDefinitions: false,
    format: false,
  });
  return text;
}

if (
  process.argv[1] &&
  createRequire(import.meta.url).resolve(process.argv[1]) === fileURLToPath(import.meta.url)
) {
  for (const [name, text] of Object.entries(await generate())) writeFileSync(`${folder}/${name}`, text);
}
