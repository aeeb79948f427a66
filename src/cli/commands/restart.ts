import { act } from '../act.ts';
import { anyServices, defineCommand } from '../command.ts';
import { stopTimeout, timeoutOf } from './lifecycle-flags.ts';

export const restart = defineCommand({
  name: 'restart',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Stop and start containers as they are; changes of the file take effect with up only.',
  flags: {
    ...stopTimeout,
    'no-deps': { type: 'boolean', text: 'Leave the services alone that depend on the named ones' },
  },
  operands: anyServices,
  examples: [
    ['tscompose restart', 'restart everything'],
    ['tscompose restart -t 0 web', 'restart web without waiting for it to stop'],
  ],
  run: ({ flags, operands: services }, session) =>
    act(session, {
      services,
      command: 'restart',
      plan: async (input) =>
        (await import('../../plan/plan-lifecycle.ts')).planRestart(input, {
          ...timeoutOf(flags),
          noDeps: flags['no-deps'],
        }),
    }),
});
