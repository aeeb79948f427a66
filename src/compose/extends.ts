/** Phase `extends`: each service that extends another is merged onto it, across files, before files are merged. */
import { dirname } from 'node:path';
import { didYouMean } from '../base/did-you-mean.ts';
import { canonical } from './canonical/canonical.ts';
import type { LoadContext } from './context.ts';
import { mergeService, stripResets } from './merge.ts';
import { isMap, MapNode, mapOf, type Node, textOf, withEntries } from './node.ts';
import { absolutePath, resolveServicePaths } from './paths.ts';

/** Reads another file for its services: parsed and interpolated, nothing else. */
export type ReadServices = (path: string, at: Node) => MapNode | undefined;

interface Step {
  readonly file: string;
  readonly service: string;
  readonly at: Node;
}

/** @param file - path of the file that `root` comes from, for messages and cycles */
export function applyExtends(
  root: MapNode,
  file: string,
  context: LoadContext,
  readServices: ReadServices,
): MapNode {
  const services = root.get('services');
  if (!isMap(services)) return root;
  const resolver = new Extender(context, readServices);
  const entries = new Map<string, Node>();
  let changed = false;
  for (const [name, service] of services.entries) {
    const result = resolver.resolve({ file, service: name, at: service }, services, []);
    if (result !== service) changed = true;
    entries.set(name, result ?? service);
  }
  return changed
    ? withEntries(root, { services: new MapNode(entries, services.keys, services, services.tag) })
    : root;
}

class Extender {
  readonly #context: LoadContext;
  readonly #read: ReadServices;
  readonly #done = new Map<string, Node>();

  constructor(context: LoadContext, read: ReadServices) {
    this.#context = context;
    this.#read = read;
  }

  resolve(step: Step, services: MapNode, before: readonly Step[]): Node | undefined {
    const key = `${step.file}\0${step.service}`;
    const known = this.#done.get(key);
    if (known) return known;
    const service = services.get(step.service);
    const base = isMap(service) ? service.get('extends') : undefined;
    if (!isMap(service) || !base) return service;
    const path = [...before, step];
    const result = this.#extend(service, base, step, services, path);
    this.#done.set(key, result);
    return result;
  }

  #extend(service: MapNode, base: Node, step: Step, services: MapNode, path: readonly Step[]): Node {
    const own = withEntries(service, { extends: undefined });
    const name = textOf(base) ?? (isMap(base) ? textOf(base.get('service')) : undefined);
    const fileNode = isMap(base) ? base.get('file') : undefined;
    if (name === undefined || name === '') return this.#missing(own, '', step, base, services);
    const filePath = textOf(fileNode);
    const file = filePath === undefined ? step.file : absolutePath(filePath, this.#context);
    const next: Step = { file, service: name, at: base };
    const circle = path.findIndex((other) => other.file === next.file && other.service === next.service);
    if (circle >= 0) return this.#circle(own, [...path.slice(circle), next]);
    const foreign = file !== step.file;
    const source = foreign ? this.#read(file, fileNode ?? base) : services;
    if (!source) return own;
    const from = foreign ? new Extender({ ...this.#context, workingDir: dirname(file) }, this.#read) : this;
    const found = from.resolve(next, source, path);
    if (!isMap(found)) return this.#missing(own, name, next, base, source);
    const inherited = foreign ? rebase(name, found, { ...this.#context, workingDir: dirname(file) }) : found;
    return mergeService(step.service, inherited, own, this.#context);
  }

  #missing(own: MapNode, name: string, step: Step, at: Node, services: MapNode): MapNode {
    const hint = didYouMean(name, services.entries.keys());
    const message = `cannot extend service "${name}" of ${step.file}: service "${name}" not found`;
    this.#context.report.add('E_EXTENDS', message, at, hint ? { hint } : {});
    return own;
  }

  #circle(own: MapNode, steps: readonly Step[]): MapNode {
    const chain = steps.map((step) => `${step.service} (${step.file})`).join(' -> ');
    this.#context.report.add('E_EXTENDS', `extends goes round in a circle: ${chain}`, steps.at(-1)?.at);
    return own;
  }
}

/** A service of another file, with its paths made absolute against that file's directory. */
function rebase(name: string, service: MapNode, context: LoadContext): MapNode {
  const quiet = { ...context };
  const model = canonical(
    mapOf([['services', mapOf([[name, stripResets(service)]], service)]], service),
    quiet,
  );
  const services = model.get('services');
  const long = isMap(services) ? services.get(name) : undefined;
  const result = long ? resolveServicePaths(long, context) : service;
  return isMap(result) ? result : service;
}
