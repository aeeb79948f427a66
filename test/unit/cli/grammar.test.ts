import { describe, expect, it } from 'vitest';
import { ComposeError } from '../../../src/base/errors.ts';
import { parseArguments } from '../../../src/cli/grammar.ts';

const flags = {
  detach: { type: 'boolean', short: 'd', text: '' },
  tty: { type: 'boolean', short: 't', text: '', on: true },
  file: { type: 'list', short: 'f', text: '', also: ['filename'] },
  tail: { type: 'string', short: 'n', text: '' },
  timeout: { type: 'number', short: 'T', text: '' },
  pull: { type: 'string', text: '', choices: ['always', 'never'] },
} as const;

const defaults = { detach: false, tty: true, file: [], tail: undefined, timeout: undefined, pull: undefined };
const parse = (line: string, interspersed = true) => {
  const {
    flags: values,
    operands,
    help,
  } = parseArguments(line === '' ? [] : line.split(' '), {
    flags,
    interspersed,
    program: 'tscompose x',
  });
  return { ...values, operands, help };
};

describe('the grammar of the command line', () => {
  it.each([
    ['', { operands: [] }],
    ['-d web', { detach: true, operands: ['web'] }],
    ['web -d api', { detach: true, operands: ['web', 'api'] }],
    ['-f a -f b --file=c --filename d', { file: ['a', 'b', 'c', 'd'] }],
    ['-fa -f=b', { file: ['a', 'b'] }],
    ['-dfa', { detach: true, file: ['a'] }],
    ['-df a', { detach: true, file: ['a'] }],
    ['--tty=false', { tty: false }],
    ['-t=0', { tty: false }],
    ['--tail -1', { tail: '-1' }],
    ['-n5', { tail: '5' }],
    ['--tail=', { tail: '' }],
    ['--tail a --tail b', { tail: 'b' }],
    ['-T 3', { timeout: 3 }],
    ['-- -d', { operands: ['-d'] }],
    ['web -- -d', { operands: ['web', '-d'] }],
    ['-', { operands: ['-'] }],
    ['-d --help', { detach: true, help: true }],
    ['-h', { help: true }],
  ])('reads %s', (line, expected) => {
    expect(parse(line)).toEqual({ ...defaults, operands: [], help: false, ...expected });
  });

  it('leaves what follows the first operand to the container', () => {
    expect(parse('-d web ls -l --help -- x', false)).toEqual({
      ...defaults,
      detach: true,
      operands: ['web', 'ls', '-l', '--help', '--', 'x'],
      help: false,
    });
  });

  it.each([
    ['--detch', 'unknown flag: --detch', 'did you mean "--detach"?'],
    ['-x', 'unknown flag: -x', 'see tscompose x --help'],
    ['-dx', 'unknown flag: -x in -dx', 'see tscompose x --help'],
    ['-detach', 'unknown flag: -e in -detach', 'did you mean "--detach"?'],
    ['--tail', 'flag needs an argument: --tail', undefined],
    ['-f', 'flag needs an argument: -f', undefined],
    ['--timeout=x', 'invalid value "x" for --timeout', 'a whole number'],
    ['--detach=maybe', 'invalid value "maybe" for --detach', 'true or false'],
    ['--pull sometimes', 'invalid value "sometimes" for --pull', 'one of always, never'],
  ])('refuses %s', (line, message, hint) => {
    const error = caught(() => parse(line));
    expect(error.exitCode).toBe(2);
    expect({ message: error.diagnostics[0]?.message, hint: error.diagnostics[0]?.hint }).toEqual({
      message,
      hint,
    });
  });
});

function caught(run: () => unknown): ComposeError {
  try {
    run();
  } catch (error) {
    if (error instanceof ComposeError) return error;
  }
  throw new Error('nothing was thrown');
}
