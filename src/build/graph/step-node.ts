/** The nodes of the step graph. A node is what is done; two equal ones are one. */
import { digestOf } from '../../base/digest.ts';
import type { Span } from '../../base/span.ts';
import type { ImageConfig } from '../layer/image-config.ts';
import type { ContextUse, LayerWork, RunProcess, SegmentOptions } from '../types.ts';

/** Where a step begins, or what it takes from. */
export type NodeRef =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'image'; readonly id: string }
  | { readonly kind: 'step'; readonly node: StepNode };

export interface RunDetail {
  readonly kind: 'run';
  readonly prelude: readonly string[];
  readonly run: string;
  readonly contexts: Readonly<Record<string, NodeRef | { readonly kind: 'folder'; readonly folder: string }>>;
  readonly context?: ContextUse;
  /** The text of a script that begins with `#!`, to be mounted. */
  readonly script?: string;
  readonly process?: RunProcess;
  readonly config: ImageConfig;
  readonly author: string;
  readonly createdBy: string;
}

export interface LayersDetail {
  readonly kind: 'layers';
  readonly works: readonly LayerWork<NodeRef>[];
  readonly config: ImageConfig;
  readonly author: string;
}

export interface StepNode {
  /** Equal for equal steps, the chain below included. */
  readonly digest: string;
  /** Of this step alone: what is done and with which content, without the images that it takes. */
  readonly definition: string;
  readonly parent: NodeRef;
  /** Images that it takes files from. */
  readonly inputs: readonly NodeRef[];
  readonly detail: RunDetail | LayersDetail;
  readonly options: SegmentOptions;
  readonly title: string;
  readonly span: Span;
  /** Whose image asked first; the id of the action is made of it. */
  readonly service: string;
  /** All whose images need it, in their order. */
  readonly services: Set<string>;
  /** What it gives is not known before it is done: an address without a checksum. */
  readonly volatile: boolean;
  /** Somebody wants it done anew. */
  fresh: boolean;
  /** Of all that need it. */
  caches: StepCaches;
}

/** Repositories of registries that keep results of steps, each with the line that asks for it. */
export interface StepCaches {
  readonly from: ReadonlyMap<string, Span | undefined>;
  readonly to: ReadonlyMap<string, Span | undefined>;
}

export type StepDraft = Omit<StepNode, 'digest' | 'definition' | 'services' | 'inputs'> & {
  readonly inputs: readonly NodeRef[];
  /** What makes the step what it is: everything that its result depends on, but for images. */
  readonly content: unknown;
};

/** All steps of a project, each once, parents before children. */
export class StepTable {
  readonly #nodes = new Map<string, StepNode>();

  add(draft: StepDraft): StepNode {
    const { content, ...rest } = draft;
    const definition = digestOf([draft.detail.kind, content]);
    const digest = digestOf([definition, refText(draft.parent), draft.inputs.map(refText)]);
    const known = this.#nodes.get(digest);
    if (known) {
      known.services.add(draft.service);
      known.fresh ||= draft.fresh;
      known.caches = joinCaches(known.caches, draft.caches);
      return known;
    }
    const node: StepNode = { ...rest, digest, definition, services: new Set([draft.service]) };
    this.#nodes.set(digest, node);
    return node;
  }

  get nodes(): readonly StepNode[] {
    return [...this.#nodes.values()];
  }
}

function joinCaches(a: StepCaches, b: StepCaches): StepCaches {
  return { from: new Map([...a.from, ...b.from]), to: new Map([...a.to, ...b.to]) };
}

/** A reference as text that says which content it is. */
export function refText(ref: NodeRef): string {
  switch (ref.kind) {
    case 'scratch':
      return 'scratch';
    case 'image':
      return `image:${ref.id}`;
    case 'step':
      return `step:${ref.node.digest}`;
  }
}
