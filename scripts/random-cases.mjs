/** What the scripts that try cases at random have in common: their options, a folder of their own, and how they end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Reads `[--seed N] [--count N] [--keep]`.
 *
 * @param {string} name - of the script's folder
 * @returns {{ base: string, numbers: number[], end: (counts: { different: number }, text: string) => void }} a folder for all that
 *   the run needs, the numbers of the cases, and what tells the result, clears the folder away and sets the exit code
 */
export function randomCases(name) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      count: { type: 'string', default: '20' },
      keep: { type: 'boolean' },
    },
  });
  const base = mkdtempSync(join(tmpdir(), `tscompose-${name}-`));
  const first = Number(values.seed);
  return {
    base,
    numbers: Array.from({ length: Number(values.count) }, (_, index) => first + index),
    end: (counts, text) => {
      if (values.keep) console.log(`kept in ${base}`);
      else rmSync(base, { recursive: true, force: true });
      console.log(`seed ${first}: ${text}`);
      process.exitCode = counts.different === 0 ? 0 : 1;
    },
  };
}

/** A case that differs, with all that it takes to see why. */
export function tellCase(number, ...texts) {
  console.log(`case ${number}: ${texts.join('\n').replaceAll('\n', '\n    ')}`);
}
