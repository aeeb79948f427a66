/** Why a container must be made anew: the attribute that changed, and its line. */
import type { Span } from '../base/span.ts';
import type { Service } from '../compose/types.ts';
import type { ObservedContainer } from '../podman/types.ts';
import { unknownId } from './arriving.ts';
import { changedAttributes } from './config-hash.ts';
import { imageName, labels } from './names.ts';
import type { Placement } from './types.ts';
import type { UpState } from './up-state.ts';

/** One service on its way into the plan. */
export interface ServicePlan {
  readonly state: UpState;
  readonly name: string;
  readonly service: Service;
  readonly placement: Placement;
  readonly attributes: Readonly<Record<string, string>>;
  readonly hash: string;
  readonly source: Span | undefined;
}

export interface Reason {
  readonly text: string;
  readonly source: Span | undefined;
}

/** Why the container must be made anew; undefined: it may stay. */
export function recreateReason(plan: ServicePlan, old: ObservedContainer): Reason | undefined {
  const { options, input, resources } = plan.state;
  const provenance = input.loaded.provenance;
  if (options.takeOver && isForeign(plan, old))
    return {
      text: `it is taken over from ${old.labels[labels.workingDir] ?? 'another tool'}`,
      source: undefined,
    };
  if (options.recreate === 'never') return undefined;
  if (options.recreate === 'force') return { text: 'recreation was asked for', source: undefined };
  if (options.alwaysRecreateDeps && input.services.length > 0 && !input.services.includes(plan.name))
    return { text: 'recreation of dependencies was asked for', source: undefined };
  if (old.labels[labels.configHash] !== plan.hash) return configReason(plan, old);
  const network = Object.keys(plan.service.networks ?? {}).find((key) => resources.changedNetworks.has(key));
  if (network !== undefined)
    return {
      text: `the definition of network ${network} changed`,
      source: provenance.find(['networks', network]),
    };
  return namespaceReason(plan, old);
}

function configReason(plan: ServicePlan, old: ObservedContainer): Reason {
  const changed = changedAttributes(old.labels[labels.digests], plan.attributes) ?? [];
  const [first] = changed;
  if (first === undefined) return { text: 'its configuration changed', source: undefined };
  if (changed.length === 1 && first === 'image id' && isComing(plan))
    return { text: 'its image is made anew, which may change it', source: plan.source };
  const path = ['services', plan.name, ...pathOf(first)];
  return {
    text: `${changed.join(', ')} changed`,
    source: plan.state.input.loaded.provenance.find(path),
  };
}

function isComing({ state: { input }, name, service }: ServicePlan): boolean {
  return input.observed.images[imageName(input.loaded.project, name, service)]?.id === unknownId;
}

/** Its labels would go on to say that it belongs to somebody else. */
function isForeign({ state }: ServicePlan, old: ObservedContainer): boolean {
  const there = old.labels[labels.workingDir];
  return (
    old.labels[labels.own] === undefined || (there !== undefined && there !== state.input.loaded.workingDir)
  );
}

/** "network front" is written under networks; "environment" under itself. */
function pathOf(attribute: string): string[] {
  const [kind = '', name] = attribute.split(' ');
  if (attribute === 'image id') return ['image'];
  if (name === undefined) return [kind];
  return kind === 'network' ? ['networks', name] : [`${kind}s`];
}

/** A namespace is joined by the other container's id: when that one is new, so must this one be. */
function namespaceReason(plan: ServicePlan, old: ObservedContainer): Reason | undefined {
  const { service, state } = plan;
  for (const key of ['network_mode', 'pid', 'ipc'] as const) {
    const other = /^service:(.+)$/.exec(service[key] ?? '')?.[1];
    if (other === undefined || !state.services.get(other)?.recreated) continue;
    if (key === 'network_mode' && plan.placement.kind === 'pod') continue;
    return {
      text: `${other}, whose ${key} it shares, is made anew`,
      source: state.input.loaded.provenance.find(['services', plan.name, key]),
    };
  }
  if ((old.podId === undefined) !== (state.podName === undefined || plan.placement.kind === 'outside'))
    return { text: 'it moves into or out of the pod', source: plan.source };
  return undefined;
}
