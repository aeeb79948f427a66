import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import schema from '../../../compose.schema.json' with { type: 'json' };
// @ts-expect-error a script without types
import { generate } from '../../../scripts/generate-compose.mjs';

it('types, validator and table of keys follow from compose.schema.json (else: node scripts/generate-compose.mjs)', async () => {
  const files = (await generate()) as Record<string, string>;
  expect(Object.keys(files)).toEqual(['validator.ts', 'known-keys.ts', 'raw-types.ts']);
  for (const [name, text] of Object.entries(files)) {
    const kept = readFileSync(`src/compose/generated/${name}`, 'utf8');
    expect(kept === text, `src/compose/generated/${name} is up to date`).toBe(true);
  }
});

it('has a title and a description for each attribute, for editors to show', () => {
  const bare: string[] = [];
  for (const [path, property] of properties(schema, '#')) {
    const { title, description } = property as { title?: unknown; description?: unknown };
    const isText = (value: unknown): boolean => typeof value === 'string' && value.trim().length > 2;
    if (!isText(title) || !isText(description)) bare.push(path);
  }
  expect(bare).toEqual([]);
});

it('names what it is, so that "# yaml-language-server: $schema=" can use it', () => {
  expect(schema.$schema).toMatch(/^https?:\/\/json-schema\.org\/draft(?:-07|\/2019-09|\/2020-12)\/schema#?$/);
  expect(schema.type).toBe('object');
  expect(Object.keys(schema.properties).filter((key) => !key.startsWith('x-'))).toEqual(
    expect.arrayContaining([
      'name',
      'services',
      'networks',
      'volumes',
      'secrets',
      'configs',
      'include',
      'models',
    ]),
  );
});

function* properties(node: unknown, path: string): Generator<readonly [string, unknown]> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties' && typeof value === 'object' && value !== null)
      for (const [name, property] of Object.entries(value)) yield [`${path}/${name}`, property];
    yield* properties(value, `${path}/${key}`);
  }
}
