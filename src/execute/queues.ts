import PQueue from 'p-queue';
import type { Lane } from './cost.ts';
import type { ExecuteRequest } from './types.ts';

/** One queue for each scarce thing; only actions that are ready to run are put in. */
export type Queues = Readonly<Record<Exclude<Lane, 'none'>, PQueue>>;

export function makeQueues(limits: ExecuteRequest['limits']): Queues {
  return {
    calls: new PQueue({ concurrency: limits.calls }),
    builds: new PQueue({ concurrency: limits.builds }),
    pulls: new PQueue({ concurrency: limits.pulls }),
  };
}
