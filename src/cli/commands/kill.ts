import { act } from '../act.ts';
import { anyServices, defineCommand } from '../command.ts';

export const kill = defineCommand({
  name: 'kill',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Send a signal to running containers.',
  flags: {
    'remove-orphans': {
      type: 'boolean',
      text: 'Also containers of services that are not in the file any more',
    },
    signal: { type: 'string', short: 's', text: 'The signal; default: SIGKILL' },
  },
  operands: anyServices,
  examples: [
    ['tscompose kill -s HUP web', 'let web read its settings again'],
    ['tscompose kill', 'end everything at once'],
  ],
  run: ({ flags, operands: services }, session) =>
    act(session, {
      services,
      command: 'kill',
      plan: async (input) =>
        (await import('../../plan/plan-lifecycle.ts')).planKill(input, {
          signal: signalName(flags.signal ?? 'SIGKILL'),
          removeOrphans: flags['remove-orphans'],
        }),
    }),
});

/** HUP, SIGHUP, sighup and 1 are the same. */
function signalName(text: string): string {
  if (/^\d+$/.test(text)) return text;
  const name = text.toUpperCase();
  return name.startsWith('SIG') ? name : `SIG${name}`;
}
