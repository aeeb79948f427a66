import { fail } from '../base/errors.ts';
import { containersByService, numberOf } from '../plan/model.ts';
import type { ObservedContainer } from '../podman/types.ts';
import { findContainers } from './find-project.ts';
import type { Session } from './session.ts';

export interface OneContainer {
  readonly service: string;
  /** Number of the replica; absent: the first. */
  readonly index: number | undefined;
  readonly mustRun: boolean;
}

/**
 * The container that a command for one container means.
 *
 * @throws {ComposeError} `E_SERVICE_UNKNOWN`; `E_NO_CONTAINER` when the service has no such container
 */
export async function findContainer(
  session: Session,
  { service, index, mustRun }: OneContainer,
): Promise<ObservedContainer> {
  const found = await findContainers(session, [service]);
  const all = containersByService(found, found.project).get(service) ?? [];
  const numbered = all.filter((container) => index === undefined || numberOf(container) === index);
  const container = numbered.find(({ state }) => state === 'running' || state === 'paused') ?? numbered[0];
  if (!container || (mustRun && container.state !== 'running')) {
    const which = index === undefined ? '' : ` container #${index}`;
    const hint = container
      ? `it is ${container.state}; start it with: tscompose start ${service}`
      : `start it with: tscompose up -d ${service}`;
    throw fail('E_NO_CONTAINER', `service "${service}"${which} is not running`, { hint });
  }
  return container;
}
