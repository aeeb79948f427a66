/** What a RUN does as a container of the engine, where that is the same as what Buildah would do. */
import type { StageScope } from '../../containerfile/scope.ts';
import type { RunInstruction } from '../../containerfile/types.ts';
import { cleanPath } from '../context/tree.ts';
import { type ImageConfig, variablesOf } from '../layer/image-config.ts';
import type { RunProcess, SegmentOptions } from '../types.ts';

export interface ProcessDraft {
  readonly instruction: RunInstruction;
  readonly argv: readonly string[];
  readonly config: ImageConfig;
  readonly scope: StageScope;
  /** Of this RUN. */
  readonly options: SegmentOptions;
}

/** @returns undefined for what only Buildah can do: mounts, limits, volumes, hosts and networks of its own */
export function runProcess({
  instruction,
  argv,
  config,
  scope,
  options,
}: ProcessDraft): RunProcess | undefined {
  const { network = 'default' } = options;
  const isPlain =
    instruction.mounts.length === 0 &&
    !options.privileged &&
    options.extraHosts.length === 0 &&
    options.ulimits.length === 0 &&
    options.shmSize === undefined &&
    options.memory === undefined &&
    Object.keys(config.Volumes ?? {}).length === 0;
  if (!isPlain || !isKnown(network)) return undefined;
  return {
    argv,
    environment: Object.fromEntries([...scope.args, ...variablesOf(config)]),
    ...(config.User ? { user: config.User } : {}),
    workingDir: `/${cleanPath(config.WorkingDir ?? '')}`,
    network,
  };
}

function isKnown(network: string): network is RunProcess['network'] {
  return network === 'default' || network === 'host' || network === 'none';
}
