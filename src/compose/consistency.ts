/** Phase `consistency`: names that must be defined and attributes that must not contradict each other. */
import type { Code } from '../base/codes.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import { order } from '../base/graph.ts';
import type { LoadContext } from './context.ts';
import { limitProblems } from './limit-problems.ts';
import { entryPlace, isMap, type MapNode, type Node, nodeAt, type Place, spanOf, textOf } from './node.ts';

/** @param disabled - services that profiles left out: still not there for those that need them */
export function checkConsistency(root: MapNode, disabled: MapNode, context: LoadContext): void {
  const services = root.get('services');
  if (!isMap(services)) return;
  const check = new Check(root, services, disabled, context);
  for (const [name, service] of services.entries) if (isMap(service)) check.service(name, service);
  check.containerNames();
  check.secrets();
  if (!context.report.hasErrors) check.cycles();
}

/** Said of a service or file that could not be extended. */
const unresolvedCodes: ReadonlySet<Code> = new Set(['E_EXTENDS', 'E_FILE_NOT_FOUND', 'E_FILE_UNREADABLE']);

class Check {
  readonly #root: MapNode;
  readonly #services: MapNode;
  readonly #disabled: MapNode;
  readonly #context: LoadContext;

  constructor(root: MapNode, services: MapNode, disabled: MapNode, context: LoadContext) {
    this.#root = root;
    this.#services = services;
    this.#disabled = disabled;
    this.#context = context;
  }

  service(name: string, service: MapNode): void {
    this.#source(name, service);
    this.#build(name, service);
    this.#networks(name, service);
    this.#sharedNetwork(name, service);
    this.#healthcheck(service);
    this.#dependencies(name, service);
    this.#mounts(name, service);
    this.#objectsOf(name, service);
    for (const { message, at, hint } of limitProblems(name, service)) this.#error(message, at, hint);
    this.#develop(name, service);
  }

  #error(message: string, place: Place | undefined, hint: string): void {
    this.#context.report.add('E_CONSISTENCY', message, place, { hint });
  }

  #undefined(
    message: string,
    name: string,
    known: Iterable<string>,
    place: Place | undefined,
    hint: string,
  ): void {
    this.#context.report.add('E_UNDEFINED', message, place, { hint: didYouMean(name, known) ?? hint });
  }

  #source(name: string, service: MapNode): void {
    if (['image', 'build', 'provider', 'x-podman.rootfs'].some((key) => service.get(key))) return;
    if (nodeAt(service, ['x-podman', 'rootfs'])) return;
    // What a service that could not be extended would have given is not known.
    if (this.#context.report.diagnostics.some(({ code }) => unresolvedCodes.has(code))) return;
    const message = `service "${name}" has neither an image nor a build context specified`;
    this.#error(message, entryPlace(this.#services, name), 'add image: or build:');
  }

  #build(name: string, service: MapNode): void {
    const build = service.get('build');
    if (!isMap(build)) return;
    if (build.get('dockerfile') && build.get('dockerfile_inline')) {
      this.#error(
        `service "${name}" declares mutually exclusive dockerfile and dockerfile_inline`,
        build.get('dockerfile_inline'),
        'keep one of the two',
      );
    }
    const platforms = build.get('platforms');
    const platform = service.get('platform');
    if (
      platforms?.kind === 'seq' &&
      platform &&
      !platforms.items.some((item) => textOf(item) === textOf(platform))
    ) {
      this.#error(
        `service "${name}": build.platforms must include the service's platform "${textOf(platform)}"`,
        platforms,
        `add ${textOf(platform)} to build.platforms, or leave platform out`,
      );
    }
    const contexts = build.get('additional_contexts');
    if (isMap(contexts)) this.#contexts(name, contexts);
    this.#sources(name, build.get('secrets'), 'secret', 'secrets');
  }

  #contexts(name: string, contexts: MapNode): void {
    for (const [key, value] of contexts.entries) {
      const target = /^service:(.*)$/.exec(textOf(value) ?? '')?.[1];
      if (target === undefined) continue;
      const other = this.#services.get(target);
      if (!other) {
        this.#undefined(
          `service "${name}" declares unknown service "${target}" as additional contexts ${key}`,
          target,
          this.#services.entries.keys(),
          value,
          'name a service that is built here',
        );
      } else if (!isMap(other) || !other.get('build')) {
        this.#error(
          `service "${name}" declares non-buildable service "${target}" as additional contexts ${key}`,
          value,
          `give "${target}" a build section, or write docker-image://IMAGE`,
        );
      }
    }
  }

  #networks(name: string, service: MapNode): void {
    const mode = service.get('network_mode');
    const networks = service.get('networks');
    if (mode && networks) {
      this.#error(
        `service "${name}" declares mutually exclusive network_mode and networks`,
        mode,
        'keep one of the two',
      );
    }
    const defined = this.#root.get('networks');
    if (!isMap(networks)) return;
    for (const network of networks.entries.keys()) {
      if (isMap(defined) && defined.entries.has(network)) continue;
      const known = isMap(defined) ? defined.entries.keys() : [];
      const message = `service "${name}" refers to undefined network ${network}`;
      this.#undefined(
        message,
        network,
        known,
        entryPlace(networks, network),
        'define it under the top-level networks:',
      );
    }
  }

  #sharedNetwork(name: string, service: MapNode): void {
    const mode = service.get('network_mode');
    const other = /^service:(.*)$/s.exec(textOf(mode) ?? '')?.[1];
    if (other === undefined || this.#services.entries.has(other)) return;
    const message = `service "${name}": service "${other}" not found for network_mode 'service:${other}'`;
    this.#undefined(message, other, this.#services.entries.keys(), mode, 'define it under services:');
  }

  #healthcheck(service: MapNode): void {
    const test = nodeAt(service, ['healthcheck', 'test']);
    const first = test?.kind === 'seq' ? test.items[0] : undefined;
    if (!first || ['NONE', 'CMD', 'CMD-SHELL'].includes(textOf(first) ?? '')) return;
    const message = 'healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"';
    this.#error(message, first, 'write ["CMD", ...] or a plain text for the shell');
  }

  #dependencies(name: string, service: MapNode): void {
    const dependencies = service.get('depends_on');
    if (!isMap(dependencies)) return;
    for (const [dependency, value] of dependencies.entries) {
      if (this.#services.entries.has(dependency)) continue;
      const inactive = this.#disabled.entries.has(dependency);
      if (inactive && isOptional(value)) continue;
      const message = `service "${name}" depends on undefined service "${dependency}"`;
      const place = dependencies.keys.get(dependency) ?? value;
      const hint = inactive
        ? `"${dependency}" is only active with one of its profiles; activate it with --profile, or set required: false`
        : 'define it under services:, or leave it out';
      this.#undefined(message, dependency, inactive ? [] : this.#services.entries.keys(), place, hint);
    }
  }

  #mounts(name: string, service: MapNode): void {
    const defined = this.#root.get('volumes');
    const known = isMap(defined) ? [...defined.entries.keys()] : [];
    const volumes = service.get('volumes');
    for (const mount of volumes?.kind === 'seq' ? volumes.items : []) {
      const source = volumeOf(mount);
      if (source === undefined || known.includes(source)) continue;
      const hint = source.includes('/')
        ? `write ./${source} for a path`
        : 'define it under the top-level volumes:';
      this.#undefined(`service "${name}" refers to undefined volume ${source}`, source, known, mount, hint);
    }
    this.#sources(name, service.get('secrets'), 'secret', 'secrets');
    this.#sources(name, service.get('configs'), 'config', 'configs');
    this.#targets(name, service);
  }

  /** Two mounts cannot have one target. */
  #targets(name: string, service: MapNode): void {
    const seen = new Map<string, Node>();
    const volumes = service.get('volumes');
    const tmpfs = service.get('tmpfs');
    const add = (target: string | undefined, node: Node): void => {
      if (target === undefined) return;
      const first = seen.get(target);
      const span = spanOf(first);
      if (first) {
        const related = span ? [{ message: 'first mounted here', span }] : [];
        this.#context.report.add('E_CONSISTENCY', `service "${name}" mounts "${target}" twice`, node, {
          related,
          hint: 'give one of them another target',
        });
      }
      seen.set(target, node);
    };
    for (const mount of volumes?.kind === 'seq' ? volumes.items : [])
      if (isMap(mount)) add(textOf(mount.get('target')), mount);
    for (const item of tmpfs?.kind === 'seq' ? tmpfs.items : [])
      add((textOf(item) ?? '').split(':')[0], item);
  }

  #sources(name: string, mounts: Node | undefined, word: string, section: string): void {
    const defined = this.#root.get(section);
    for (const mount of mounts?.kind === 'seq' ? mounts.items : []) {
      const source = isMap(mount) ? (textOf(mount.get('source')) ?? '') : '';
      if (isMap(defined) && defined.entries.has(source)) continue;
      // A source that is missing because the entry is wrong has been spoken of.
      if (source === '' && this.#context.report.hasErrors) continue;
      const message = `service "${name}" refers to undefined ${word} ${source}`;
      this.#undefined(
        message,
        source,
        isMap(defined) ? defined.entries.keys() : [],
        mount,
        `define it under the top-level ${section}:`,
      );
    }
  }

  #objectsOf(name: string, service: MapNode): void {
    const models = service.get('models');
    const defined = this.#root.get('models');
    if (!isMap(models)) return;
    for (const model of models.entries.keys()) {
      if (isMap(defined) && defined.entries.has(model)) continue;
      this.#undefined(
        `service "${name}" refers to undefined model ${model}`,
        model,
        isMap(defined) ? defined.entries.keys() : [],
        entryPlace(models, model),
        'define it under the top-level models:',
      );
    }
  }

  #develop(name: string, service: MapNode): void {
    const rules = nodeAt(service, ['develop', 'watch']);
    for (const rule of rules?.kind === 'seq' ? rules.items : []) {
      if (!isMap(rule)) continue;
      const action = textOf(rule.get('action')) ?? '';
      if (!['rebuild', 'restart'].includes(action) && !rule.get('target')) {
        this.#error(
          `services.${name}.develop.watch: target is required for non-rebuild actions`,
          rule,
          'add target: the path in the container, or write action: rebuild',
        );
      }
    }
  }

  containerNames(): void {
    const seen = new Map<string, { service: string; node: Node }>();
    for (const [name, service] of this.#services.entries) {
      const fixed = isMap(service) ? service.get('container_name') : undefined;
      const value = textOf(fixed);
      if (!fixed || value === undefined) continue;
      const first = seen.get(value);
      if (first) {
        const span = spanOf(first.node);
        const message = `services.${name}: container name "${value}" is already in use by service "${first.service}"`;
        this.#context.report.add('E_CONSISTENCY', message, fixed, {
          hint: 'give one of them another name, or leave container_name out',
          ...(span ? { related: [{ message: 'first used here', span }] } : {}),
        });
      }
      seen.set(value, { service: name, node: fixed });
    }
  }

  /** A secret that is made here has a file or a variable as its source: a driver of another engine is of no use. */
  secrets(): void {
    const secrets = this.#root.get('secrets');
    if (!isMap(secrets)) return;
    for (const [name, secret] of secrets.entries) {
      if (!isMap(secret) || secret.get('external') || secret.get('file') || secret.get('environment'))
        continue;
      this.#error(
        `secret "${name}" must declare either \`file\` or \`environment\``,
        entryPlace(secrets, name),
        'add file: or environment:',
      );
    }
  }

  cycles(): void {
    const graph = new Map<string, string[]>();
    for (const [name, service] of this.#services.entries) {
      const dependencies = isMap(service) ? service.get('depends_on') : undefined;
      graph.set(name, isMap(dependencies) ? [...dependencies.entries.keys()] : []);
    }
    const result = order(graph);
    if (!('cycle' in result)) return;
    const edges = result.cycle.slice(0, -1).map((name, index) => {
      const next = result.cycle[index + 1] ?? '';
      const place = this.#edge(name, next);
      const span = spanOf(place);
      return { place, related: span ? [{ message: `"${name}" needs "${next}"`, span }] : [] };
    });
    this.#context.report.add(
      'E_CYCLE',
      `dependency cycle detected: ${result.cycle.join(' -> ')}`,
      edges[0]?.place,
      {
        related: edges.flatMap((edge) => edge.related),
        hint: 'leave one of these out',
      },
    );
  }

  #edge(from: string, to: string): Place | undefined {
    const dependencies = nodeAt(this.#services, [from, 'depends_on']);
    return isMap(dependencies) ? entryPlace(dependencies, to) : undefined;
  }
}

function isOptional(dependency: Node): boolean {
  const required = isMap(dependency) ? dependency.get('required') : undefined;
  return required?.kind === 'scalar' && required.value === false;
}

/** The name of the volume that is mounted; undefined for an anonymous one and for other mounts. */
function volumeOf(mount: Node): string | undefined {
  if (!isMap(mount) || textOf(mount.get('type')) !== 'volume') return undefined;
  return textOf(mount.get('source')) || undefined;
}
