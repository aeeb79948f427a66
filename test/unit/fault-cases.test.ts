import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../e2e/${path}`, import.meta.url), 'utf8');

/** "| 1 | what | 0 | `file: title`<br>`file: title` |" */
const cases = read('faults/README.md')
  .split('\n')
  .flatMap((line) => {
    const [, number, what, code, tests] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return /^\d+$/.test(number ?? '') ? [{ number: Number(number), what, code, tests: tests ?? '' }] : [];
  });

it('every fault has a number, an exit code and a test that is there', () => {
  expect(cases.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  for (const { number, code, tests } of cases) {
    expect(code, `${number}`).toMatch(/^\d+/);
    const titles = tests.split('<br>').map((text) => /^`([a-z/-]+\.test\.ts): (.+)`$/.exec(text));
    for (const [, file = '', title = ''] of titles.map((match) => match ?? []))
      expect(read(file), `${number}: ${file}: ${title}`).toContain(`'${title}'`);
  }
});
