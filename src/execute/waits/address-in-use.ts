import type { ContainerInspect, Engine, ObservedContainer } from '../../podman/types.ts';

const addressInUse = /address (?:is )?already in use|EADDRINUSE|errno[:= ]*98\b/i;

/**
 * Two members of a pod that bind one port do not separate: the second one dies of "address already in use", which nothing in the
 * engine sees. Recognised by the log's last lines; the member that holds the port is found by looking into the others.
 *
 * @returns undefined when the container did not die of that, or is not in a pod
 */
export async function clashOf(
  engine: Engine,
  details: ContainerInspect,
  lines: readonly string[],
  signal?: AbortSignal,
): Promise<{ message: string; hint: string } | undefined> {
  const line = lines.findLast((text) => addressInUse.test(text));
  if (line === undefined) return undefined;
  const others = await otherMembers(engine, details, signal);
  if (others.length === 0) return undefined;
  const port = portIn(line);
  const holder = port === undefined ? undefined : await holderOf(engine, others, port, signal);
  const names = holder
    ? `service ${quoted(holder)}`
    : `another service of the pod (${others.map(quoted).join(', ')})`;
  const self = details.labels['com.docker.compose.service'] ?? details.name;
  return {
    message: `its port${port === undefined ? '' : ` ${port}`} is already bound by ${names}, which shares the pod's network`,
    hint: `give "${self}" a network namespace of its own: x-podman: {share_network: false}`,
  };
}

function quoted(container: ObservedContainer): string {
  return `"${container.labels['com.docker.compose.service'] ?? container.name}"`;
}

/** The running members of the same pod, without its infra container. */
async function otherMembers(
  engine: Engine,
  details: ContainerInspect,
  signal?: AbortSignal,
): Promise<readonly ObservedContainer[]> {
  const all = await engine.listContainers({}, signal ? { signal } : {});
  const podId = all.find((container) => container.name === details.name)?.podId;
  if (podId === undefined) return [];
  return all.filter(
    (other) =>
      other.podId === podId && other.name !== details.name && !other.isInfra && other.state === 'running',
  );
}

/** The port in `bind() to 0.0.0.0:80 failed (98: Address already in use)`, `listen EADDRINUSE: ... :::3000` and their like. */
export function portIn(line: string): number | undefined {
  const matches = [...line.matchAll(/(?::|\bport[ =:]+)(\d{1,5})\b/gi)].map((match) => Number(match[1]));
  return matches.find((port) => port > 0 && port < 65_536);
}

/** Prints the socket table and the sockets of every process that the container sees. */
const lookInside = 'cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; ls -l /proc/[0-9]*/fd 2>/dev/null';

async function holderOf(
  engine: Engine,
  members: readonly ObservedContainer[],
  port: number,
  signal?: AbortSignal,
): Promise<ObservedContainer | undefined> {
  for (const member of members) {
    try {
      const request = { command: ['sh', '-c', lookInside], user: '0' };
      const { output } = await engine.execInContainer(member.name, request, signal ? { signal } : {});
      if (holdsPort(output, port)) return member;
    } catch {
      // No shell in there: the answer then names all members.
    }
  }
  return undefined;
}

/** Whether a listening socket of that port is among the open files. */
export function holdsPort(output: string, port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const listening = new RegExp(`^\\s*\\d+: [0-9A-F]+:${hex} [0-9A-F]+:0000 0A (?:\\S+\\s+){5}(\\d+)`, 'gm');
  return [...output.matchAll(listening)].some((match) => output.includes(`socket:[${match[1]}]`));
}
