/** `extra_hosts`: `host=ip`, `host:ip`, several addresses with commas, or a map -> sorted texts `host=ip`, one for each address. */

import { scalarText } from '../merge.ts';
import { isNull, type Node, Seq, text } from '../node.ts';
import { type At, type Convert, problem } from './convert.ts';

interface Entry {
  readonly host: string;
  readonly ip: string;
  readonly item: Node;
}

export const extraHosts: Convert = (node, at) => {
  const entries = node.kind === 'map' ? fromMap(node.entries) : node.kind === 'seq' ? fromList(node, at) : [];
  if (entries.length === 0 && !(node.kind === 'map' && node.entries.size > 0)) return undefined;
  for (const { host, item } of entries)
    if (host === '' || /[:=]/.test(host)) problem(item, at, `bad host name '${host}'`, 'write HOST=IP');
  const lines = entries.map(({ host, ip, item }) => text(`${host}=${ip.replace(/^\[(.+)\]$/, '$1')}`, item));
  return new Seq(
    lines.sort((a, b) => (String(a.value) < String(b.value) ? -1 : a.value === b.value ? 0 : 1)),
    node,
  );
};

function fromMap(map: ReadonlyMap<string, Node>): Entry[] {
  return [...map].flatMap(([host, value]) =>
    (value.kind === 'seq' ? value.items : [value]).map((item) => ({ host, ip: textIn(item), item })),
  );
}

function fromList(list: Seq, at: At): Entry[] {
  return list.items.flatMap((item) => {
    const [host, ips] = split(textIn(item));
    if (ips === undefined) {
      problem(item, at, `invalid additional host, missing IP: ${host}`, 'write HOST=IP');
      return [];
    }
    return ips.split(',').map((ip) => ({ host, ip, item }));
  });
}

/** At the first `=`, or else at the first `:`. */
function split(value: string): [string, string | undefined] {
  const at = value.includes('=') ? value.indexOf('=') : value.indexOf(':');
  return at < 0 ? [value, undefined] : [value.slice(0, at), value.slice(at + 1)];
}

function textIn(node: Node): string {
  return node.kind === 'scalar' && !isNull(node) ? scalarText(node) : '';
}
