/** The images that an `up` gets while it runs: what is known of them before, and the plan anew when one is there. */
import { fail } from '../base/errors.ts';
import type { ImageConfig } from '../build/layer/image-config.ts';
import type { Amend } from '../execute/types.ts';
import { arrived, unknownImage } from '../plan/arriving.ts';
import type { Arriving, ArrivingImage, PlanInput, UpOptions } from '../plan/inputs.ts';
import { planUp } from '../plan/plan-up.ts';
import type { Action } from '../plan/types.ts';
import type { Capabilities, Engine, ObservedImage } from '../podman/types.ts';
import type { PlannedBuilds } from './plan-builds.ts';

/** @returns undefined when nothing is to be got */
export function arrivingImages(
  { plan, configs }: PlannedBuilds,
  capabilities: Capabilities,
): Arriving | undefined {
  if (plan.actions.length === 0) return undefined;
  const images = new Map<string, ArrivingImage>();
  for (const action of plan.actions) {
    const config = action.service === undefined ? undefined : configs?.get(action.service);
    const expected = action.kind === 'build.name' && config ? expectedImage(config, capabilities) : undefined;
    for (const reference of referencesOf(action)) {
      const before = images.get(reference)?.needs ?? [];
      images.set(reference, { needs: [...before, action.id], expected });
    }
  }
  return { actions: plan.actions, images: Object.fromEntries(images) };
}

/** The names that are an image's after the action. */
function referencesOf(action: Action): readonly string[] {
  switch (action.kind) {
    case 'image.build':
    case 'build.name':
      return action.tags;
    case 'image.pull':
      return [action.reference];
    default:
      return [];
  }
}

/** All but the id. */
function expectedImage(config: ImageConfig, { os, arch }: Capabilities): ObservedImage {
  return {
    ...unknownImage,
    exposedPorts: Object.keys(config.ExposedPorts ?? {}).sort(),
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    healthcheck: config.Healthcheck ?? undefined,
    entrypoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
    user: config.User ?? '',
    labels: config.Labels ?? {},
    os,
    architecture: arch,
  };
}

/** Plans again, each time an image has come, with all that have. */
export function amendByImages(engine: Engine, input: PlanInput, options: UpOptions): Amend | undefined {
  const { arriving } = input;
  if (!arriving) return undefined;
  const there = new Map<string, ObservedImage>();
  return {
    isDecisive: (action) =>
      referencesOf(action).some((reference) => Object.hasOwn(arriving.images, reference)),
    planAfter: async (action) => {
      for (const reference of referencesOf(action)) {
        const image = await engine.inspectImage(reference);
        if (!image) throw fail('E_IMAGE', `image ${reference} is not there`);
        there.set(reference, image);
      }
      return planUp({ ...input, arriving: arrived(arriving, Object.fromEntries(there)) }, options).plan;
    },
  };
}
