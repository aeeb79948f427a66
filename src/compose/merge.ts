/**
 * Merges a model onto another: maps by key, lists appended, scalars replaced, and the exceptions of the table below.
 *
 * @see https://github.com/compose-spec/compose-spec/blob/main/13-merge.md
 */
import type { LoadContext } from './context.ts';
import { packKeys } from './key-places.ts';
import {
  bool,
  formatPath,
  isNull,
  MapNode,
  mapOf,
  type Node,
  nothing,
  type Path,
  type Place,
  type Scalar,
  Seq,
  spanOf,
  text,
} from './node.ts';
import { type PatternNode, patternTree, step } from './path-pattern.ts';
import { formatFloat } from './scalars.ts';

type MergeRule = (base: Node, over: Node, merging: Merging) => Node;

interface Merging {
  readonly path: Path;
  readonly table: PatternNode<MergeRule> | undefined;
  readonly context: LoadContext;
}

const table = patternTree<MergeRule>({
  'networks.*.ipam.config': mergeBySubnet,
  'networks.*.labels': mergeAsList,
  'volumes.*.labels': mergeAsList,
  'services.*.annotations': mergeAsList,
  'services.*.build': mergeAs(toBuild),
  'services.*.build.additional_contexts': mergeAsList,
  'services.*.build.args': mergeAsList,
  'services.*.build.extra_hosts': mergeExtraHosts,
  'services.*.build.labels': mergeAsList,
  'services.*.command': replace,
  'services.*.depends_on': mergeAs(toDependencies),
  'services.*.deploy.labels': mergeAsList,
  'services.*.dns': mergeAsList,
  'services.*.dns_opt': mergeAsList,
  'services.*.dns_search': mergeAsList,
  'services.*.entrypoint': replace,
  'services.*.env_file': mergeAsList,
  'services.*.environment': mergeAsList,
  'services.*.extra_hosts': mergeExtraHosts,
  'services.*.healthcheck.test': replace,
  'services.*.label_file': mergeAsList,
  'services.*.labels': mergeAsList,
  'services.*.logging': mergeLogging,
  'services.*.models': mergeAs(toNames),
  'services.*.networks': mergeAs(toNames),
  'services.*.sysctls': mergeAsList,
  'services.*.tmpfs': mergeAsList,
  'services.*.ulimits.*': replace,
  'services.*.volumes.*.volume.labels': mergeAsList,
});

/** Merges whole models. */
export function mergeModels(base: MapNode, over: MapNode, context: LoadContext): MapNode {
  return mergeMaps(base, over, { path: [], table, context });
}

/** Merges one service onto the service that it extends. */
export function mergeService(name: string, base: MapNode, over: MapNode, context: LoadContext): MapNode {
  return mergeMaps(base, over, {
    path: ['services', name],
    table: step(step(table, 'services'), name),
    context,
  });
}

function mergeMaps(base: MapNode, over: MapNode, merging: Merging): MapNode {
  const entries = new Map(base.entries);
  const keys = new Map(base.keys);
  for (const [key, value] of over.entries) {
    const before = entries.get(key);
    const place = over.keys.get(key) ?? value;
    if (before === undefined) {
      entries.set(key, value);
      keys.set(key, place);
      continue;
    }
    const next = { ...merging, path: [...merging.path, key], table: step(merging.table, key) };
    const merged = mergeNodes(before, value, next);
    entries.set(key, merged);
    if (merged !== before) keys.set(key, place);
  }
  return new MapNode(entries, packKeys(keys), base.entries.size > 0 ? base : over, over.tag);
}

function mergeNodes(base: Node, over: Node, merging: Merging): Node {
  const rule = merging.table?.value;
  if (rule) return rule(base, over, merging);
  if (isNull(over)) return base;
  if (base.kind === 'scalar') return over;
  if (base.kind !== over.kind) return conflict(base, over, merging);
  if (base.kind === 'map') return mergeMaps(base, over as MapNode, merging);
  return append(base, over as Seq);
}

function conflict(base: Node, over: Node, merging: Merging): Node {
  const span = spanOf(base);
  merging.context.report.add(
    'E_MERGE',
    `cannot override ${formatPath(merging.path)}: a ${word(base)} cannot be merged with a ${word(over)}`,
    over,
    {
      hint: 'write it in the same form in both files, or replace it with !override',
      ...(span ? { related: [{ message: 'the other form is here', span }] } : {}),
    },
  );
  return base;
}

function word(node: Node): string {
  if (node.kind === 'map') return 'mapping';
  return node.kind === 'seq' ? 'list' : 'single value';
}

function append(base: Seq, over: Seq): Seq {
  return new Seq([...base.items, ...over.items], over);
}

function replace(_base: Node, over: Node): Node {
  return over;
}

/** Merges both sides as maps once each is in its long form. */
function mergeAs(convert: (node: Node) => MapNode | undefined): MergeRule {
  return (base, over, merging) => {
    if (isNull(over) && !isNull(base)) return base;
    const left = convert(base);
    const right = convert(over);
    if (!left || !right) return isNull(base) ? over : conflict(base, over, merging);
    return mergeMaps(left, right, merging);
  };
}

function toBuild(node: Node): MapNode | undefined {
  if (node.kind === 'map') return node;
  return node.kind === 'scalar' && typeof node.value === 'string'
    ? mapOf([['context', node]], node)
    : undefined;
}

/** Nothing is no name. */
function toNames(node: Node): MapNode | undefined {
  if (isNull(node)) return mapOf([], node);
  if (node.kind === 'map') return node;
  return node.kind === 'seq'
    ? mapOf(
        names(node).map((item) => [String(item.value), nothing(item)]),
        node,
      )
    : undefined;
}

function toDependencies(node: Node): MapNode | undefined {
  if (node.kind === 'map') return node;
  if (node.kind !== 'seq') return undefined;
  return mapOf(
    names(node).map((item) => [String(item.value), startedDependency(item)]),
    node,
  );
}

/** What a name in a `depends_on` list stands for. */
export function startedDependency(at: Place): MapNode {
  return mapOf(
    [
      ['condition', text('service_started', at)],
      ['required', bool(true, at)],
    ],
    at,
  );
}

function names(seq: Seq): Scalar[] {
  return seq.items.filter((item): item is Scalar => item.kind === 'scalar' && typeof item.value === 'string');
}

/** `{a: 1}` and `["a=1"]` become lists, one after the other; which of two equal keys wins is the uniqueness phase's. */
function mergeAsList(base: Node, over: Node): Node {
  return new Seq([...asList(base), ...asList(over)], over);
}

/** Entries of a map come in the order of their texts; a list as value gives one entry for each of its items. */
function asList(node: Node): readonly Node[] {
  if (node.kind === 'seq') return node.items;
  if (node.kind === 'scalar') return node.value === null ? [] : [node];
  const items = [...node.entries].flatMap(([key, value]) => {
    const place = node.keys.get(key) ?? value;
    return (value.kind === 'seq' ? value.items : [value]).map((one) => pairText(key, one, place));
  });
  return items.sort(byText);
}

function byText(a: Node, b: Node): number {
  const [left, right] = [a, b].map((node) => (node.kind === 'scalar' ? String(node.value) : ''));
  return (left ?? '') < (right ?? '') ? -1 : left === right ? 0 : 1;
}

function pairText(key: string, value: Node, place: Place): Node {
  if (value.kind !== 'scalar') return value;
  const at = { file: value.file, start: value.value === null ? place.start : value.start, end: value.end };
  return text(value.value === null ? key : `${key}=${scalarText(value)}`, at);
}

/** A scalar as text, numbers printed as compose tools print them. */
export function scalarText(scalar: Scalar): string {
  if (scalar.value === null) return '';
  if (typeof scalar.value !== 'number') return String(scalar.value);
  if (scalar.type === 'float') return formatFloat(scalar.value);
  return Number.isSafeInteger(scalar.value) ? String(scalar.value) : exactInteger(scalar);
}

/** A number cannot hold all digits of a large integer, but its source has them. */
function exactInteger(scalar: Scalar): string {
  const source = scalar.file.text.slice(scalar.start, scalar.end).trim();
  return /^-?[1-9]\d*$/.test(source) ? source : BigInt(scalar.value ?? 0).toString();
}

function mergeExtraHosts(base: Node, over: Node): Node {
  const left = asList(base);
  const known = new Set(left.map((item) => (item.kind === 'scalar' ? item.value : undefined)));
  const added = asList(over).filter((item) => item.kind !== 'scalar' || !known.has(item.value));
  return new Seq([...left, ...added], over);
}

/** Options are merged only when both sides mean one driver. */
function mergeLogging(base: Node, over: Node, merging: Merging): Node {
  if (isNull(over)) return base;
  if (base.kind !== 'map' || over.kind !== 'map')
    return base.kind === 'scalar' ? over : conflict(base, over, merging);
  const left = base.get('driver');
  const right = over.get('driver');
  const same = left?.kind === 'scalar' && right?.kind === 'scalar' && left.value === right.value;
  return !left || !right || same ? mergeMaps(base, over, merging) : over;
}

/** Subnets that the second file does not name are not kept; one that both name has the settings of both. */
function mergeBySubnet(base: Node, over: Node, merging: Merging): Node {
  if (isNull(over)) return base;
  if (base.kind !== 'seq' || over.kind !== 'seq') return conflict(base, over, merging);
  const items = over.items.map((item) => {
    const before = base.items.find((other) => subnetOf(other) === subnetOf(item));
    return before?.kind === 'map' && item.kind === 'map'
      ? mergeMaps(before, item, { ...merging, table: undefined })
      : item;
  });
  return new Seq(items, over);
}

function subnetOf(node: Node): string | undefined {
  const value = node.kind === 'map' ? node.get('subnet') : undefined;
  return value?.kind === 'scalar' ? String(value.value) : undefined;
}
