import { anyServices, defineCommand } from '../command.ts';
import { finishRun, runPlan } from '../run-plan.ts';
import { showPlan } from '../show-plan.ts';
import { imagesOptions, planningFlags, upOptions } from '../up-flags.ts';
import { planOnly, prepareUp, type UpFlow } from '../up-flow.ts';

export const create = defineCommand({
  name: 'create',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Create the containers and what they need, and start nothing.',
  flags: planningFlags,
  operands: anyServices,
  examples: [
    ['tscompose create --build', 'build images and create all containers'],
    ['tscompose create web && tscompose start web', 'create first, start later'],
  ],
  run: async (call, session) => {
    const removeOrphans = session.isSet('COMPOSE_REMOVE_ORPHANS');
    const flow: UpFlow = {
      services: call.operands,
      images: imagesOptions(call.flags),
      up: upOptions(call.flags, { start: false, wait: false, removeOrphans }),
      command: 'create',
    };
    if (session.options.dryRun) {
      const { planned } = await planOnly(session, flow);
      await showPlan(session, planned.plan, 'text');
      return 0;
    }
    const ready = await prepareUp(session, flow);
    const outcome = await runPlan(session, ready.planned.plan, {
      loaded: ready.loaded,
      failureMode: 'continue',
      amend: ready.amend,
    });
    return finishRun(session, [...(ready.outcome ? [ready.outcome] : []), outcome]);
  },
});
