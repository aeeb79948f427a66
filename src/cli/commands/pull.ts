import { anyServices, defineCommand } from '../command.ts';
import { runImages } from '../images-command.ts';

export const pull = defineCommand({
  name: 'pull',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Pull the images of the services.',
  flags: {
    'ignore-buildable': { type: 'boolean', text: 'Leave images alone that can be built' },
    'ignore-pull-failures': { type: 'boolean', text: 'Go on when an image cannot be pulled' },
    'include-deps': { type: 'boolean', text: 'Also images of what the services depend on' },
    'no-parallel': { type: 'boolean', text: 'Accepted and without effect', hidden: true },
    parallel: { type: 'boolean', text: 'Accepted and without effect', hidden: true },
    policy: {
      type: 'string',
      choices: ['missing', 'always'],
      text: 'missing: only those that are not there',
    },
    quiet: { type: 'boolean', short: 'q', text: 'Show errors and warnings only' },
  },
  operands: anyServices,
  examples: [
    ['tscompose pull -q', 'get the newest images'],
    ['tscompose pull --policy missing --ignore-buildable', 'only what up would have to pull'],
  ],
  run: async ({ flags, operands: services }, session) => {
    const { exitCode } = await runImages(session, {
      services,
      options: {
        build: 'never',
        pull: flags.policy === 'missing' ? 'missing' : 'always',
        noDeps: !flags['include-deps'],
      },
      keep: (action) => {
        if (action.kind !== 'image.pull' || (flags['ignore-buildable'] && action.optional)) return undefined;
        return flags['ignore-pull-failures'] ? { ...action, optional: true } : action;
      },
      quiet: flags.quiet,
      failureMode: 'continue',
    });
    return exitCode;
  },
});
