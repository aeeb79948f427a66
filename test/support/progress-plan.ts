import type { ActionEvent } from '../../src/execute/types.ts';
import type { Action, Plan } from '../../src/plan/types.ts';

/** A plan of a network, a database that is waited for, and a web server: enough to draw. Specs are left empty, nothing reads them. */
export function progressPlan(): Plan {
  const action = (id: string, needs: readonly string[], more: object): Action =>
    ({ id, needs, reason: 'not found', ...more }) as unknown as Action;
  const network = { name: 'shop_default' };
  return {
    version: 1,
    project: 'shop',
    placements: [],
    actions: [
      action('port.check', [], { kind: 'port.check', ports: [] }),
      action('network.create/shop_default', [], { kind: 'network.create', spec: network }),
      action('container.create/db', ['network.create/shop_default'], {
        kind: 'container.create',
        service: 'db',
        spec: { name: 'shop-db-1' },
      }),
      action('container.start/db', ['container.create/db'], { kind: 'container.start', name: 'shop-db-1' }),
      action('container.wait/db', ['container.start/db'], {
        kind: 'container.wait',
        name: 'shop-db-1',
        condition: 'healthy',
        required: true,
      }),
      action('container.create/web', ['network.create/shop_default'], {
        kind: 'container.create',
        service: 'web',
        spec: { name: 'shop-web-1' },
      }),
      action('container.start/web', ['container.create/web', 'container.wait/db'], {
        kind: 'container.start',
        name: 'shop-web-1',
      }),
    ],
  };
}

/** Events of a plan's actions by id, at given milliseconds. */
export function eventsFor(plan: Plan) {
  const find = (id: string): Action => {
    const action = plan.actions.find((candidate) => candidate.id === id);
    if (!action) throw new Error(`no action ${id}`);
    return action;
  };
  return {
    planned: (at: number): ActionEvent => ({ kind: 'planned', plan, at }),
    started: (id: string, at: number): ActionEvent => ({ kind: 'started', action: find(id), at }),
    progress: (id: string, text: string, at: number): ActionEvent => ({
      kind: 'progress',
      action: find(id),
      text,
      at,
    }),
    succeeded: (id: string, at: number): ActionEvent => ({ kind: 'succeeded', action: find(id), at, ms: 1 }),
    failed: (id: string, message: string, at: number): ActionEvent => ({
      kind: 'failed',
      action: find(id),
      at,
      ms: 1,
      diagnostics: [{ code: 'E_UNHEALTHY', severity: 'error', message }],
    }),
    skipped: (id: string, because: string, at: number): ActionEvent => ({
      kind: 'skipped',
      action: find(id),
      because,
      at,
    }),
    cancelled: (id: string, at: number): ActionEvent => ({ kind: 'cancelled', action: find(id), at }),
  };
}
