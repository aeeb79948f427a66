/** `up` on the fake engine while images are still being built. */
import { amendByImages, arrivingImages } from '../../src/cli/arriving-images.ts';
import type { Loaded } from '../../src/compose/types.ts';
import { execute } from '../../src/execute/execute.ts';
import type { ActionEvent, ExecuteRequest, Outcome } from '../../src/execute/types.ts';
import type { PlanInput, UpOptions } from '../../src/plan/inputs.ts';
import { planUp } from '../../src/plan/plan-up.ts';
import type { Action, Plan } from '../../src/plan/types.ts';
import type { FakeEngine } from '../../src/podman/fake/fake-engine.ts';
import type { ObservedImage } from '../../src/podman/types.ts';
import { inputFor, upOptions } from './run-plan.ts';

/** One image that is built during the run. */
export interface FakeBuild {
  readonly reference: string;
  /** Built in steps: all but its id is known before. */
  readonly isKnown: boolean;
  /** What comes out; undefined: the build fails. */
  readonly image: Partial<ObservedImage> | undefined;
}

export function buildAction({ reference, isKnown }: FakeBuild): Action {
  const base = {
    id: `image.build/${reference}`,
    needs: [],
    reason: 'test',
    service: reference,
    tags: [reference],
  };
  return isKnown
    ? { ...base, kind: 'build.name', image: { scratch: true } }
    : { ...base, kind: 'image.build', request: {} as never };
}

export async function inputWithBuilds(
  loaded: Loaded,
  engine: FakeEngine,
  builds: readonly FakeBuild[],
): Promise<PlanInput> {
  const input = await inputFor(loaded, engine);
  const configs = new Map(
    builds.map(({ reference, image }) => [
      reference,
      { ExposedPorts: Object.fromEntries((image?.exposedPorts ?? []).map((port) => [port, {}])) },
    ]),
  );
  const plan: Plan = { version: 1, project: 'p', actions: builds.map(buildAction), placements: [] };
  const arriving = arrivingImages({ plan, diagnostics: [], configs }, engine.capabilities);
  return { ...input, ...(arriving ? { arriving } : {}) };
}

export interface BuildingUp {
  readonly plan: Plan;
  readonly events: ActionEvent[];
  readonly outcome: Promise<Outcome>;
}

/** @param more - `build` is called for each image before it is there */
export async function upWithBuilds(
  loaded: Loaded,
  engine: FakeEngine,
  builds: readonly FakeBuild[],
  more: Partial<ExecuteRequest> & { readonly options?: Partial<UpOptions> } = {},
): Promise<BuildingUp> {
  const { options, build, ...request } = more;
  const wishes = { ...upOptions, ...options };
  const input = await inputWithBuilds(loaded, engine, builds);
  const { plan } = planUp(input, wishes);
  const amend = amendByImages(engine, input, wishes);
  const events: ActionEvent[] = [];
  const outcome = execute(plan, {
    engine,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    failureMode: 'continue',
    limits: { calls: 4, builds: 2, pulls: 2 },
    readFileObject: () => Promise.resolve(new TextEncoder().encode('x')),
    build: async (action, context) => {
      await build?.(action, context);
      const made = builds.find(({ reference }) => action.id === `image.build/${reference}`);
      if (!made?.image) throw new Error(`${action.id} failed`);
      engine.world.addImage(made.reference, made.image);
    },
    makeDirectory: () => Promise.resolve(),
    now: () => performance.now(),
    ...(amend ? { amend } : {}),
    ...request,
  });
  return { plan, events, outcome };
}
