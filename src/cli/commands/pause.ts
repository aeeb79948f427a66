import { act } from '../act.ts';
import { anyServices, defineCommand } from '../command.ts';

export const pause = defineCommand({
  name: 'pause',
  usage: '[SERVICE...]',
  summary: 'Pause running containers.',
  flags: {},
  operands: anyServices,
  examples: [['tscompose pause worker', 'hold worker where it is']],
  run: ({ operands: services }, session) =>
    act(session, {
      services,
      command: 'pause',
      plan: async (input) => (await import('../../plan/plan-lifecycle.ts')).planPause(input, 'pause'),
    }),
});

export const unpause = defineCommand({
  name: 'unpause',
  usage: '[SERVICE...]',
  summary: 'Go on with paused containers.',
  flags: {},
  operands: anyServices,
  examples: [['tscompose unpause worker', 'let worker go on']],
  run: ({ operands: services }, session) =>
    act(session, {
      services,
      command: 'unpause',
      plan: async (input) => (await import('../../plan/plan-lifecycle.ts')).planPause(input, 'unpause'),
    }),
});
