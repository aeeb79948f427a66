/** The one-per-line lists of `config`. */
import { order } from '../../base/graph.ts';
import type { Loaded, Project, Service } from '../../compose/types.ts';

/** Dependencies first. */
export function serviceNames(project: Project): string[] {
  const names = Object.keys(project.services).sort();
  const graph = new Map(
    names.map((name): [string, string[]] => [
      name,
      Object.keys(project.services[name]?.depends_on ?? {}).filter((other) => names.includes(other)),
    ]),
  );
  const sorted = order(graph);
  return 'order' in sorted ? sorted.order : names;
}

/** One image for each service, the name of the built one where none is written. */
export function imageNames(project: Project): string[] {
  return serviceNames(project).flatMap((name) => {
    const service = project.services[name];
    return service ? (imageOf(project, name, service) ?? []) : [];
  });
}

export function imageOf(project: Project, name: string, service: Service): string | undefined {
  if (service.image !== undefined) return service.image;
  return service.build ? `${project.name}-${name}` : undefined;
}

/** What the models are called where they come from. */
export function modelNames(project: Project): string[] {
  return Object.values(project.models ?? {}).map(({ model }) => model);
}

/** Profiles of every service, active or not. */
export function profileNames(loaded: Loaded): string[] {
  const all = [...Object.values(loaded.project.services), ...Object.values(loaded.disabledServices)];
  return [...new Set(all.flatMap((service) => service.profiles ?? []))].sort();
}

export function environmentLines(loaded: Loaded): string[] {
  return Object.keys(loaded.environment)
    .sort()
    .map((name) => `${name}=${loaded.environment[name] ?? ''}`);
}
