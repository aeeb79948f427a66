/** The steps that are to be done as actions of a plan. */
import { basename } from 'node:path';
import type {
  BuildAction,
  BuildLayers,
  BuildRun,
  ConfigPart,
  CopyOrigin,
  LayersPart,
  LayerWork,
  RegistryCache,
  StepInput,
} from '../types.ts';
import type { GraphedImage } from './image-graph.ts';
import type { Resolution, ResolvedStep } from './resolve.ts';
import type { LayersDetail, NodeRef, RunDetail, StepCaches, StepNode } from './step-node.ts';

/** A chain of steps that become one action: those in between are nobody else's. */
interface Group {
  readonly nodes: readonly StepNode[];
  readonly id: string;
}

export interface StepActionsSetting {
  /** A command can run on files that are in no image yet. */
  readonly joinsRuns: boolean;
}

export function stepActions(
  resolution: Resolution,
  images: readonly GraphedImage[],
  setting: StepActionsSetting,
): BuildAction[] {
  const wanted = new Set(images.flatMap(({ ref }) => (ref.kind === 'step' ? [ref.node] : [])));
  const groups = named(chains(resolution.todo, { wanted, ...setting }));
  const idOf = new Map(groups.flatMap((group) => group.nodes.map((node) => [node, group.id] as const)));
  const input = (ref: NodeRef): StepInput => inputOf(ref, idOf, resolution.steps);
  return groups.map((group) => actionOf(group, input, resolution.steps));
}

/** What an image is to a plan: made by an action, or there. */
export function targetInput(
  resolution: Resolution,
  actions: readonly BuildAction[],
  ref: NodeRef,
): StepInput {
  const made = actions.find(
    (one) => 'digest' in one && ref.kind === 'step' && one.digest === ref.node.digest,
  );
  return made ? { action: made.id } : inputOf(ref, new Map(), resolution.steps);
}

function inputOf(
  ref: NodeRef,
  idOf: ReadonlyMap<StepNode, string>,
  steps: ReadonlyMap<StepNode, ResolvedStep>,
): StepInput {
  if (ref.kind === 'scratch') return { scratch: true };
  if (ref.kind === 'image') return { image: ref.id };
  const action = idOf.get(ref.node);
  if (action !== undefined) return { action };
  const { image = '', token } = steps.get(ref.node) ?? {};
  return { image, ...(token === undefined ? {} : { token }) };
}

interface ChainSetting extends StepActionsSetting {
  /** Images that are given names. */
  readonly wanted: ReadonlySet<StepNode>;
}

function chains(todo: readonly StepNode[], setting: ChainSetting): StepNode[][] {
  const users = usersOf(todo);
  const chainOf = new Map<StepNode, StepNode[]>();
  const result: StepNode[][] = [];
  for (const node of todo) {
    const below = node.parent.kind === 'step' ? node.parent.node : undefined;
    const known = below && users.get(below) === 1 ? chainOf.get(below) : undefined;
    const chain = known && joins(known, node, setting) ? known : [];
    if (chain.length === 0) result.push(chain);
    chain.push(node);
    chainOf.set(node, chain);
  }
  return result;
}

/** How many of the steps need each one. */
function usersOf(todo: readonly StepNode[]): Map<StepNode, number> {
  const users = new Map<StepNode, number>();
  for (const ref of todo.flatMap(({ parent, inputs }) => [parent, ...inputs]))
    if (ref.kind === 'step') users.set(ref.node, (users.get(ref.node) ?? 0) + 1);
  return users;
}

/** Layers on layers; one command on layers that it finds on an image; configuration on what it leaves. */
function joins(chain: readonly StepNode[], node: StepNode, { wanted, joinsRuns }: ChainSetting): boolean {
  const last = chain.at(-1) as StepNode;
  if (wanted.has(last) || last.fresh !== node.fresh) return false;
  const hasRun = chain.some(isRun);
  if (!hasRun && !isRun(node)) return true;
  const isApart = (one: StepNode): boolean => one.volatile || one.caches.from.size + one.caches.to.size > 0;
  if (!joinsRuns || [...chain, node].some(isApart)) return false;
  return hasRun ? isConfiguration(node) : canRunOn(chain, node);
}

function isRun({ detail }: StepNode): boolean {
  return detail.kind === 'run';
}

function isConfiguration({ detail }: StepNode): boolean {
  return detail.kind === 'layers' && detail.works.every(({ kind }) => kind === 'config');
}

/** Files can be laid under a container of the engine; an image is needed for that all the same. */
function canRunOn(chain: readonly StepNode[], { detail }: StepNode): boolean {
  if (detail.kind !== 'run' || detail.process === undefined || chain[0]?.parent.kind === 'scratch')
    return false;
  return chain.every(
    (one) =>
      one.detail.kind === 'layers' &&
      one.detail.works.every((work) => work.kind === 'config' || !work.bySegment),
  );
}

/** `build.run/web:12`: the service that asked first and the line of the last step. */
function named(list: readonly StepNode[][]): Group[] {
  const used = new Map<string, number>();
  return list.map((nodes) => {
    const main = mainOf(nodes);
    const name = `build.${main.detail.kind}/${main.service}:${main.span.line}`;
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    return { nodes, id: count === 1 ? name : `${name}.${count}` };
  });
}

/** The step that people know a chain by: its command, else the last that copies something. */
function mainOf(nodes: readonly StepNode[]): StepNode {
  const run = nodes.find(isRun);
  if (run) return run;
  const copies = nodes.filter(
    ({ detail }) => detail.kind === 'layers' && detail.works.some(({ kind }) => kind === 'copy'),
  );
  return copies.at(-1) ?? (nodes.at(-1) as StepNode);
}

type ToInput = (ref: NodeRef) => StepInput;

function actionOf(
  { nodes, id }: Group,
  input: ToInput,
  steps: ReadonlyMap<StepNode, ResolvedStep>,
): BuildRun | BuildLayers {
  const first = nodes[0] as StepNode;
  const last = nodes.at(-1) as StepNode;
  const main = mainOf(nodes);
  const refs = [first.parent, ...nodes.flatMap(({ inputs }) => inputs)];
  const needs = new Set(refs.map(input).flatMap((one) => ('action' in one ? [one.action] : [])));
  const definitions = nodes.map((node) => ({ digest: node.definition, inputs: node.inputs.map(input) }));
  const base = {
    id,
    needs: [...needs].filter((need) => need !== id).sort(),
    reason: reasonOf(nodes, steps, needs),
    source: main.span,
    service: main.service,
    title: main.title,
    services: [...last.services],
    definitions,
    digest: last.digest,
    parent: input(first.parent),
    fresh: last.fresh,
    volatile: nodes.some((node) => node.volatile),
    options: (isRun(main) ? main : last).options,
    ...cachesOf(last),
  };
  const { detail } = main;
  if (detail.kind !== 'run') return { kind: 'build.layers', ...base, ...layersOf(nodes, input) };
  const at = nodes.indexOf(main);
  const before = nodes.slice(0, at);
  const after = nodes.slice(at + 1);
  return {
    kind: 'build.run',
    ...base,
    definitions: definitions.slice(0, at + 1),
    ...runOf(detail, input),
    ...(before.length === 0 ? {} : { before: layersOf(before, input) }),
    ...(after.length === 0
      ? {}
      : { after: { ...configOf(layersOf(after, input)), definitions: definitions.slice(at + 1) } }),
  };
}

function layersOf(nodes: readonly StepNode[], input: ToInput): LayersPart {
  const details = nodes.map(({ detail }) => detail as LayersDetail);
  const { config, author } = details.at(-1) as LayersDetail;
  return { works: details.flatMap(({ works }) => works.map((work) => workOf(work, input))), config, author };
}

function configOf({ works, ...rest }: LayersPart): Omit<ConfigPart, 'definitions'> {
  return { ...rest, works: works.filter((work) => work.kind === 'config') };
}

/** What is asked for anew is not looked for, and a result that its key does not tell is nothing to others. */
function cachesOf({ caches, fresh, volatile }: StepNode): Pick<BuildRun, 'caches'> {
  const list = (entries: StepCaches['from']): RegistryCache[] =>
    [...entries].sort().map(([repository, source]) => ({ repository, ...(source ? { source } : {}) }));
  const from = fresh ? [] : list(caches.from);
  const to = volatile ? [] : list(caches.to);
  return from.length + to.length === 0 ? {} : { caches: { from, to } };
}

function runOf(
  detail: RunDetail,
  input: ToInput,
): Omit<RunDetail, 'contexts' | 'kind'> & Pick<BuildRun, 'contexts'> {
  const contexts = Object.entries(detail.contexts).map(
    ([name, ref]): [string, BuildRun['contexts'][string]] => [
      name,
      ref.kind === 'folder' ? { folder: ref.folder } : input(ref),
    ],
  );
  const { kind, ...rest } = detail;
  return { ...rest, contexts: Object.fromEntries(contexts) };
}

function workOf(work: LayerWork<NodeRef>, input: ToInput): LayerWork {
  if (work.kind !== 'copy') return work;
  const from: CopyOrigin =
    work.from.kind === 'image' ? { kind: 'image', input: input(work.from.input) } : work.from;
  return { ...work, from };
}

function reasonOf(
  nodes: readonly StepNode[],
  steps: ReadonlyMap<StepNode, ResolvedStep>,
  needs: ReadonlySet<string>,
): string {
  const last = nodes.at(-1) as StepNode;
  const main = mainOf(nodes);
  const shared = last.services.size > 1 ? `, shared by ${[...last.services].join(', ')}` : '';
  return `${main.title} of ${basename(main.span.path)}${besides(nodes, main)}: ${why(last, steps, needs)}${shared}`;
}

/** " with lines 3, 5, 6": the other instructions of a chain. */
function besides(nodes: readonly StepNode[], main: StepNode): string {
  const sources = nodes.flatMap(({ span, detail }) =>
    detail.kind === 'run' ? [span] : detail.works.flatMap(({ source }) => source ?? []),
  );
  const lines = sources.filter(({ path, line }) => path === main.span.path && line !== main.span.line);
  const numbers = [...new Set(lines.map(({ line }) => line))].sort((a, b) => a - b);
  if (numbers.length === 0) return '';
  return ` with ${numbers.length === 1 ? 'line' : 'lines'} ${numbers.join(', ')}`;
}

function why(node: StepNode, steps: ReadonlyMap<StepNode, ResolvedStep>, needs: ReadonlySet<string>): string {
  if (node.fresh) return 'asked for anew';
  const step = steps.get(node);
  if (step?.image !== undefined) return 'its image is gone';
  if (step?.key !== undefined || needs.size === 0) return 'not built yet';
  return 'what it is made from is built again';
}
