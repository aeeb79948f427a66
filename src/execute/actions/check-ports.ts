import { ComposeError, fail } from '../../base/errors.ts';
import type { PortCheck } from '../../plan/types.ts';
import { type PortOwner, readPortOwner } from '../../podman/port-owner.ts';
import type { ObservedContainer } from '../../podman/types.ts';
import type { ActionContext } from '../context.ts';
import { type BindFailure, tryBind } from './try-bind.ts';

type CheckedPort = PortCheck['ports'][number];

/**
 * Binds every published port for a moment, before anything is changed. Skipped for an engine on another machine, whose ports are
 * not ours to try.
 *
 * @throws {ComposeError} one `E_PORT_TAKEN` for each port that cannot be had, with its owner where that can be known
 */
export async function checkPorts(action: PortCheck, context: ActionContext): Promise<void> {
  if (context.engine.capabilities.remote) return;
  const errors: ComposeError[] = [];
  let containers: readonly ObservedContainer[] | undefined;
  for (const { port, entry } of singlePorts(action.ports)) {
    const failure = await tryBind({ host: entry.host_ip ?? '', port, protocol: entry.protocol });
    if (failure === undefined || !isFinal(failure, context)) continue;
    containers ??= await context.call(() => context.engine.listContainers({}));
    errors.push(await portError({ entry, port, failure, containers }));
  }
  if (errors.length > 0) throw new ComposeError(errors.flatMap((error) => error.diagnostics));
}

/** One entry for each port of each range; those that the engine chooses itself are left out. */
function singlePorts(ports: readonly CheckedPort[]): { port: number; entry: CheckedPort }[] {
  return ports.flatMap((entry) => {
    const first = entry.host_port ?? 0;
    if (first === 0) return [];
    return Array.from({ length: entry.range ?? 1 }, (_, index) => ({ port: first + index, entry }));
  });
}

/** A root engine may bind ports that we may not. */
function isFinal(failure: BindFailure, context: ActionContext): boolean {
  return failure !== 'forbidden' || context.engine.capabilities.rootless;
}

async function portError(of: {
  entry: CheckedPort;
  port: number;
  failure: BindFailure;
  containers: readonly ObservedContainer[];
}): Promise<ComposeError> {
  const { entry, port, failure, containers } = of;
  const where = `${entry.host_ip ? `${entry.host_ip}:` : ''}${port}/${entry.protocol}`;
  const place = entry.source ? { span: entry.source } : {};
  const title = `port ${where}, which service "${entry.service}" publishes,`;
  if (failure === 'forbidden') {
    return fail('E_PORT_TAKEN', `${title} may only be bound by root`, {
      ...place,
      hint: `publish a port from 1024 on, or allow it: sysctl net.ipv4.ip_unprivileged_port_start=${port}`,
    });
  }
  if (failure === 'no-address') {
    return fail('E_PORT_TAKEN', `${title} names an address that this machine does not have`, place);
  }
  const owner =
    containerOwner(containers, port, entry.protocol) ?? processOwner(readPortOwner(port, entry.protocol));
  return fail('E_PORT_TAKEN', `${title} is already in use${owner ? ` by ${owner}` : ''}`, {
    ...place,
    hint: 'stop what uses it, or publish another port',
  });
}

function containerOwner(
  containers: readonly ObservedContainer[],
  port: number,
  protocol: string,
): string | undefined {
  const owner = containers.find(
    (container) =>
      container.state === 'running' &&
      container.ports.some((p) => p.hostPort === port && p.protocol.split(',').includes(protocol)),
  );
  if (!owner) return undefined;
  // The pod's own container says nothing of the project; its other members do.
  const labelled = [owner, ...podMates(containers, owner)].find(({ labels }) => projectLabel in labels);
  if (!labelled) return `container "${owner.name}"`;
  const folder = labelled.labels[`${projectLabel}.working_dir`];
  return `project "${labelled.labels[projectLabel]}"${folder ? ` in ${folder}` : ''}`;
}

const projectLabel = 'com.docker.compose.project';

function podMates(
  containers: readonly ObservedContainer[],
  owner: ObservedContainer,
): readonly ObservedContainer[] {
  return owner.podId === undefined ? [] : containers.filter(({ podId }) => podId === owner.podId);
}

function processOwner(owner: PortOwner | undefined): string | undefined {
  return owner && `process ${owner.pid} (${owner.command})`;
}
