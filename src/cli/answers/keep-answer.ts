/** Hands the answer of a command that had nothing to do over to be kept, where it hangs on nothing that goes by unseen. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Loaded } from '../../compose/types.ts';
import { labels } from '../../plan/names.ts';
import type { Observed } from '../../podman/types.ts';
import type { Session } from '../session.ts';

export interface IdleUp {
  readonly loaded: Loaded;
  readonly observed: Observed;
  /** Everything that was said. */
  readonly said: readonly Diagnostic[];
  /** What was written after that. */
  readonly text: string;
}

/** Of an `up` that leaves what runs to itself. */
export async function keepIdleUp(session: Session, { loaded, observed, said, text }: IdleUp): Promise<void> {
  const { witness } = session;
  if (!witness || isSpecial(session) || hangsOnTime(loaded)) return;
  const { name } = loaded.project;
  const pods = new Set(
    observed.pods.flatMap(({ id, labels: own }) => (own[labels.own] === name ? [id] : [])),
  );
  const containers = observed.containers.filter(
    ({ labels: own, podId }) => own[labels.project] === name || (podId !== undefined && pods.has(podId)),
  );
  // A network that a container is on cannot go without it. Of others the engine's own files would have to be asked.
  const joined = new Set(containers.flatMap(({ networks }) => networks));
  const { services, networks } = loaded.project;
  const wanted = Object.values(services).flatMap((service) => Object.keys(service.networks ?? {}));
  const isJoined = wanted.every((key) => joined.has(networks?.[key]?.name ?? key));
  if (isJoined) witness.keep({ text: (await session.rendered(said)) + text, entries: [], containers });
}

/** Of a build all of whose steps are there. */
export async function keepIdleBuild(
  session: Session,
  { loaded, said, text }: Omit<IdleUp, 'observed'>,
): Promise<void> {
  const { witness } = session;
  const room = witness && (await session.buildRoom());
  if (!witness || !room || isSpecial(session) || hangsOnTime(loaded)) return;
  const entries = [...room.world.contexts.looked()];
  if (entries.length > mostEntries || !(await room.ownsStore())) return;
  witness.keep({ text: (await session.rendered(said)) + text, entries });
}

/** So many files are looked at as quickly by the build itself. */
const mostEntries = 4000;

function isSpecial({ options }: Session): boolean {
  return options.debug || options.dryRun;
}

/** A pull policy as `daily`. */
function hangsOnTime({ project }: Loaded): boolean {
  return Object.values(project.services).some(({ pull_policy: policy }) =>
    /^(?:daily|weekly|refresh|every_)/.test(policy ?? ''),
  );
}
