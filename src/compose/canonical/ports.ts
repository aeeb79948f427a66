/** A service's `ports`: `[[ip:]published:]target[/protocol]` with ranges, and the long form. */
import { isIP } from 'node:net';
import { scalarText } from '../merge.ts';
import { int, MapNode, mapOf, type Node, type Scalar, Seq, text } from '../node.ts';
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
  const parts = splitAddress(spec);
  if ('error' in parts) return parts;
  const [container = '', written = ''] = parts.target.split('/');
  const protocol = written === '' ? 'tcp' : written.toLowerCase();
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) return { error: `Invalid proto: ${written}` };
  if (container === '') return { error: `No port specified: ${spec}` };
  const target = parseRange(container);
  if (!target) return { error: `Invalid containerPort: ${container}` };
  const published = parts.published === '' ? undefined : parseRange(parts.published);
  if (parts.published !== '' && !published) return { error: `Invalid hostPort: ${parts.published}` };
  return pair({ ...parts, target: container }, target, published, protocol);
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
        ? `${published[0]}-${published[1]}`
        : String(published[0] + i);
    entries.push({ hostIp: parts.ip, published: host, target: target[0] + i, protocol });
  }
  // In the order of their texts, so that ranges come out as compose tools print them.
  return entries.sort((a, b) => (`${a.target}/` < `${b.target}/` ? -1 : 1));
}

interface Address {
  readonly ip: string;
  readonly published: string;
  readonly target: string;
}

/** `[IP:][PUBLISHED:]TARGET`; an IPv6 address is in brackets. */
function splitAddress(spec: string): Address | { error: string } {
  const parts = spec.split(':');
  const target = parts.pop() ?? '';
  const published = parts.pop() ?? '';
  const written = parts.join(':');
  const ip = written.replace(/^\[(.*)\]$/, '$1');
  const needsBrackets = written.includes(':') && ip === written;
  if (needsBrackets || (ip !== '' && !isAddress(ip))) return { error: `Invalid ip address: ${written}` };
  return { ip, published, target };
}

/** A zone ("fe80::1%eth0") is not a part of an address here. */
function isAddress(ip: string): boolean {
  return isIP(ip) !== 0 && !ip.includes('%');
}

function parseRange(range: string): Range | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(range);
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
  const long = item.kind === 'scalar' ? shortPort(item, at) : [item];
  return long.flatMap((entry) => (entry.kind === 'map' ? longPort(entry, at) : []));
}

/** The short form -> its long forms, one for each container port. */
export function shortPort(item: Scalar, at: At): Node[] {
  if (item.type === 'float') {
    problem(item, at, `invalid type for port: ${scalarText(item)}`, 'write ports in quotes');
    return [];
  }
  const entries = parsePort(scalarText(item));
  if ('error' in entries) {
    problem(item, at, entries.error, 'the form is [IP:][PUBLISHED:]TARGET[/PROTOCOL], ranges as 8000-8002');
    return [];
  }
  return entries.map((entry) => {
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
  if (target?.kind !== 'scalar' || !(targetNumber >= 1 && targetNumber <= 65535)) {
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
    problem(ip, at, `invalid ip address: ${String(ip.value)}`, 'write for example 127.0.0.1');
  }
  const written = item.get('published');
  if (written?.kind === 'scalar' && written.type === 'float')
    problem(written, at, `invalid port: ${scalarText(written)}`, 'write ports in quotes');
  const published = entries.get('published');
  if (published?.kind === 'scalar' && !parseRange(String(published.value))) {
    problem(
      published,
      at,
      `Invalid hostPort: ${String(published.value)}`,
      'write a port, or a range: 8000-8010',
    );
  }
}
