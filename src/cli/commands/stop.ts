import { act } from '../act.ts';
import { anyServices, defineCommand } from '../command.ts';
import { stopTimeout, timeoutOf } from './lifecycle-flags.ts';

export const stop = defineCommand({
  name: 'stop',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Stop containers, dependents first, and keep them.',
  flags: stopTimeout,
  operands: anyServices,
  examples: [
    ['tscompose stop', 'stop everything'],
    ['tscompose stop -t 2 web', 'stop web, kill it after two seconds'],
  ],
  run: ({ flags, operands: services }, session) =>
    act(session, {
      services,
      command: 'stop',
      plan: async (input) => (await import('../../plan/plan-lifecycle.ts')).planStop(input, timeoutOf(flags)),
    }),
});
