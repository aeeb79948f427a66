import type { Action } from '../../plan/types.ts';
import type { ActionContext } from '../context.ts';
import { waitForContainer } from '../waits/wait-for-container.ts';
import { checkPorts } from './check-ports.ts';
import { createContainer } from './create-container.ts';
import { createPod } from './create-pod.ts';
import { createSecret } from './create-secret.ts';
import { pullImage } from './pull-image.ts';
import { pushImage } from './push-image.ts';
import { removeContainer } from './remove-container.ts';
import { runBuild } from './run-build.ts';
import { runPostStart } from './run-hook.ts';
import { stopContainer } from './stop-container.ts';

/**
 * Carries one action out. Every action may be run again: the engine counts "already there" and "already gone" as done.
 *
 * Engine calls that are short are never cut off by the signal: the engine would finish them all the same and we would not know.
 */
export async function runAction(action: Action, context: ActionContext): Promise<void> {
  const { engine } = context;
  switch (action.kind) {
    case 'port.check':
      return checkPorts(action, context);
    case 'image.pull':
      return pullImage(action, context);
    case 'image.push':
      return pushImage(action, context);
    case 'image.remove':
      return engine.removeImage(action.reference);
    case 'network.create':
      return engine.createNetwork(action.spec);
    case 'network.remove':
      return engine.removeNetwork(action.name);
    case 'volume.create':
      return engine.createVolume(action.spec);
    case 'volume.remove':
      return engine.removeVolume(action.name);
    case 'secret.create':
      return createSecret(action, context);
    case 'secret.remove':
      return engine.removeSecret(action.name);
    case 'pod.create':
      return createPod(action, context);
    case 'pod.start':
      return engine.startPodInfra(action.name);
    case 'pod.remove':
      return engine.removePod(action.name);
    case 'container.create':
      return createContainer(action, context);
    case 'container.init':
      return engine.initContainer(action.name);
    case 'container.start':
      return engine.startContainer(action.name, { onMend: context.progress });
    case 'container.wait':
      return waitForContainer(action, context);
    case 'container.stop':
      return stopContainer(action, context);
    case 'container.kill':
      return engine.killContainer(action.name, action.signal);
    case 'container.pause':
      return engine.pauseContainer(action.name);
    case 'container.unpause':
      return engine.unpauseContainer(action.name);
    case 'container.rename':
      return engine.renameContainer(action.name, action.newName);
    case 'container.remove':
      return removeContainer(action, context);
    case 'container.hook':
      return runPostStart(action, context);
    default:
      return runBuild(action, context);
  }
}
