import { sortDiagnostics, strictly } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import type { Loaded } from '../compose/types.ts';
import type { Outcome } from '../execute/types.ts';
import type { Planned } from '../plan/builder.ts';
import type { ImagesOptions, PlanInput, UpOptions } from '../plan/inputs.ts';
import type { Observed } from '../podman/types.ts';
import { type PlannedBuilds, planBuilds } from './plan-builds.ts';
import { runPlan } from './run-plan.ts';
import type { Session } from './session.ts';

export interface UpFlow {
  readonly services: readonly string[];
  readonly images: ImagesOptions;
  readonly up: UpOptions;
  /** The command, for those who wait for the lock. */
  readonly command: string;
}

/** What stands when the images are there: the second plan, ready to run. */
export interface UpReady {
  readonly loaded: Loaded;
  readonly observed: Observed;
  readonly planned: Planned;
  /** Of the image plan. */
  readonly outcome: Outcome | undefined;
}

/**
 * The first half of `up`: load while connecting, lock, look, get the images, look again if that changed anything, plan.
 *
 * @returns undefined planned when getting the images failed
 */
export async function prepareUp(
  session: Session,
  flow: UpFlow,
): Promise<UpReady | { readonly failed: Outcome }> {
  session.startConnecting();
  const loaded = await session.load({ services: flow.services });
  await session.lock(loaded.project.name, flow.command);
  const first = await observeFor(session, loaded);
  const input = { loaded, observed: first, services: flow.services };
  await refuseUnsupported(session, input, flow.up.noDeps);
  const images = await imagesPlan(session, input, flow.images, 'pull');
  if (images.outcome && images.outcome.exitCode !== 0) return { failed: images.outcome };
  const outcome = await runPlan(session, images.plan, { loaded, failureMode: 'continue' });
  if (outcome.exitCode !== 0) return { failed: outcome };
  const observed = images.plan.actions.length > 0 ? await observeFor(session, loaded) : first;
  const planned = await planWithDetails(session, { loaded, observed, services: flow.services }, flow.up);
  return { loaded, observed, planned, outcome: images.plan.actions.length > 0 ? outcome : undefined };
}

/** Both plans without doing anything: `plan` and `--dry-run`. Images that are still to be made are taken as unknown. */
export async function planOnly(
  session: Session,
  flow: UpFlow,
): Promise<{ loaded: Loaded; images: Planned; planned: Planned }> {
  session.startConnecting();
  const loaded = await session.load({ services: flow.services });
  const observed = await observeFor(session, loaded);
  const input = { loaded, observed, services: flow.services };
  await refuseUnsupported(session, input, flow.up.noDeps);
  const images = await imagesPlan(session, input, flow.images, 'look');
  return { loaded, images, planned: await planWithDetails(session, input, flow.up) };
}

/** What Podman can never do is refused before anything is pulled or built. */
async function refuseUnsupported(
  session: Session,
  { loaded, observed: { capabilities }, services }: PlanInput,
  noDeps: boolean,
): Promise<void> {
  const [{ checkSupport }, { selectServices }] = await Promise.all([
    import('../plan/support/check-support.ts'),
    import('../plan/model.ts'),
  ]);
  const found = checkSupport({
    loaded,
    services: selectServices(loaded.project, services, noDeps),
    capabilities,
  });
  const all = session.options.strict ? strictly(found) : found;
  if (all.some(({ severity }) => severity === 'error'))
    throw new ComposeError(sortDiagnostics(all), { exitCode: 3 });
}

async function imagesPlan(
  session: Session,
  input: PlanInput & { readonly loaded: Loaded },
  options: ImagesOptions,
  bases: 'pull' | 'look',
): Promise<PlannedBuilds> {
  const { planImages } = await import('../plan/plan-images.ts');
  const { loaded, observed } = input;
  const planned = await planBuilds(session, {
    loaded,
    observed,
    planned: planImages(input, options, Date.now()),
    mayPull: bases === 'pull',
  });
  await session.tell(planned.diagnostics);
  return planned;
}

async function observeFor(session: Session, loaded: Loaded): Promise<Observed> {
  const { imageReferences } = await import('../plan/plan-up.ts');
  return session.observe(loaded.project.name, imageReferences({ loaded }), false);
}

/** Anonymous volumes have to be known only when a container is replaced: one more look, and only then. */
async function planWithDetails(session: Session, input: PlanInput, options: UpOptions): Promise<Planned> {
  const { planUp, imageReferences } = await import('../plan/plan-up.ts');
  const quick = planUp(input, options);
  const replaces = quick.plan.actions.some(
    ({ kind }) => kind === 'container.remove' || kind === 'pod.remove',
  );
  const planned = replaces
    ? planUp(
        {
          ...input,
          observed: await session.observe(
            input.loaded.project.name,
            imageReferences({ loaded: input.loaded }),
            true,
          ),
        },
        options,
      )
    : quick;
  const hideOrphans = session.isSet('COMPOSE_IGNORE_ORPHANS');
  await session.tell(planned.diagnostics.filter(({ code }) => !hideOrphans || code !== 'W_ORPHANS'));
  return planned;
}
