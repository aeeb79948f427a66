import { expect, it } from 'vitest';
import { parseDuration } from '../../../src/base/units.ts';
import { signalNumber } from '../../../src/plan/spec/signals.ts';
import { runsArchitecture } from '../../../src/podman/foreign-programs.ts';

it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('%s is a word like any other', (word) => {
  expect(parseDuration(`2${word}`)).toBe(`unknown unit "${word}" in duration "2${word}"`);
  expect(parseDuration(`2${word}0s`)).toContain('unknown unit');
  expect(signalNumber(word)).toBeUndefined();
  expect(runsArchitecture('amd64', word)).toBeUndefined();
  expect(runsArchitecture(word, 'amd64')).toBe(runsArchitecture('riscv64', 'amd64'));
});
