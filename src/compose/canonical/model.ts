/**
 * Phase `canonical`: short forms become long ones, and nothing else changes: values keep the form they were written in until `typed`.
 * It runs after each document, so that the next one is merged onto long forms. Doing it twice changes nothing.
 */
import { type LoadContext, Reporter } from '../context.ts';
import { scalarText, startedDependency } from '../merge.ts';
import {
  bool,
  isMap,
  isNull,
  MapNode,
  mapEntries,
  mapItems,
  mapOf,
  type Node,
  nothing,
  Scalar,
  Seq,
  text,
  textOf,
} from '../node.ts';
import { type PatternNode, patternTree, step } from '../path-pattern.ts';
import { type At, below, type Convert, problem } from './convert.ts';
import { shortDevice, shortFileMount, shortVolume } from './mounts.ts';
import { shortPort } from './ports.ts';

/** What a row does to a value; `children` says to go on inside of the result. */
interface Rule {
  readonly change: Convert;
  readonly children?: boolean;
}

const rule = (change: Convert): Rule => ({ change });
const eachItem = (change: Convert): Rule =>
  rule((node, at) =>
    node.kind === 'seq' ? mapItems(node, (item, index) => change(item, below(at, index)) ?? item) : node,
  );

const table = patternTree<Rule>({
  'configs.*': rule(maybeExternal),
  'networks.*': rule(maybeExternal),
  'secrets.*': rule(maybeExternal),
  'volumes.*': rule(maybeExternal),
  'services.*.build': { change: buildForm, children: true },
  'services.*.build.additional_contexts': rule(keyValues),
  'services.*.build.provenance': rule(asText),
  'services.*.build.sbom': rule(asText),
  'services.*.build.secrets': eachItem(shortFileMount),
  'services.*.build.ssh': rule(sshKeys),
  'services.*.configs': eachItem(shortFileMount),
  'services.*.depends_on': rule(dependencies),
  'services.*.develop.watch.*.ignore': rule(asList),
  'services.*.develop.watch.*.include': rule(asList),
  'services.*.devices': eachItem(shortDevice),
  'services.*.dns': rule(dnsServers),
  'services.*.env_file': rule(envFiles),
  'services.*.gpus': rule(gpus),
  'services.*.label_file': rule(asList),
  'services.*.models': rule(names),
  'services.*.networks': rule(names),
  'services.*.ports': rule(ports),
  'services.*.secrets': eachItem(shortFileMount),
  'services.*.volumes': eachItem(shortVolume),
});

/** Problems are reported through the context; without interpolation a value that cannot be read yet is left as it is. */
export function canonicalModel(tree: MapNode, context: LoadContext): MapNode {
  return walk(tree, table, { path: [], context }) as MapNode;
}

function walk(node: Node, pattern: PatternNode<Rule> | undefined, at: At): Node {
  if (!pattern) return node;
  const changed = pattern.value ? applyRule(pattern.value, node, at) : node;
  if (pattern.value && !pattern.value.children) return changed;
  if (changed.kind === 'map')
    return mapEntries(changed, (value, key) => walk(value, step(pattern, key), below(at, key)));
  if (changed.kind === 'seq')
    return mapItems(changed, (item, index) => walk(item, step(pattern, String(index)), below(at, index)));
  return changed;
}

function applyRule({ change }: Rule, node: Node, at: At): Node {
  if (at.context.interpolate) return change(node, at) ?? node;
  const scratch = new Reporter();
  const result = change(node, { path: at.path, context: { ...at.context, report: scratch } });
  return scratch.hasErrors ? node : (result ?? node);
}

/** `external: {name: x}` is the old form of `external: true` with a `name`. */
function maybeExternal(node: Node, at: At): Node {
  const external = isMap(node) ? node.get('external') : undefined;
  if (!isMap(node) || !isMap(external)) return node;
  const name = external.get('name');
  const own = node.get('name');
  const entries = new Map<string, Node>([...node.entries, ['external', bool(true, external)]]);
  if (name) {
    const message = `${at.path.join('.')}: external.name is obsolete, use name with external: true`;
    at.context.report.add('W_OBSOLETE', message, external, {
      hint: `write external: true and name: ${textOf(name) ?? 'NAME'}`,
    });
    if (own && textOf(own) !== textOf(name))
      problem(external, at, 'name and external.name conflict', 'keep only name');
    if (!own) entries.set('name', name);
  }
  return new MapNode(entries, node.keys, node);
}

function buildForm(node: Node): Node {
  return node.kind === 'scalar' && typeof node.value === 'string' ? mapOf([['context', node]], node) : node;
}

function keyValues(node: Node, at: At): Node | undefined {
  if (node.kind !== 'seq') return node;
  const entries: [string, Node][] = [];
  for (const item of node.items) {
    const pair = textOf(item) ?? '';
    const equals = pair.indexOf('=');
    if (equals < 0) return problem(item, at, `invalid value ${pair}, expected key=value`, 'write NAME=VALUE');
    entries.push([pair.slice(0, equals), text(pair.slice(equals + 1), item)]);
  }
  return mapOf(entries, node);
}

function asText(node: Node): Node {
  return node.kind === 'scalar' && typeof node.value !== 'string' && node.value !== null
    ? text(scalarText(node), node)
    : node;
}

function asList(node: Node): Node {
  return node.kind === 'scalar' && typeof node.value === 'string' ? new Seq([node], node) : node;
}

/** Empty ones, as an unset variable leaves them, count as not written. */
function dnsServers(node: Node): Node {
  const list = asList(node);
  if (list.kind !== 'seq') return list;
  const items = list.items.filter((item) => !isNull(item) && textOf(item) !== '');
  return items.length === list.items.length ? list : new Seq(items, list);
}

/** `default`, or `id=path` -> a map of paths. */
function sshKeys(node: Node, at: At): Node | undefined {
  if (node.kind !== 'seq') return node;
  const entries: [string, Node][] = [];
  for (const item of node.items) {
    const key = textOf(item) ?? '';
    const equals = key.indexOf('=');
    if (equals < 0 && key !== 'default')
      return problem(item, at, `invalid ssh key "${key}"`, 'write default, or ID=PATH');
    entries.push(
      equals < 0 ? [key, nothing(item)] : [key.slice(0, equals), text(key.slice(equals + 1), item)],
    );
  }
  return mapOf(entries, node);
}

function dependencies(node: Node): Node {
  if (node.kind === 'seq')
    return mapOf(
      node.items.map((item) => [textOf(item) ?? '', startedDependency(item)]),
      node,
    );
  if (node.kind !== 'map') return node;
  return mapEntries(node, (value) => {
    if (!isMap(value) || (value.get('condition') && value.get('required'))) return value;
    const entries = new Map(value.entries);
    if (!entries.has('condition')) entries.set('condition', text('service_started', value));
    if (!entries.has('required')) entries.set('required', bool(true, value));
    return new MapNode(entries, value.keys, value);
  });
}

function envFiles(node: Node): Node {
  if (node.kind === 'map' || isNull(node)) return node;
  const items = node.kind === 'seq' ? node.items : [node];
  return new Seq(items.map(envFile), node);
}

function envFile(node: Node): Node {
  if (node.kind === 'scalar') {
    return mapOf(
      [
        ['path', node],
        ['required', bool(true, node)],
      ],
      node,
    );
  }
  if (!isMap(node) || node.get('required')) return node;
  return new MapNode(new Map([...node.entries, ['required', bool(true, node)]]), node.keys, node);
}

function gpus(node: Node): Node {
  return node.kind === 'scalar' && typeof node.value === 'string'
    ? new Seq([mapOf([['count', text('all', node)]], node)], node)
    : node;
}

function names(node: Node): Node {
  if (node.kind !== 'seq') return node;
  return mapOf(
    node.items.map((item) => [textOf(item) ?? '', nothing(item)]),
    node,
  );
}

/** One entry may stand for a range of ports. */
function ports(node: Node, at: At): Node {
  if (node.kind !== 'seq' || node.items.every(isMap)) return node;
  return new Seq(
    node.items.flatMap((item, index): readonly Node[] =>
      item instanceof Scalar ? shortPort(item, below(at, index)) : [item],
    ),
    node,
  );
}
