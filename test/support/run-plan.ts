import type { Loaded } from '../../src/compose/types.ts';
import { execute } from '../../src/execute/execute.ts';
import type { Outcome } from '../../src/execute/types.ts';
import type { PlanInput, UpOptions } from '../../src/plan/inputs.ts';
import { imageReferences, planUp } from '../../src/plan/plan-up.ts';
import type { Plan } from '../../src/plan/types.ts';
import type { FakeEngine } from '../../src/podman/fake/fake-engine.ts';
import type { Engine } from '../../src/podman/types.ts';

export const upOptions: UpOptions = {
  start: true,
  recreate: 'changed',
  alwaysRecreateDeps: false,
  noDeps: false,
  removeOrphans: false,
  renewAnonymousVolumes: false,
  takeOver: false,
  ignoreVolumeConfig: false,
  scale: {},
  wait: false,
};

export async function inputFor(
  loaded: Loaded,
  engine: Engine,
  services: readonly string[] = [],
): Promise<PlanInput> {
  const observed = await engine.observe({
    project: loaded.project.name,
    images: imageReferences({ loaded }),
    details: true,
  });
  return { loaded, observed, services };
}

export function run(
  plan: Plan,
  engine: Engine,
  signal: AbortSignal = new AbortController().signal,
): Promise<Outcome> {
  return execute(plan, {
    engine,
    emit: () => undefined,
    signal,
    failureMode: 'continue',
    limits: { calls: 4, builds: 2, pulls: 2 },
    readFileObject: () => Promise.resolve(new TextEncoder().encode('x')),
    build: () => Promise.resolve(),
    makeDirectory: () => Promise.resolve(),
    now: () => performance.now(),
  });
}

/** Plans `up` against what the engine holds, and carries it out. */
export async function up(
  loaded: Loaded,
  engine: FakeEngine,
  options: Partial<UpOptions> = {},
): Promise<{ plan: Plan; outcome: Outcome }> {
  const { plan } = planUp(await inputFor(loaded, engine), { ...upOptions, ...options });
  return { plan, outcome: await run(plan, engine) };
}
