/** Where a stage has got to: the image so far, and what instructions have said since that is not in it yet. */
import { canonicalJson } from '../../base/digest.ts';
import type { StageScope } from '../../containerfile/scope.ts';
import type { StageInstruction } from '../../containerfile/types.ts';
import {
  applyInstruction,
  type ConfigState,
  type ImageConfig,
  scratchConfig,
} from '../layer/image-config.ts';
import type { LayerWork } from '../types.ts';
import type { NodeRef } from './step-node.ts';
import type { KnownImage } from './world.ts';

/** An instruction that has been read but is in no image yet. */
export interface PendingInstruction {
  readonly instruction: StageInstruction;
  readonly work: LayerWork<NodeRef>;
}

export interface StagePoint {
  readonly at: NodeRef;
  /** The configuration that the instructions so far ask for. */
  readonly state: ConfigState;
  /** The one that the image at `at` has. */
  readonly made: ConfigState;
  readonly pending: readonly PendingInstruction[];
  readonly scope: StageScope;
}

export function scratchState(): ConfigState {
  return { config: scratchConfig, author: '', hasOwnCmd: false };
}

export function imageState({ document }: KnownImage): ConfigState {
  return { config: document.config ?? {}, author: document.author ?? '', hasOwnCmd: false };
}

/** True when the image so far is not yet what the instructions ask for. */
export function isBehind({ state, made }: StagePoint): boolean {
  const text = ({ config, author }: ConfigState): string => canonicalJson([significant(config), author]);
  return text(state) !== text(made);
}

/** Without what says nothing: null, '' and empty lists. */
function significant(config: ImageConfig): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config as Record<string, unknown>).filter(([, value]) => {
      if (value === null || value === undefined || value === '') return false;
      return typeof value !== 'object' || Object.keys(value).length > 0;
    }),
  );
}

/** The point after an instruction that only changes the configuration. */
export function withPending(
  point: StagePoint,
  instruction: StageInstruction,
  work: LayerWork<NodeRef>,
): StagePoint {
  return {
    ...point,
    state: applyInstruction(point.state, instruction),
    pending: [...point.pending, { instruction, work }],
  };
}

/** The configuration without triggers: an image with triggers would fire them in the next step that Buildah makes on it. */
export function withoutTriggers(state: ConfigState): ConfigState {
  const { OnBuild, ...config } = state.config;
  return { ...state, config };
}
