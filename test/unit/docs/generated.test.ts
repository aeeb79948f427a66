import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
// @ts-expect-error a script without types
import { generate } from '../../../scripts/generate-docs.mjs';

it('docs/support.md and docs/errors.md say what the tables say (else: node scripts/generate-docs.mjs)', async () => {
  const pages = (await generate()) as Record<string, string>;
  expect(Object.keys(pages)).toEqual(['support.md', 'errors.md']);
  for (const [name, text] of Object.entries(pages)) expect(readFileSync(`docs/${name}`, 'utf8')).toBe(text);
});
