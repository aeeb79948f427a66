import { expect, it } from 'vitest';
import { maskedJson } from '../../../src/plan/masked-plan.ts';
import type { Plan } from '../../../src/plan/types.ts';

const planWith = (env: Record<string, string>): Plan =>
  ({
    project: 'shop',
    actions: [{ id: 'container.create/shop-db-1', spec: { name: 'shop-db-1', env, command: ['PASSWORD'] } }],
    placements: [],
  }) as unknown as Plan;

const shownEnv = (env: Record<string, string>): unknown =>
  (JSON.parse(maskedJson(planWith(env))) as { actions: { spec: { env: unknown } }[] }).actions[0]?.spec.env;

it.each(['PGPASSWORD', 'POSTGRES_PASSWORD', 'db_pass', 'API_TOKEN', 'APP_SECRET', 'SIGNING_KEY', 'APIKEY'])(
  'a plan shows no value of %s',
  (name) => {
    expect(maskedJson(planWith({ [name]: 'canary' }))).not.toContain('canary');
    expect(shownEnv({ [name]: 'canary' })).toEqual({ [name]: '***' });
  },
);

it('shows what is no secret, and all the rest as it is', () => {
  const env = { PATH: '/bin', MONKEY: 'a', COMPASS: 'b', TOKEN_URL: 'c', PWD: '/' };
  expect(shownEnv(env)).toEqual(env);
  expect(JSON.parse(maskedJson(planWith(env)))).toEqual(planWith(env));
});
