import { expect, it } from 'vitest';
import { planDown } from '../../../src/plan/plan-down.ts';
import { planRemove } from '../../../src/plan/plan-lifecycle.ts';
import { loadedFrom } from '../../support/projects.ts';
import { newEngine } from '../../support/random-projects.ts';
import { inputFor, run, up } from '../../support/run-plan.ts';

const given = 'ab'.repeat(32);

it('a volume that Podman named and the file mounts by that name outlives down -v, rm -v and scaling down', async () => {
  const mounts = [{ type: 'volume' as const, source: 'saved', target: '/data' }];
  const loaded = loadedFrom(
    { a: { volumes: mounts, scale: 2 }, b: { volumes: [{ type: 'volume', target: '/own' }] } },
    { volumes: { saved: { name: given, external: true } } },
  );
  const engine = newEngine();
  await engine.createVolume({ name: given, labels: {} });
  await up(loaded, engine);
  expect(engine.world.volumes.size).toBe(2);
  await up(loaded, engine, { scale: { a: 0 } });
  expect(engine.world.volumes.has(given)).toBe(true);
  await up(loaded, engine);
  const remove = { stop: true, volumes: true, timeout: 0 };
  await run(planRemove(await inputFor(loaded, engine, ['a']), remove).plan, engine);
  expect(engine.world.volumes.has(given)).toBe(true);
  await up(loaded, engine);
  const down = { removeOrphans: false, volumes: true, images: 'none', timeout: 0 } as const;
  expect((await run(planDown(await inputFor(loaded, engine), down).plan, engine)).exitCode).toBe(0);
  expect(engine.world.containers.size).toBe(0);
  expect([...engine.world.volumes.keys()]).toEqual([given]);
});
