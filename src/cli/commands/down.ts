import { anyServices, defineCommand } from '../command.ts';
import { confirmVolumes } from '../confirm-volumes.ts';
import { findProject } from '../find-project.ts';
import { finishRun, runPlan } from '../run-plan.ts';
import { showPlan } from '../show-plan.ts';

export const down = defineCommand({
  name: 'down',
  usage: '[OPTIONS] [SERVICE...]',
  summary:
    "Stop and remove the project's containers, pod and networks; volumes and images are kept unless asked for.",
  flags: {
    'remove-orphans': {
      type: 'boolean',
      text: 'Remove containers of services that are not in the file any more',
    },
    rmi: {
      type: 'string',
      choices: ['local', 'all'],
      text: 'Remove images: those without a name of their own (local), or all',
    },
    timeout: { type: 'number', short: 't', text: 'Seconds that containers have to stop' },
    volumes: { type: 'boolean', short: 'v', text: 'Remove named and anonymous volumes' },
    yes: { type: 'boolean', short: 'y', text: 'Remove volumes without asking' },
  },
  operands: anyServices,
  examples: [
    ['tscompose down', 'stop and remove everything but volumes and images'],
    ['tscompose down -v --rmi local', 'remove volumes and built images, too'],
    ['tscompose -p shop down', 'take a project down by its name, from anywhere'],
  ],
  run: async (call, session) => {
    const { flags, operands: services } = call;
    session.tuning.littleWork();
    const { loaded, observed, fromLabels } = await findProject(session, { services, lockFor: 'down' });
    const { planDown } = await import('../../plan/plan-down.ts');
    const { plan, diagnostics } = planDown(
      { loaded, observed, services },
      {
        removeOrphans: flags['remove-orphans'] || fromLabels || session.isSet('COMPOSE_REMOVE_ORPHANS'),
        volumes: flags.volumes,
        images: flags.rmi === 'all' ? 'all' : flags.rmi === 'local' ? 'local' : 'none',
        ...(flags.timeout === undefined ? {} : { timeout: flags.timeout }),
      },
    );
    await session.tell(diagnostics);
    if (session.options.dryRun) {
      await showPlan(session, plan, 'text');
      return 0;
    }
    if (!flags.yes && !(await confirmVolumes(session, plan))) return 1;
    const outcome = await runPlan(session, plan, { loaded, failureMode: 'continue' });
    return finishRun(session, [outcome]);
  },
});
