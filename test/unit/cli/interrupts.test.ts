import { afterEach, expect, it } from 'vitest';
import { Interrupts } from '../../../src/cli/interrupts.ts';

let now = 0;
const kills: number[] = [];
const made: Interrupts[] = [];

function interrupts(): Interrupts {
  now = 0;
  kills.length = 0;
  const one = new Interrupts(
    (code) => kills.push(code),
    () => now,
  );
  made.push(one);
  return one;
}

afterEach(() => {
  for (const one of made.splice(0)) one.close();
});

it('the first signal aborts what runs, and a second one ends the process', () => {
  const one = interrupts();
  const { signal } = one;
  one.receive('SIGINT');
  expect([signal.aborted, signal.reason, kills]).toEqual([true, 'SIGINT', []]);
  now = 150;
  one.receive('SIGINT');
  expect(kills).toEqual([130]);
});

it('one Ctrl-C that comes as several signals is one', () => {
  const one = interrupts();
  one.receive('SIGINT');
  now = 5;
  one.receive('SIGINT');
  const next = one.nextStage();
  now = 99;
  one.receive('SIGINT');
  expect([kills, next.aborted]).toEqual([[], false]);
  now = 100;
  one.receive('SIGINT');
  expect([kills, next.aborted]).toEqual([[], true]);
  now = 201;
  one.receive('SIGTERM');
  expect(kills).toEqual([130]);
});

it('the terminal that closed is as SIGTERM', () => {
  const one = interrupts();
  const { signal } = one;
  one.receive('SIGHUP');
  expect([signal.reason, one.exitCode, one.received]).toEqual(['SIGTERM', 143, 'SIGHUP']);
});
