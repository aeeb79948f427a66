/** Who shares the pod's network, and whether the pod that is there will do for them. */
import type { Project } from '../compose/types.ts';
import type { ObservedPod } from '../podman/types.ts';
import type { PlanInput, UpOptions } from './inputs.ts';
import { labels } from './names.ts';
import { type Placements, place } from './placement.ts';
import { type PodChange, type PodPlan, podChange, podMembers, podPlan } from './pod.ts';

export interface SettledPod {
  readonly placements: Placements;
  readonly wantedPod: PodPlan | undefined;
  /** Why the pod that is there has to be made anew. */
  readonly reasonForPod: PodChange | undefined;
}

/** A running pod goes on for those that it was made for; when it cannot, the next one is for all. */
export function settlePod(
  input: PlanInput,
  options: UpOptions,
  pod: ObservedPod | undefined,
  changedNetworks: ReadonlySet<string>,
): SettledPod {
  const { loaded, observed } = input;
  const draft = (members: ReadonlySet<string> | undefined): Omit<SettledPod, 'reasonForPod'> => {
    const placements = place({
      project: loaded.project,
      provenance: loaded.provenance,
      observed,
      scale: options.scale,
      members,
    });
    return { placements, wantedPod: podPlan(loaded, placements, observed.capabilities) };
  };
  const members = podMembers(pod);
  const hasMembers = members !== undefined && members.size > 0;
  const kept = draft(hasMembers ? new Set(members.keys()) : undefined);
  const changedNetwork = kept.placements.pod.networks.find((key) => changedNetworks.has(key));
  const reasonForPod =
    takenPodReason(input, options, pod) ?? podReason(loaded.project, pod, kept.wantedPod, changedNetwork);
  return { ...(hasMembers && reasonForPod ? draft(undefined) : kept), reasonForPod };
}

function podReason(
  project: Project,
  pod: ObservedPod | undefined,
  wanted: PodPlan | undefined,
  changedNetwork: string | undefined,
): PodChange | undefined {
  if (!pod || !wanted) return undefined;
  if (changedNetwork !== undefined)
    return {
      text: `the definition of network ${changedNetwork} changed`,
      path: ['networks', changedNetwork],
    };
  return podChange(pod, wanted, project);
}

/** Its labels would go on to say that it belongs to another folder. */
function takenPodReason(
  { loaded }: PlanInput,
  { takeOver }: UpOptions,
  pod: ObservedPod | undefined,
): PodChange | undefined {
  const there = pod?.labels[labels.podWorkingDir];
  const isForeign = takeOver && there !== undefined && there !== loaded.workingDir;
  return isForeign ? { text: `it is taken over from ${there}` } : undefined;
}
