/** Short forms of volumes, devices, secrets and configs -> their long forms. */

import { scalarText } from '../merge.ts';
import { bool as boolNode, int, MapNode, mapOf, type Node, Scalar, Seq, text } from '../node.ts';
import {
  type At,
  as,
  bytes,
  type Convert,
  flag,
  list,
  mapping,
  nonZero,
  number,
  object,
  problem,
  str,
} from './convert.ts';
import { cleanTarget, parseVolume } from './volumes.ts';

const longVolume = object({
  type: str,
  source: str,
  target: as,
  read_only: flag,
  consistency: str,
  bind: object(
    { propagation: str, create_host_path: flag, selinux: str, recursive: str },
    { keepEmpty: true },
  ),
  volume: object({ nocopy: flag, subpath: str, labels: mapping }, { keepEmpty: true }),
  tmpfs: object({ size: bytes, mode: nonZero }, { keepEmpty: true }),
  image: object({ subpath: str }, { keepEmpty: true }),
});

const volume: Convert = (node, at) => {
  if (node.kind === 'map') return checkLongVolume(node, at);
  if (node.kind !== 'scalar') return undefined;
  const parsed = parseVolume(scalarText(node));
  if ('error' in parsed) return problem(node, at, parsed.error, 'the form is [SOURCE:]TARGET[:MODE]');
  const fields: [string, Node][] = [['type', text(parsed.type, node)]];
  if (parsed.source !== undefined) fields.push(['source', text(parsed.source, node)]);
  fields.push(['target', text(parsed.target, node)]);
  if (parsed.readOnly) fields.push(['read_only', boolNode(true, node)]);
  if (parsed.type === 'bind') {
    const bind: [string, Node][] = [['create_host_path', boolNode(true, node)]];
    if (parsed.propagation) bind.push(['propagation', text(parsed.propagation, node)]);
    if (parsed.selinux) bind.push(['selinux', text(parsed.selinux, node)]);
    fields.push(['bind', mapOf(bind, node)]);
  } else {
    fields.push(['volume', mapOf(parsed.nocopy ? [['nocopy', boolNode(true, node)]] : [], node)]);
  }
  return mapOf(fields, node);
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

const device: Convert = (node, at) => {
  if (node.kind === 'map') {
    if (!node.get('target')) return problem(node, at, 'a device in the long form needs a target');
    return object({ source: str, target: str, permissions: str })(node, at);
  }
  if (node.kind !== 'scalar') return undefined;
  const value = scalarText(node);
  const [source = '', target = '', permissions = '', ...more] = value.split(':');
  if (more.length > 0)
    return problem(node, at, `invalid device mapping ${value}`, 'the form is SOURCE[:TARGET[:rwm]]');
  return mapOf(
    [
      ['source', text(source, node)],
      ['target', text(target || source, node)],
      ['permissions', text(permissions || 'rwm', node)],
    ],
    node,
  );
};

export const devices: Convert = list(device);

/** File modes are octal text in the canonical form. */
const fileMode: Convert = (node, at) => {
  const value = number(node, at);
  return value?.kind === 'scalar' ? text(`0${Number(value.value).toString(8)}`, node) : undefined;
};

const fileMount: Convert = (node, at) => {
  if (node.kind === 'scalar' && node.value !== null)
    return mapOf([['source', text(scalarText(node), node)]], node);
  return object({ source: str, target: str, uid: str, gid: str, mode: fileMode })(node, at);
};

export const fileMounts: Convert = list(fileMount);

const deviceRequest = object({
  capabilities: as,
  driver: str,
  count: (node) => (node.kind === 'scalar' && node.value === 'all' ? int(-1, node) : numeric(node)),
  device_ids: as,
  options: mapping,
});

function numeric(node: Node): Node | undefined {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  return typeof node.value === 'string' ? new Scalar(Number(node.value), 'int', node) : node;
}

/** Device requests; without ids and count all devices are meant. */
export const deviceRequests: Convert = (node, at) => {
  if (node.kind === 'scalar') return node.value === 'all' ? allDevices(node) : undefined;
  return list((item, where) => {
    const result = deviceRequest(item, where);
    if (result?.kind !== 'map') return undefined;
    if (result.get('count') && result.get('device_ids')) {
      return problem(item, where, '"count" and "device_ids" attributes are exclusive');
    }
    if (result.get('count') || result.get('device_ids')) return result;
    return new MapNode(new Map([...result.entries, ['count', int(-1, item)]]), result.keys, result);
  })(node, at);
};

function allDevices(node: Scalar): Seq {
  return new Seq([mapOf([['count', int(-1, node)]], node)], node);
}
