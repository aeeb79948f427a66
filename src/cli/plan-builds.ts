/** The image plan with the builds as steps: what is missing below them is pulled first. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ImageConfig } from '../build/layer/image-config.ts';
import type { Loaded } from '../compose/types.ts';
import type { Outcome } from '../execute/types.ts';
import type { Planned } from '../plan/builder.ts';
import type { Plan } from '../plan/types.ts';
import type { Observed } from '../podman/types.ts';
import type { ExpandedBuilds } from './expand-builds.ts';
import { joinOutcomes, runPlan } from './run-plan.ts';
import type { Session } from './session.ts';

export interface PlanBuilds {
  readonly loaded: Pick<Loaded, 'project' | 'environment'>;
  readonly observed: Observed;
  readonly planned: Planned;
  /** False: nothing may be done, so images that are not there stay unknown. */
  readonly mayPull: boolean;
}

export interface PlannedBuilds extends Planned {
  /** Of pulling base images. */
  readonly outcome?: Outcome;
  /** Keys of the steps, as far as they are known. */
  readonly keys?: ReadonlySet<string>;
  /** How the images that are made in steps will be configured, by service. */
  readonly configs?: ReadonlyMap<string, ImageConfig>;
}

export async function planBuilds(session: Session, request: PlanBuilds): Promise<PlannedBuilds> {
  const { planned, observed } = request;
  if (!planned.plan.actions.some(({ kind }) => kind === 'image.build')) return planned;
  const [{ expandBuilds }, room] = await Promise.all([import('./expand-builds.ts'), session.buildRoom()]);
  if (!room) return { ...planned, diagnostics: [...planned.diagnostics, ...farNotes(planned)] };
  const imageId = async (name: string): Promise<string | undefined> => {
    const known = observed.images[name];
    return known === undefined ? room.imageId(name) : known?.id;
  };
  const expand = (unpulled: ReadonlySet<string>): Promise<ExpandedBuilds> =>
    expandBuilds({ planned, room, imageId, unpulled });
  let expanded = await expand(new Set());
  if (!request.mayPull) return expanded;
  // A file names its images one after the other: the next may be known only when the one before is there.
  const asked = new Set<string>();
  const outcomes: Outcome[] = [];
  for (;;) {
    const pulls = expanded.pulls.filter(({ reference }) => !asked.has(reference));
    if (pulls.length === 0) break;
    for (const { reference } of pulls) asked.add(reference);
    const plan: Plan = { ...planned.plan, actions: pulls };
    outcomes.push(await runPlan(session, plan, { loaded: request.loaded, failureMode: 'continue' }));
    room.forgetImages();
    expanded = await expand(asked);
  }
  return outcomes.length === 0 ? expanded : { ...expanded, outcome: joinOutcomes(outcomes) };
}

/** The layer builder is not silently done without. */
function farNotes({ plan }: Planned): Diagnostic[] {
  return plan.actions.flatMap((action): Diagnostic[] => {
    if (action.kind !== 'image.build') return [];
    const message = `the image of service "${action.service}" is built by podman build as a whole: the engine's store is not on this machine`;
    const span = action.source ? { span: action.source } : {};
    return [{ code: 'W_BUILD_WHOLE', severity: 'info', message, ...span }];
  });
}
