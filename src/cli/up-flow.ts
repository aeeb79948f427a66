import { sortDiagnostics, strictly } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import type { Loaded } from '../compose/types.ts';
import type { Amend, Outcome } from '../execute/types.ts';
import type { Planned } from '../plan/builder.ts';
import type { ImagesOptions, PlanInput, UpOptions } from '../plan/inputs.ts';
import type { Observed } from '../podman/types.ts';
import { type PlannedBuilds, planBuilds } from './plan-builds.ts';
import type { Session } from './session.ts';

export interface UpFlow {
  readonly services: readonly string[];
  readonly images: ImagesOptions;
  readonly up: UpOptions;
  /** The command, for those who wait for the lock. */
  readonly command: string;
}

/** The plan, ready to run. */
export interface UpReady {
  readonly loaded: Loaded;
  readonly observed: Observed;
  readonly planned: Planned;
  /** What images that come while it runs make of it. */
  readonly amend: Amend | undefined;
  /** Of pulling what images are built from. */
  readonly outcome: Outcome | undefined;
}

/**
 * The first half of `up`: load while connecting, lock, look, plan. Pulls and builds are part of the plan; only what images are
 * built from is pulled before, since without it the steps cannot be told.
 */
export async function prepareUp(session: Session, flow: UpFlow): Promise<UpReady> {
  session.startConnecting();
  const loaded = await session.load({ services: flow.services });
  await session.lock(loaded.project.name, flow.command);
  return planFor(session, loaded, flow, 'pull');
}

/** The same without doing anything: `plan` and `--dry-run`. */
export async function planOnly(session: Session, flow: UpFlow): Promise<UpReady> {
  session.startConnecting();
  const loaded = await session.load({ services: flow.services });
  return planFor(session, loaded, flow, 'look');
}

async function planFor(
  session: Session,
  loaded: Loaded,
  flow: UpFlow,
  bases: 'pull' | 'look',
): Promise<UpReady> {
  const observed = await observeFor(session, loaded);
  const bare = { loaded, observed, services: flow.services };
  await refuseUnsupported(session, bare, flow.up.noDeps);
  const images = await imagesPlan(session, bare, flow.images, bases);
  if (images.plan.actions.length === 0) {
    const { planned } = await planWithDetails(session, bare, flow.up);
    return { loaded, observed, planned, amend: undefined, outcome: images.outcome };
  }
  const { arrivingImages, amendByImages } = await import('./arriving-images.ts');
  const arriving = arrivingImages(images, observed.capabilities);
  const { planned, input } = await planWithDetails(
    session,
    { ...bare, ...(arriving ? { arriving } : {}) },
    flow.up,
  );
  const amend = amendByImages(await session.engine(), input, flow.up);
  return { loaded, observed, planned, amend, outcome: images.outcome };
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
async function planWithDetails(
  session: Session,
  input: PlanInput,
  options: UpOptions,
): Promise<{ readonly planned: Planned; readonly input: PlanInput }> {
  const { planUp, imageReferences } = await import('../plan/plan-up.ts');
  const quick = planUp(input, options);
  const replaces = quick.plan.actions.some(
    ({ kind }) => kind === 'container.remove' || kind === 'pod.remove',
  );
  const { loaded } = input;
  const look = (): Promise<Observed> =>
    session.observe(loaded.project.name, imageReferences({ loaded }), true);
  const whole = replaces ? { ...input, observed: await look() } : input;
  const planned = replaces ? planUp(whole, options) : quick;
  const hideOrphans = session.isSet('COMPOSE_IGNORE_ORPHANS');
  await session.tell(planned.diagnostics.filter(({ code }) => !hideOrphans || code !== 'W_ORPHANS'));
  return { planned, input: whole };
}
