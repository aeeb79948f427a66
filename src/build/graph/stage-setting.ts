import type { SegmentOptions } from '../types.ts';
import type { Origins } from './origins.ts';
import type { StepCaches, StepTable } from './step-node.ts';
import type { GraphWorld } from './world.ts';

/** What the steps of one stage share. */
export interface StageSetting {
  readonly service: string;
  readonly world: GraphWorld;
  readonly table: StepTable;
  readonly options: SegmentOptions;
  readonly origins: Origins;
  readonly fresh: boolean;
  readonly caches: StepCaches;
}
