import { act } from '../act.ts';
import { anyServices, defineCommand } from '../command.ts';

export const start = defineCommand({
  name: 'start',
  usage: '[SERVICE...]',
  summary: 'Start existing containers, dependencies first.',
  flags: {},
  operands: anyServices,
  examples: [
    ['tscompose start', 'start everything that was stopped'],
    ['tscompose start web', 'start web and what it depends on'],
  ],
  run: ({ operands: services }, session) =>
    act(session, {
      services,
      command: 'start',
      plan: async (input) => (await import('../../plan/plan-lifecycle.ts')).planStart(input),
    }),
});
