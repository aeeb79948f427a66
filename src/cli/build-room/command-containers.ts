import { FileIndex } from '../../build/context/file-index.ts';
import { LocalTree } from '../../build/context/local-tree.ts';
import { sandboxNeeds } from '../../build/run/sandbox-needs.ts';
import type { BuildTools } from '../../build/run/tools.ts';
import type { BuildAction } from '../../build/types.ts';
import { runStepContainer } from '../../podman/step/step-container.ts';
import { StepSandboxes } from '../../podman/step/step-sandboxes.ts';
import type { Engine } from '../../podman/types.ts';
import type { Environment } from '../global-options.ts';

/** The engine's containers that commands are run in, and what they share. */
export interface CommandContainers {
  /** Absent: what a container changes cannot be read here. */
  readonly run?: NonNullable<BuildTools['container']>;
  /** Makes ready what these actions will need. @param limit - how many run at once */
  readonly foresee: (actions: readonly BuildAction[], limit: number) => void;
  /** Waits for what is still being cleared away. */
  readonly settle: () => Promise<void>;
}

/** @param folder - makes or finds this user's private directory */
export function commandContainers(engine: Engine, env: Environment, folder: () => string): CommandContainers {
  const sandboxes = new StepSandboxes({ engine, folder: folder() });
  const removals = new Set<Promise<void>>();
  const settle = async (): Promise<void> => {
    removals.add(sandboxes.close());
    await Promise.all(removals);
  };
  if (!seesChanges(engine, env)) return { foresee: () => undefined, settle };
  return {
    run: async (call, telling) => {
      const ended = await runStepContainer(call, {
        engine,
        environment: env,
        folder: folder(),
        sandboxes,
        ...telling,
      });
      return {
        files: new LocalTree(ended.folder, new FileIndex(ended.folder, undefined, Date.now)),
        // What stays is found by the next build.
        remove: () => void removals.add(ended.remove().catch(() => undefined)),
      };
    },
    foresee: (actions, limit) => {
      const { uses, width, image } = sandboxNeeds(actions);
      if (image !== undefined) sandboxes.prepare({ uses, count: Math.min(width, limit), image });
    },
    settle,
  };
}

/** What a container changes can be read as it stands: by root, in plain directories. `BUILDAH_ISOLATION` asks for Buildah's ways. */
function seesChanges({ capabilities: { rootless, store } }: Engine, env: Environment): boolean {
  if (!store || rootless || env['BUILDAH_ISOLATION']) return false;
  return store.driver === 'overlay' && !store.mountProgram && store.plainUpper;
}
