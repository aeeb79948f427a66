import { act } from '../act.ts';
import { anyServices, defineCommand } from '../command.ts';
import { confirm } from '../confirm.ts';

export const rm = defineCommand({
  name: 'rm',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Remove stopped containers.',
  flags: {
    all: { type: 'boolean', short: 'a', text: 'Accepted and without effect', hidden: true },
    force: { type: 'boolean', short: 'f', text: 'Do not ask' },
    stop: { type: 'boolean', short: 's', text: 'Stop containers that run first' },
    volumes: { type: 'boolean', short: 'v', text: 'Remove anonymous volumes, too' },
  },
  operands: anyServices,
  examples: [
    ['tscompose rm -fsv web', "stop and remove web's containers and their anonymous volumes"],
    ['tscompose rm', 'remove what has stopped, after asking'],
  ],
  run: ({ flags, operands: services }, session) =>
    act(session, {
      services,
      command: 'rm',
      plan: async (input) =>
        (await import('../../plan/plan-lifecycle.ts')).planRemove(input, {
          stop: flags.stop,
          volumes: flags.volumes,
        }),
      confirm: async ({ plan }) => {
        const names = plan.actions.flatMap((action) =>
          action.kind === 'container.remove' ? [action.name] : [],
        );
        if (names.length === 0) {
          session.streams.stderr.write('No stopped containers\n');
          return true;
        }
        return flags.force || confirm(session, `Going to remove ${names.join(', ')}. Go on?`);
      },
    }),
});
