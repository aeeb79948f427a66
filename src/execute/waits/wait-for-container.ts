import { ComposeError, unreachable } from '../../base/errors.ts';
import type { ContainerWait } from '../../plan/types.ts';
import type { ActionContext } from '../context.ts';
import { hasHealthcheck, inspect, type Wait } from './wait.ts';
import { waitCompleted } from './wait-completed.ts';
import { waitHealthy } from './wait-healthy.ts';
import { waitRunning } from './wait-running.ts';

/**
 * Waits until a container meets the condition.
 *
 * It fails as soon as the condition can no longer be met, not only at the deadline. Without `required` a failure is a warning and
 * dependents go on.
 *
 * @throws {ComposeError} `E_DEPENDENCY` when the container ended, is gone or has no health check; `E_UNHEALTHY` when its checks
 * failed as often as they may, or the deadline passed
 */
export async function waitForContainer(action: ContainerWait, context: ActionContext): Promise<void> {
  const deadline =
    action.timeoutMs === undefined ? Number.POSITIVE_INFINITY : context.now() + action.timeoutMs;
  const wait: Wait = { action, context, deadline };
  try {
    await waitFor(wait);
  } catch (error) {
    if (action.required || context.signal.aborted || !(error instanceof ComposeError)) throw error;
    for (const d of error.diagnostics) context.warn({ ...d, severity: 'warning' });
  }
}

async function waitFor(wait: Wait): Promise<void> {
  const { condition } = wait.action;
  switch (condition) {
    case 'running':
      return waitRunning(wait);
    case 'healthy':
      return waitHealthy(wait);
    case 'completed':
      return waitCompleted(wait);
    case 'running-or-healthy': {
      const details = await inspect(wait);
      return hasHealthcheck(details) ? waitHealthy(wait) : waitRunning(wait);
    }
    default:
      return unreachable(condition);
  }
}
