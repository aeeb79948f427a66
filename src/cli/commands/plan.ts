import { anyServices, defineCommand } from '../command.ts';
import { type PlanFormat, showPlan } from '../show-plan.ts';
import { imagesOptions, planningFlags, upOptions } from '../up-flags.ts';
import { planOnly } from '../up-flow.ts';

/** `plan --exit-code`: there is something to do. */
const changesExitCode = 2;

export const plan = defineCommand({
  name: 'plan',
  usage: '[OPTIONS] [SERVICE...]',
  summary:
    'Print what up would do, each step with its reason and the line that asked for it. Changes nothing.',
  flags: {
    ...planningFlags,
    'exit-code': { type: 'boolean', text: 'Exit with 2 when there is something to do' },
    format: {
      type: 'string',
      choices: ['text', 'json', 'dot', 'mermaid'],
      text: 'text, json, dot or mermaid',
    },
    json: { type: 'boolean', text: 'The same as --format json' },
  },
  operands: anyServices,
  examples: [
    ['tscompose plan', 'what would up do now?'],
    ['tscompose plan --exit-code && echo up to date', 'in a script'],
    ['tscompose plan --format mermaid', 'as a picture'],
  ],
  run: async (call, session) => {
    const removeOrphans = session.isSet('COMPOSE_REMOVE_ORPHANS');
    const { planned } = await planOnly(session, {
      services: call.operands,
      images: imagesOptions(call.flags),
      up: upOptions(call.flags, { start: true, wait: false, removeOrphans }),
      command: 'plan',
    });
    const format = call.flags.json ? 'json' : ((call.flags.format ?? 'text') as PlanFormat);
    await showPlan(session, planned.plan, format);
    const hasWork = planned.plan.actions.length > 0;
    return call.flags['exit-code'] && hasWork ? changesExitCode : 0;
  },
});
