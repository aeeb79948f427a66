import { expect, it } from 'vitest';
import { plainReporter } from '../../../src/report/plain.ts';
import { eventsFor, progressPlan } from '../../support/progress-plan.ts';

it('plain progress is one line for each event and a sum, and tells a repeated reason, and what is not got to, once', async () => {
  const plan = progressPlan();
  const event = eventsFor(plan);
  let text = '\n';
  const reporter = plainReporter({
    write: (more) => {
      text += more;
      return true;
    },
  });
  reporter.emit(event.planned(0));
  reporter.emit(event.started('network.create/shop_default', 0));
  reporter.emit(event.succeeded('network.create/shop_default', 1));
  reporter.emit(event.started('container.wait/db', 2));
  reporter.emit(event.progress('container.wait/db', 'waiting to be healthy, 1 of 3 tries', 3));
  reporter.emit(event.progress('container.wait/db', 'waiting to be healthy, 1 of 3 tries', 4));
  reporter.emit(event.cancelled('container.start/db', 4));
  reporter.emit(event.failed('container.wait/db', 'service "db" is unhealthy\n::error::', 5));
  for (const id of ['container.create/web', 'container.start/web'])
    reporter.emit(event.skipped(id, 'container.wait/db', 5));
  for (const id of ['port.check', 'container.create/db', 'container.start/db', 'container.create/web'])
    reporter.emit(event.cancelled(id, 6));
  await reporter.finish({ actions: [], diagnostics: [], exitCode: 6, ms: 1500 });
  expect(text).toBe(`
 Network shop_default  Creating
 Network shop_default  Created  0.0s
 Container shop-db-1  Waiting
 Container shop-db-1  Waiting  waiting to be healthy, 1 of 3 tries
 Container shop-db-1  Cancelled
 Container shop-db-1  Error  service "db" is unhealthy␊::error::
 Container shop-web-1  Skipped  because of container.wait/db
 1 of 3 done, 1 failed, 1 skipped in 1.5s
`);
});
