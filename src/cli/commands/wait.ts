import { containersByService } from '../../plan/model.ts';
import { planDown } from '../../plan/plan-down.ts';
import { defineCommand } from '../command.ts';
import { findContainers, findProject } from '../find-project.ts';
import { finishRun, runPlan } from '../run-plan.ts';

export const wait = defineCommand({
  name: 'wait',
  usage: '[OPTIONS] SERVICE [SERVICE...]',
  summary: 'Wait until the first container of the services ends, and exit with its code.',
  flags: { 'down-project': { type: 'boolean', text: 'Take the project down then' } },
  operands: { min: 1, max: Number.POSITIVE_INFINITY },
  examples: [['tscompose wait tests', 'exit with the code of the tests']],
  run: async ({ flags, operands: services }, session) => {
    const { project, containers: there } = await findContainers(session, services);
    const engine = await session.engine();
    const { signal } = session.interrupts;
    const all = containersByService({ containers: there }, project);
    const containers = services.flatMap((name) => all.get(name) ?? []);
    const waits = containers.map(async ({ name }) => ({
      name,
      code: await engine.waitContainer(name, { signal }),
    }));
    if (waits.length === 0) {
      session.warn('none of the services has a container');
      return 1;
    }
    const first = await Promise.race(waits);
    for (const rest of waits) rest.catch(() => undefined);
    session.print(`${first.code}\n`);
    if (flags['down-project']) {
      const { loaded, observed } = await findProject(session, { lockFor: 'down' });
      const { plan } = planDown(
        { loaded, observed, services: [] },
        { removeOrphans: true, volumes: false, images: 'none' },
      );
      await finishRun(session, [await runPlan(session, plan, { loaded, failureMode: 'continue' })]);
    }
    return first.code;
  },
});
