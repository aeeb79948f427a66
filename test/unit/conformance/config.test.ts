/** The recorded cases: what docker compose answered is what we answer, deviations apart, each with its reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deviations } from '../../conformance/deviations.ts';
import { type Case, comparable, expected, runCase } from '../../conformance/run-case.ts';

const folder = new URL('../../conformance/cases/', import.meta.url);

const groups = readdirSync(folder).map((file): [string, [string, Case][]] => [
  file.replace('.json', ''),
  Object.entries(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, Case>),
]);

describe.each(groups)('%s', (_group, cases) => {
  test.each(cases)('%s', async (name, given) => {
    const answer = await runCase(given);
    const reason = deviations[name];
    const same =
      given.error === true
        ? answer.code !== 0
        : answer.code === 0 &&
          JSON.stringify(sorted(comparable(given, answer.stdout))) ===
            JSON.stringify(sorted(expected(given)));
    if (reason !== undefined) {
      expect(same, `no deviation any more: ${reason}`).toBe(false);
      return;
    }
    if (given.error === true) {
      expect(answer.code, answer.stderr).not.toBe(0);
      // A diagnostic that a person can act on, never a stack.
      if (answer.code > 0) expect(answer.stderr).toMatch(/E_[A-Z_]+/);
      expect(answer.stderr).not.toMatch(/\n\s+at .+:\d+:\d+/);
      return;
    }
    expect(answer.code, answer.stderr).toBe(0);
    expect(comparable(given, answer.stdout)).toEqual(expected(given));
  });
});

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

test('every deviation is of a case', () => {
  const names = new Set(groups.flatMap(([, cases]) => cases.map(([name]) => name)));
  expect(Object.keys(deviations).filter((name) => !names.has(name))).toEqual([]);
});
