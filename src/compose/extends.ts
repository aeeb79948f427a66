/** Phase `extends`: each service that extends another is merged onto it, across files, before files are merged. */
import { dirname } from 'node:path';
import { didYouMean } from '../base/did-you-mean.ts';
import type { LoadContext } from './context.ts';
import { mergeService } from './merge.ts';
import { isMap, isNull, MapNode, type Node, spanOf, textOf, withEntries } from './node.ts';
import { absolutePath, resolvePaths } from './paths.ts';
import { applyResets, type ResetPath, resetsWithin } from './reset.ts';

/** Another file as far as extending it goes: its model in long forms, and what its last document resets. */
export interface Extended {
  readonly model: MapNode;
  readonly resets: readonly ResetPath[];
}

export type ReadBase = (path: string, at: Node) => Extended | undefined;

interface Step {
  readonly file: string;
  readonly service: string;
  readonly at: Node;
}

/**
 * @param file - path of the file that `root` comes from, for messages and circles
 * @param resets - what the document resets: taken from the extended services too
 */
export function applyExtends(
  root: MapNode,
  file: string,
  resets: readonly ResetPath[],
  context: LoadContext,
  readBase: ReadBase,
): MapNode {
  const services = root.get('services');
  if (!isMap(services)) return root;
  const extender = new Extender({ services, resets }, context, readBase);
  const entries = new Map<string, Node>();
  let changed = false;
  for (const [name, service] of services.entries) {
    const result = extender.resolve({ file, service: name, at: service }, []);
    if (result !== service) changed = true;
    entries.set(name, result ?? service);
  }
  return changed
    ? withEntries(root, { services: new MapNode(entries, services.keys, services, services.tag) })
    : root;
}

/** Nobody means more; the stack would not hold many times as many. */
const longestChain = 500;

/** The services of one file. */
class Extender {
  readonly #services: MapNode;
  readonly #resets: readonly ResetPath[];
  readonly #context: LoadContext;
  readonly #read: ReadBase;
  readonly #done = new Map<string, Node>();

  constructor(
    source: { readonly services: MapNode; readonly resets: readonly ResetPath[] },
    context: LoadContext,
    read: ReadBase,
  ) {
    this.#services = source.services;
    this.#resets = source.resets;
    this.#context = context;
    this.#read = read;
  }

  resolve(step: Step, before: readonly Step[]): Node | undefined {
    const known = this.#done.get(step.service);
    if (known) return known;
    if (before.length >= longestChain) {
      const message = `services extend each other more than ${longestChain} levels deep`;
      this.#context.report.add('E_EXTENDS', message, step.at, {
        hint: 'let services extend one base directly',
      });
      return undefined;
    }
    const service = this.#services.get(step.service);
    const base = isMap(service) ? service.get('extends') : undefined;
    if (!isMap(service) || !base) return service;
    const result = this.#extend(withEntries(service, { extends: undefined }), base, step, [...before, step]);
    this.#done.set(step.service, result);
    return result;
  }

  #extend(own: MapNode, base: Node, step: Step, path: readonly Step[]): Node {
    const name = textOf(base) ?? (isMap(base) ? textOf(base.get('service')) : undefined);
    if (name === undefined)
      return this.#refuse(
        own,
        `services.${step.service}: extends needs a service`,
        base,
        'write service: NAME',
      );
    const fileNode = isMap(base) ? base.get('file') : undefined;
    const file = isNull(fileNode) ? undefined : fileNode;
    if (file && textOf(file) === undefined)
      return this.#refuse(
        own,
        `services.${step.service}.extends.file must be a string`,
        file,
        'write file: PATH',
      );
    const from = file ? this.#other(textOf(file) ?? '', file) : { extender: this, path: step.file };
    if (!from) return own;
    const next: Step = { file: from.path, service: name, at: base };
    const circle = path.findIndex((other) => other.file === next.file && other.service === next.service);
    if (circle >= 0) return this.#circle(own, [...path.slice(circle), next]);
    const found = from.extender.resolve(next, path);
    if (!found) return from.extender.#missing(own, name, next);
    if (!isMap(found)) return own;
    const inherited = applyResets(found, resetsWithin(this.#resets, step.service));
    return mergeService(step.service, inherited, own, this.#context);
  }

  /** The services of another file, their paths already seen from there. */
  #other(name: string, at: Node): { extender: Extender; path: string } | undefined {
    const path = absolutePath(name, this.#context);
    const base = this.#read(path, at);
    if (!base) return undefined;
    const context = { ...this.#context, workingDir: dirname(path) };
    const services = resolvePaths(base.model, context).get('services');
    const source = isMap(services) ? services : new MapNode(new Map(), new Map(), base.model);
    return {
      extender: new Extender({ services: source, resets: base.resets }, context, this.#read),
      path,
    };
  }

  #refuse(own: MapNode, message: string, at: Node, hint: string): MapNode {
    this.#context.report.add('E_EXTENDS', message, at, { hint });
    return own;
  }

  #missing(own: MapNode, name: string, step: Step): MapNode {
    const known = [...this.#services.entries.keys()];
    const hint = didYouMean(name, known) ?? `the services there are ${known.join(', ') || 'none'}`;
    const message = `cannot extend service "${name}" of ${step.file}: service "${name}" not found`;
    this.#context.report.add('E_EXTENDS', message, step.at, { hint });
    return own;
  }

  #circle(own: MapNode, steps: readonly Step[]): MapNode {
    const chain = steps.map((step) => `${step.service} (${step.file})`).join(' -> ');
    const related = steps.slice(1).flatMap((step, index) => {
      const span = spanOf(step.at);
      return span ? [{ message: `"${steps[index]?.service}" extends "${step.service}"`, span }] : [];
    });
    this.#context.report.add('E_EXTENDS', `extends goes round in a circle: ${chain}`, steps.at(-1)?.at, {
      related,
      hint: 'leave out one of these',
    });
    return own;
  }
}
