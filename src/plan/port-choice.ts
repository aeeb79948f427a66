/** A service's ports as they will be published: of a range over one target the first free one is taken. */
import type { Port, Project } from '../compose/types.ts';

/**
 * Podman has no "any of these": a range is resolved to its first port that nobody else of the project publishes.
 * Whether something else on the host uses it is found by the port check.
 */
export function portsOf(project: Project, name: string): readonly Port[] {
  const ports = project.services[name]?.ports ?? [];
  if (!ports.some(isRange)) return ports;
  const taken = new Set<string>();
  for (const [other, service] of Object.entries(project.services)) {
    for (const port of service.ports ?? []) {
      if (port.published === undefined) continue;
      if (!isRange(port)) taken.add(key(port, port.published));
      else if (other < name) taken.add(key(port, first(port, taken)));
    }
  }
  return ports.map((port) => {
    if (!isRange(port)) return port;
    const published = first(port, taken);
    taken.add(key(port, published));
    return { ...port, published };
  });
}

function isRange({ published }: Port): boolean {
  return published?.includes('-') === true;
}

function key(port: Port, published: string): string {
  return `${published}/${port.protocol ?? 'tcp'}`;
}

function first(port: Port, taken: ReadonlySet<string>): string {
  const [from = 0, to = 0] = (port.published ?? '').split('-').map(Number);
  for (let candidate = from; candidate <= to; candidate++) {
    if (!taken.has(key(port, String(candidate)))) return String(candidate);
  }
  return String(from);
}
