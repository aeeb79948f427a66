import { type Diagnostic, sortDiagnostics, strictly } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import type { Loaded } from '../compose/types.ts';
import type { Amend, Outcome } from '../execute/types.ts';
import type { Planned } from '../plan/builder.ts';
import type { ImagesOptions, PlanInput, UpOptions } from '../plan/inputs.ts';
import { labels } from '../plan/names.ts';
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

/** Nothing is to be done. */
export interface UpSettled extends UpReady {
  /** All that is to be said. */
  readonly said: readonly Diagnostic[];
}

/**
 * The first half of `up`: load while connecting, lock, look, plan. Pulls and builds are part of the plan; only what images are
 * built from is pulled before, since without it the steps cannot be told.
 */
export async function prepareUp(session: Session, flow: UpFlow): Promise<UpReady | UpSettled> {
  await session.startLooking();
  session.tuning.littleWork();
  const loaded = await session.load({ services: flow.services });
  await session.lock(loaded.project.name, flow.command);
  return (await tellSettled(session, loaded, flow)) ?? planFor(session, loaded, { ...flow, bases: 'pull' });
}

/** The same without doing anything: `plan` and `--dry-run`. */
export async function planOnly(session: Session, flow: UpFlow): Promise<UpReady> {
  await session.startLooking();
  const loaded = await session.load({ services: flow.services });
  return (await tellSettled(session, loaded, flow)) ?? planFor(session, loaded, { ...flow, bases: 'look' });
}

/** What is found by another look after a run: the next one has to do nothing, unless something is left to do. */
export function settledAfter(
  session: Session,
  { loaded, observed }: UpReady,
  flow: UpFlow,
): Promise<UpSettled | undefined> {
  return planSettled(session, { loaded, flow, known: observed.images });
}

async function tellSettled(session: Session, loaded: Loaded, flow: UpFlow): Promise<UpSettled | undefined> {
  const settled = await planSettled(session, { loaded, flow });
  // What was loaded has been told.
  await session.tell(settled?.said.slice(loaded.diagnostics.length) ?? []);
  return settled;
}

interface SettledRequest {
  readonly loaded: Loaded;
  readonly flow: UpFlow;
  /** Images that were looked up before. */
  readonly known?: Observed['images'];
}

/**
 * The plan when nothing is to be done about what was there when the command began: then nothing was at that moment, whatever others
 * have done since. Undefined: there is something, and of that only what is seen under the lock counts.
 */
async function planSettled(
  session: Session,
  { loaded, flow, known }: SettledRequest,
): Promise<UpSettled | undefined> {
  const there = (await session.glimpse())?.containers.some(
    (container) => container.labels[labels.project] === loaded.project.name,
  );
  if (!there) return undefined;
  const { imageReferences } = await import('../plan/plan-up.ts');
  const observed = await session.foreseen(loaded.project.name, imageReferences({ loaded }), known);
  if (!observed) return undefined;
  const input = { loaded, observed, services: flow.services };
  const found = await idlePlan(input, flow);
  if (!found) return undefined;
  await refuseUnsupported(session, input, flow.up.noDeps);
  const { images, planned } = found;
  const said = [...loaded.diagnostics, ...images.diagnostics, ...wantedOf(session, planned)];
  return { loaded, observed, planned, said, amend: undefined, outcome: undefined };
}

async function idlePlan(
  input: PlanInput,
  { images: options, up }: UpFlow,
): Promise<{ readonly images: Planned; readonly planned: Planned } | undefined> {
  const [{ planImages }, { planUp }] = await Promise.all([
    import('../plan/plan-images.ts'),
    import('../plan/plan-up.ts'),
  ]);
  try {
    const images = planImages(input, options, Date.now());
    const planned = images.plan.actions.length === 0 ? planUp(input, up) : undefined;
    return planned?.plan.actions.length === 0 ? { images, planned } : undefined;
  } catch (error) {
    // What is wrong is said of what is there now.
    if (error instanceof ComposeError) return undefined;
    throw error;
  }
}

interface PlanRequest extends UpFlow {
  readonly bases: 'pull' | 'look';
}

async function planFor(session: Session, loaded: Loaded, flow: PlanRequest): Promise<UpReady> {
  const observed = await observeFor(session, loaded);
  const bare = { loaded, observed, services: flow.services };
  await refuseUnsupported(session, bare, flow.up.noDeps);
  const images = await imagesPlan(session, bare, flow.images, flow.bases);
  if (images.plan.actions.length === 0) {
    const { planned } = await planWithDetails(session, bare, flow.up);
    return { loaded, observed, planned, amend: undefined, outcome: images.outcome };
  }
  const { arrivingImages, amendByImages } = await import('./arriving-images.ts');
  const arriving = arrivingImages(images, observed.capabilities);
  const { planned: found, input } = await planWithDetails(
    session,
    { ...bare, ...(arriving ? { arriving } : {}) },
    flow.up,
  );
  const { steps } = images.plan;
  const planned = { ...found, plan: { ...found.plan, ...(steps ? { steps } : {}) } };
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
  await session.tell(wantedOf(session, planned));
  return { planned, input: whole };
}

function wantedOf(session: Session, { diagnostics }: Planned): readonly Diagnostic[] {
  const hideOrphans = session.isSet('COMPOSE_IGNORE_ORPHANS');
  return diagnostics.filter(({ code }) => !hideOrphans || code !== 'W_ORPHANS');
}
