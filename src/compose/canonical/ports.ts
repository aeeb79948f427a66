/** A service's `ports`: `[[ip:]published:]target[/protocol]` with ranges, and the long form. */
import { isIP } from 'node:net';
import { scalarText } from '../merge.ts';
import { int, MapNode, mapOf, type Node, Seq, text } from '../node.ts';
import { type At, below, type Convert, problem } from './convert.ts';

export interface PortEntry {
  readonly hostIp: string;
  readonly published: string;
  readonly target: number;
  readonly protocol: string;
}

/**
 * Splits the short form, ranges included, into one entry per container port.
 * A host range over a single container port stays a range: any free port of it.
 *
 * @param spec - e.g. "127.0.0.1:8000-8002:80-82/udp"
 * @see https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports
 */
export function parsePort(spec: string): PortEntry[] | { readonly error: string } {
  const slash = spec.indexOf('/');
  const protocol = slash < 0 ? 'tcp' : spec.slice(slash + 1).toLowerCase();
  const address = slash < 0 ? spec : spec.slice(0, slash);
  const parts = splitAddress(address);
  if ('error' in parts) return parts;
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) return { error: `Invalid proto: ${protocol}` };
  const target = parseRange(parts.target);
  if (!target)
    return { error: parts.target === '' ? 'No port specified' : `Invalid containerPort: ${parts.target}` };
  const published = parts.published === '' ? undefined : parseRange(parts.published);
  if (parts.published !== '' && !published) return { error: `Invalid hostPort: ${parts.published}` };
  return pair(parts, target, published, protocol);
}

type Range = readonly [number, number];

function pair(
  parts: Address,
  target: Range,
  published: Range | undefined,
  protocol: string,
): PortEntry[] | { error: string } {
  const count = target[1] - target[0];
  const single = count === 0;
  if (published && !single && published[1] - published[0] !== count) {
    return {
      error: `Invalid ranges specified for container and host Ports: ${parts.target} and ${parts.published}`,
    };
  }
  const entries: PortEntry[] = [];
  for (let i = 0; i <= count; i++) {
    const host = !published
      ? ''
      : single && published[1] > published[0]
        ? parts.published
        : String(published[0] + i);
    entries.push({ hostIp: parts.ip, published: host, target: target[0] + i, protocol });
  }
  return entries;
}

interface Address {
  readonly ip: string;
  readonly published: string;
  readonly target: string;
}

function splitAddress(address: string): Address | { error: string } {
  const bracket = /^\[([^\]]*)\]:(.*)$/.exec(address);
  const rest = bracket ? (bracket[2] ?? '') : address;
  const parts = rest.split(':');
  const target = parts.pop() ?? '';
  const published = parts.pop() ?? '';
  const ip = bracket ? (bracket[1] ?? '') : parts.join(':');
  if ((bracket && parts.length > 0) || (ip !== '' && isIP(ip) === 0))
    return { error: `Invalid ip address: ${ip}` };
  return { ip, published, target };
}

function parseRange(range: string): Range | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range);
  if (!match) return undefined;
  const from = Number(match[1]);
  const to = match[2] === undefined ? from : Number(match[2]);
  return to < from || to > 65535 ? undefined : [from, to];
}

export const ports: Convert = (node, at) => {
  if (node.kind !== 'seq' || node.items.length === 0) return undefined;
  const items = node.items.flatMap((item, index) => port(item, below(at, index)));
  return new Seq(items, node);
};

function port(item: Node, at: At): Node[] {
  if (item.kind === 'map') return longPort(item, at);
  if (item.kind !== 'scalar') return [];
  if (item.type === 'float') {
    problem(item, at, `invalid type for port: ${scalarText(item)}`, 'write ports in quotes');
    return [];
  }
  const entries = parsePort(scalarText(item));
  if ('error' in entries) {
    problem(item, at, entries.error, 'the form is [IP:][PUBLISHED:]TARGET[/PROTOCOL], ranges as 8000-8002');
    return [];
  }
  return entries.flatMap((entry) => {
    if (entry.target === 0) return problem(item, at, 'a container port must be between 1 and 65535') ?? [];
    const fields: [string, Node][] = [['mode', text('ingress', item)]];
    if (entry.hostIp !== '') fields.push(['host_ip', text(entry.hostIp, item)]);
    fields.push(['target', int(entry.target, item)]);
    if (entry.published !== '') fields.push(['published', text(entry.published, item)]);
    fields.push(['protocol', text(entry.protocol, item)]);
    return mapOf(fields, item);
  });
}

function longPort(item: MapNode, at: At): Node[] {
  const target = item.get('target');
  const targetNumber = target?.kind === 'scalar' ? Number(target.value) : Number.NaN;
  if (!target || target.kind !== 'scalar' || !(targetNumber >= 1 && targetNumber <= 65535)) {
    problem(
      target ?? item,
      at,
      'a port needs a target between 1 and 65535',
      'target: the port inside the container',
    );
    return [];
  }
  const entries = new Map<string, Node>();
  for (const [key, value] of item.entries) {
    if (key === 'target') entries.set(key, int(targetNumber, value));
    else if (value.kind !== 'scalar' || value.value === null || value.value === '') continue;
    else entries.set(key, text(scalarText(value), value));
  }
  checkLong(item, entries, at);
  if (!entries.has('protocol')) entries.set('protocol', text('tcp', item));
  if (!entries.has('mode')) entries.set('mode', text('ingress', item));
  return [new MapNode(entries, item.keys, item)];
}

function checkLong(item: MapNode, entries: ReadonlyMap<string, Node>, at: At): void {
  const ip = item.get('host_ip');
  if (ip?.kind === 'scalar' && ip.value !== null && ip.value !== '' && isIP(String(ip.value)) === 0) {
    problem(ip, at, `invalid ip address: ${String(ip.value)}`);
  }
  const published = entries.get('published');
  if (published?.kind === 'scalar' && !parseRange(String(published.value))) {
    problem(published, at, `Invalid hostPort: ${String(published.value)}`);
  }
}
