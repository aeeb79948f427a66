/** A project without its file: what the labels of its containers tell is enough to stop, start and remove it. */
import type { Dependency, Loaded, Service } from '../compose/types.ts';
import type { ObservedContainer } from '../podman/types.ts';
import { labels } from './names.ts';

/** @returns undefined when nothing on the engine carries the project's name */
export function projectFromObserved(
  name: string,
  containers: readonly ObservedContainer[],
): Loaded | undefined {
  const own = containers.filter(
    (container) => container.labels[labels.project] === name && !container.isInfra,
  );
  const first = own[0];
  const services: Record<string, Service> = {};
  for (const container of own) {
    const service = container.labels[labels.service];
    if (service === undefined || services[service]) continue;
    services[service] = {
      command: null,
      entrypoint: null,
      image: container.image,
      depends_on: dependencies(container.labels[labels.dependsOn]),
    };
  }
  if (!first) return undefined;
  return {
    project: { name, services },
    provenance: { find: () => undefined },
    diagnostics: [],
    workingDir: first.labels[labels.workingDir] ?? '',
    files: (first.labels[labels.configFiles] ?? '').split(',').filter((file) => file !== ''),
    envFiles: [],
    environment: {},
    disabledServices: {},
    digests: { secrets: {}, configs: {} },
  };
}

const conditions: readonly Dependency['condition'][] = [
  'service_started',
  'service_healthy',
  'service_completed_successfully',
];

/** `db:service_healthy:false,cache:service_started:true` */
function dependencies(text: string | undefined): Record<string, Dependency> {
  const result: Record<string, Dependency> = {};
  for (const entry of (text ?? '').split(',')) {
    const [name = '', condition = '', restart = ''] = entry.split(':');
    if (name === '') continue;
    const known = conditions.find((candidate) => candidate === condition) ?? 'service_started';
    result[name] = { condition: known, required: true, ...(restart === 'true' ? { restart: true } : {}) };
  }
  return result;
}
