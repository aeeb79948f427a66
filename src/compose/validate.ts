/** Phase `validate`: the tree against the schema, by the validator that was compiled from it. */

import { didYouMean } from '../base/did-you-mean.ts';
import { own } from '../base/own.ts';
import type { LoadContext } from './context.ts';
import { knownKeys } from './generated/known-keys.ts';
import { validate as check } from './generated/validator.ts';
import {
  define,
  entryPlace,
  formatPath,
  isMap,
  MapNode,
  mapOf,
  type Node,
  type Path,
  type Place,
  withEntries,
} from './node.ts';
import { type PatternNode, patternTree, step } from './path-pattern.ts';

/** What the compiled validator says; `instancePath` is a JSON pointer. */
interface Finding {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const validator = check as unknown as ((data: unknown) => boolean) & { errors?: Finding[] | null };

/** Reports everything that the schema does not allow, each problem once and at its place. */
export function validate(root: MapNode, context: LoadContext): void {
  const byPath = findings(root);
  const parents = new Set<string>();
  for (const path of byPath.keys()) for (const parent of parentsOf(path)) parents.add(parent);
  for (const [pointer, list] of byPath) {
    const path = parsePointer(pointer);
    for (const problem of problemsAt(path, locate(root, path), list, parents.has(pointer))) {
      context.report.add('E_SCHEMA', problem.message, problem.at, { hint: problem.hint });
    }
  }
}

/** What the validator says, by the place it says it about. */
function findings(root: MapNode): Map<string, Finding[]> {
  const byPath = new Map<string, Finding[]>();
  for (const part of batches(root)) {
    if (validator(plain(part))) continue;
    for (const finding of validator.errors ?? []) {
      const group = byPath.get(finding.instancePath);
      if (group) group.push(finding);
      else byPath.set(finding.instancePath, [finding]);
    }
  }
  return byPath;
}

const batchSize = 200;

/** No rule of the schema looks at two services: a large model is checked a few at a time, so that its plain copy stays small. */
function* batches(root: MapNode): Generator<MapNode> {
  const services = root.get('services');
  if (!isMap(services) || services.entries.size <= batchSize) {
    yield root;
    return;
  }
  const none = new MapNode(new Map(), services.keys, services);
  yield withEntries(root, { services: none });
  let entries = new Map<string, Node>();
  for (const [name, service] of services.entries) {
    entries.set(name, service);
    if (entries.size < batchSize) continue;
    yield mapOf([['services', new MapNode(entries, services.keys, services)]], root);
    entries = new Map();
  }
  yield mapOf([['services', new MapNode(entries, services.keys, services)]], root);
}

/** Plain data for the validator; shared nodes (anchors) are converted once. A date is neither text nor number to any attribute. */
function plain(root: Node): unknown {
  const done = new Map<Node, unknown>();
  const convert = (node: Node): unknown => {
    if (node.kind === 'scalar') return node.type === 'time' ? date : node.value;
    const known = done.get(node);
    if (known !== undefined) return known;
    if (node.kind === 'seq') {
      const items = node.items.map(convert);
      done.set(node, items);
      return items;
    }
    const result: Record<string, unknown> = {};
    for (const [key, value] of node.entries) define(result, key, convert(value));
    done.set(node, result);
    return result;
  };
  return convert(root);
}

const date: unknown = Object.freeze(() => undefined);

function* parentsOf(pointer: string): Generator<string> {
  for (let at = pointer.lastIndexOf('/'); at >= 0; at = pointer.lastIndexOf('/', at - 1)) {
    yield pointer.slice(0, at);
    if (at === 0) return;
  }
}

function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

interface Located {
  readonly node: Node;
  /** The key of the entry, where it has one. */
  readonly place: Place;
}

function locate(root: MapNode, path: Path): Located {
  let node: Node = root;
  let place: Place = root;
  for (const step of path) {
    const next: Node | undefined =
      node.kind === 'map'
        ? node.get(String(step))
        : node.kind === 'seq'
          ? node.items[Number(step)]
          : undefined;
    if (!next) break;
    place =
      next.kind === 'scalar' && next.value !== null
        ? next
        : node.kind === 'map'
          ? entryPlace(node, String(step))
          : next;
    node = next;
  }
  return { node, place };
}

interface Problem {
  readonly message: string;
  readonly at: Place;
  readonly hint: string;
}

/**
 * The findings at one value. Alternatives (`oneOf`) leave one finding for each branch: when a branch of the right kind has something to
 * say (here or deeper), it is what the user meant, and the other branches' complaints about the kind are left out.
 */
function problemsAt(path: Path, where: Located, findings: readonly Finding[], hasDeeper: boolean): Problem[] {
  const said = new Set<string>();
  const problems: Problem[] = [];
  for (const finding of findings) {
    const problem = describe(path, where, finding);
    if (!problem || said.has(problem.message)) continue;
    said.add(problem.message);
    problems.push(problem);
  }
  if (problems.length > 0 || hasDeeper) return problems;
  const kinds = new Set<string>();
  for (const finding of findings) {
    if (finding.keyword !== 'type') continue;
    const type = finding.params['type'];
    for (const kind of Array.isArray(type) ? type : [type]) kinds.add(String(kind));
  }
  if (kinds.size === 0) return [];
  return [
    {
      message: `${nameOf(path)} must be ${kindList([...kinds])}`,
      at: where.place,
      hint: kindHint(where.node, kinds),
    },
  ];
}

function nameOf(path: Path): string {
  return path.length === 0 ? 'the top level' : formatPath(path);
}

const kindWords: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'an integer',
  null: 'null',
  number: 'a number',
  object: 'a mapping',
  string: 'a string',
};

function kindList(kinds: readonly string[]): string {
  const words = kinds
    .filter((kind) => !(kind === 'integer' && kinds.includes('number')))
    .map((kind) => kindWords[kind] ?? kind);
  const last = words.pop() ?? '';
  return words.length === 0 ? last : `${words.join(', ')} or ${last}`;
}

function kindHint(node: Node, kinds: ReadonlySet<string>): string {
  if (node.kind === 'scalar' && node.value !== null && kinds.has('string')) {
    const source = node.file.text.slice(node.start, node.end).trim();
    if (source.length < 60 && !/["'\n]/.test(source)) return `write it in quotes: "${source}"`;
  }
  return formHints.find(([kind]) => kinds.has(kind))?.[1] ?? 'leave it empty';
}

/** How a value of a kind is written; the first kind that is allowed says it. */
const formHints: readonly (readonly [string, string])[] = [
  ['object', 'write NAME: VALUE, indented below it'],
  ['array', 'write a list: - ITEM'],
  ['string', 'write one value'],
  ['boolean', 'write true or false'],
  ['integer', 'write a whole number'],
  ['number', 'write a number'],
];

function describe(path: Path, where: Located, finding: Finding): Problem | undefined {
  const { params } = finding;
  const at = where.place;
  switch (finding.keyword) {
    case 'additionalProperties':
      return unknownKey(path, where, String(params['additionalProperty']));
    case 'required':
      return {
        message: `${nameOf(path)} needs the attribute "${String(params['missingProperty'])}"`,
        at,
        hint: `add ${String(params['missingProperty'])}:`,
      };
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      const written = where.node.kind === 'scalar' ? String(where.node.value) : '';
      const hint = didYouMean(written, allowed);
      return {
        message: `${nameOf(path)} must be one of ${allowed.join(', ')}`,
        at,
        hint: hint ?? `write for example ${allowed[0] ?? 'nothing'}`,
      };
    }
    case 'pattern':
      return { at, ...wrongForm(path, where.node) };
    case 'minimum':
      return {
        message: `${nameOf(path)} must be at least ${String(params['limit'])}`,
        at,
        hint: `write ${String(params['limit'])} or more`,
      };
    case 'maximum':
      return {
        message: `${nameOf(path)} must be at most ${String(params['limit'])}`,
        at,
        hint: `write ${String(params['limit'])} or less`,
      };
    case 'uniqueItems': {
      const item = where.node.kind === 'seq' ? where.node.items[Number(params['i'])] : undefined;
      const [first, second] = [Number(params['j']), Number(params['i'])];
      return {
        message: `${nameOf(path)}: items ${first} and ${second} are equal`,
        at: item ?? at,
        hint: 'remove one of them',
      };
    }
    default:
      return undefined;
  }
}

/** What a text with a form of its own must look like, by the name of its attribute. */
const textForms: Readonly<Record<string, { readonly form: string; readonly hint: string }>> = {
  container_name: {
    form: 'made of two or more letters, digits, "_", "." and "-"',
    hint: 'write for example web-1',
  },
  pull_policy: {
    form: 'always, missing, never, build, daily, weekly or every_ and a duration',
    hint: 'write for example missing, or every_12h',
  },
};

function wrongForm(path: Path, node: Node): { message: string; hint: string } {
  const { form, hint } = own(textForms, String(path.at(-1))) ?? {
    form: 'a text of another form',
    hint: 'see its documentation',
  };
  const known = form.match(/[a-z]{4,}/g) ?? [];
  const written = node.kind === 'scalar' ? String(node.value) : '';
  return { message: `${nameOf(path)} must be ${form}`, hint: didYouMean(written, known) ?? hint };
}

let keyTree: PatternNode<readonly string[]> | undefined;

/** The attributes that the schema knows at a place; undefined where keys are names. */
function keysAt(path: Path): readonly string[] | undefined {
  if (path.length === 0) return knownKeys[''];
  keyTree ??= patternTree(knownKeys);
  let node: PatternNode<readonly string[]> | undefined = keyTree;
  for (const key of path) node = step(node, String(key));
  return node?.value;
}

function unknownKey(path: Path, where: Located, key: string): Problem {
  const at = where.node.kind === 'map' ? entryPlace(where.node, key) : where.place;
  const known = keysAt(path);
  if (!known) {
    return {
      message: `${nameOf(path)}: "${key}" is not a valid name`,
      at,
      hint: 'names are made of letters, digits, ".", "_" and "-"',
    };
  }
  const hint = didYouMean(key, known) ?? 'attributes of your own start with "x-"';
  return { message: `${nameOf(path)}: unknown attribute "${key}"`, at, hint };
}
