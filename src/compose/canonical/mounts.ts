/** Short forms of volumes, devices, secrets and configs -> their long forms. */

import { didYouMean } from '../../base/did-you-mean.ts';
import { scalarText } from '../merge.ts';
import {
  bool as boolNode,
  entryPlace,
  int,
  MapNode,
  mapOf,
  mapSomeEntries,
  type Node,
  text,
} from '../node.ts';
import {
  type At,
  as,
  bytes,
  type Convert,
  flag,
  integer,
  list,
  mapping,
  natural,
  nonZero,
  object,
  problem,
  str,
  strings,
} from './convert.ts';
import { cleanTarget, parseVolume } from './volumes.ts';

const longVolume = object({
  type: str,
  source: str,
  target: as,
  read_only: flag,
  consistency: str,
  bind: object({ propagation: str, create_host_path: flag, selinux: str, recursive: str }),
  volume: object({ nocopy: flag, subpath: str, labels: mapping }),
  tmpfs: object({ size: bytes, mode: nonZero(natural) }),
  image: object({ subpath: str }),
});

/** `[SOURCE:]TARGET[:MODE]` -> the long form, paths as they were written. */
export const shortVolume: Convert = (node, at) => {
  if (node.kind !== 'scalar') return node;
  const parsed = parseVolume(scalarText(node));
  if ('error' in parsed) return problem(node, at, parsed.error, 'the form is [SOURCE:]TARGET[:MODE]');
  const fields: [string, Node][] = [['type', text(parsed.type, node)]];
  if (parsed.source !== undefined) fields.push(['source', text(parsed.source, node)]);
  fields.push(['target', text(parsed.target, node)]);
  const { readOnly, nocopy, propagation, selinux } = parsed.options;
  if (readOnly) fields.push(['read_only', boolNode(true, node)]);
  const bind: [string, Node][] = [];
  if (parsed.type === 'bind') bind.push(['create_host_path', boolNode(true, node)]);
  if (propagation) bind.push(['propagation', text(propagation, node)]);
  if (selinux) bind.push(['selinux', text(selinux, node)]);
  if (bind.length > 0) fields.push(['bind', mapOf(bind, node)]);
  if (nocopy || (parsed.type === 'volume' && !parsed.bare))
    fields.push(['volume', mapOf(nocopy ? [['nocopy', boolNode(true, node)]] : [], node)]);
  return mapOf(fields, node);
};

const volume: Convert = (node, at) => {
  const long = shortVolume(node, at);
  return long?.kind === 'map' ? checkLongVolume(long, at) : undefined;
};

function checkLongVolume(node: MapNode, at: At): Node | undefined {
  const target = node.get('target');
  if (target?.kind !== 'scalar' || target.value === null || target.value === '') {
    return problem(node, at, 'a volume needs a target', 'target: the path inside the container');
  }
  const type = node.get('type');
  const source = node.get('source');
  if (type?.kind === 'scalar' && type.value === 'bind' && (source?.kind !== 'scalar' || !source.value)) {
    return problem(node, at, 'a bind mount needs a source', 'source: the path on the host');
  }
  const result = longVolume(node, at);
  if (result?.kind !== 'map') return undefined;
  const entries = new Map(result.entries);
  entries.set('target', text(cleanTarget(scalarText(target)), target));
  return new MapNode(entries, node.keys, node);
}

export const volumes: Convert = list(volume);

/** `SOURCE[:TARGET[:rwm]]` -> the long form. */
export const shortDevice: Convert = (node, at) => {
  if (node.kind !== 'scalar') return node;
  const value = scalarText(node);
  const [source = '', target = '', permissions = 'rwm', ...more] = value.split(':');
  if (more.length > 0)
    return problem(
      node,
      at,
      `confusing device mapping ${value}`,
      'use the long form: source, target, permissions',
    );
  return mapOf(
    [
      ['source', text(source, node)],
      ['target', text(target || source, node)],
      ['permissions', text(permissions, node)],
    ],
    node,
  );
};

const device: Convert = (node, at) => {
  const long = shortDevice(node, at);
  if (long?.kind !== 'map') return undefined;
  if (!long.get('target'))
    return problem(
      long,
      at,
      'a device in the long form needs a target',
      'target: the path inside the container',
    );
  return object({ source: str, target: str, permissions: str })(long, at);
};

export const devices: Convert = list(device);

/** File modes are octal text in the canonical form. A text is octal digits, a number has been read as YAML reads it. */
const fileMode: Convert = (node, at) => {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  const given = node.value;
  const octal = typeof given === 'string' && /^[-+]?[0-7]+$/.test(given) ? Number.parseInt(given, 8) : given;
  if (typeof octal !== 'number' || node.type === 'float')
    return problem(node, at, `"${String(given)}" is not a file mode`, 'write octal digits: "0440"');
  return text(`0${octal.toString(8)}`, node);
};

/** A name -> a mount of that secret or config. */
export const shortFileMount: Convert = (node) =>
  node.kind === 'scalar' && node.value !== null
    ? mapOf([['source', text(scalarText(node), node)]], node)
    : node;

const fileMount: Convert = (node, at) => {
  const long = shortFileMount(node, at);
  return long
    ? object({ source: str, target: str, uid: str, gid: str, mode: fileMode })(long, at)
    : undefined;
};

export const fileMounts: Convert = list(fileMount);

const requestFields: Readonly<Record<string, Convert>> = {
  capabilities: strings,
  driver: str,
  count: nonZero(deviceCount),
  device_ids: strings,
  options: mapping,
};

/** What is not known is not carried out, and said so: the specification allows any attribute in `gpus`. */
const deviceRequest: Convert = (node, at) => {
  const result = object(requestFields)(node, at);
  if (result?.kind !== 'map') return result;
  const known = Object.keys(requestFields);
  return mapSomeEntries(result, (value, key) => {
    if (known.includes(key)) return value;
    if (key.startsWith('x-')) return undefined;
    const hint = didYouMean(key, known) ?? `known are ${known.join(', ')}`;
    const message = `${at.path.join('.')}: unknown attribute "${key}" has no effect`;
    at.context.report.add('W_UNSUPPORTED', message, entryPlace(result, key), { hint });
    return undefined;
  });
};

/** A number, or `all`. */
function deviceCount(node: Node, at: At): Node | undefined {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  if (typeof node.value === 'string') {
    if (node.value.toLowerCase() === 'all') return int(-1, node);
    if (/^[-+]?\d+$/.test(node.value)) return integer(node, at);
  } else if (node.type === 'int') return node;
  const message = `invalid value "${String(node.value)}", the only value allowed is 'all' or a number`;
  return problem(node, at, message, 'write all, or how many');
}

export const deviceRequests: Convert = list(deviceRequest);
