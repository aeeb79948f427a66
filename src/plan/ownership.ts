/** Whose things are these? A project of the same name from elsewhere is never replaced silently. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Observed, ObservedContainer } from '../podman/types.ts';
import type { PlanInput } from './inputs.ts';
import { containerName, labels, podName } from './names.ts';

/** Errors for everything of the project's name that belongs to somebody else. */
export function ownershipConflicts(
  input: PlanInput,
  takeOver: boolean,
  scale: Readonly<Record<string, number>>,
): Diagnostic[] {
  if (takeOver) return [];
  return [...otherProject(input), ...takenNames(input, scale), ...takenPod(input)];
}

function otherProject({ loaded, observed }: PlanInput): Diagnostic[] {
  const { project, workingDir } = loaded;
  for (const container of observed.containers) {
    if (container.labels[labels.project] !== project.name || container.isInfra) continue;
    const there = container.labels[labels.workingDir];
    if (there !== undefined && there !== workingDir) {
      return [
        conflict(
          `project "${project.name}" belongs to ${there}`,
          'choose another name with -p or name:, or replace it with --take-over',
        ),
      ];
    }
    if (container.labels[labels.own] === undefined) {
      return [
        conflict(
          `project "${project.name}" was made by another tool (${toolOf(container)}) here`,
          'take it down with that tool, or replace it with --take-over',
        ),
      ];
    }
  }
  return [];
}

function toolOf(container: ObservedContainer): string {
  const version = container.labels[labels.version];
  if (version) return `docker compose ${version}`;
  return container.labels['io.podman.compose.version']
    ? `podman-compose ${container.labels['io.podman.compose.version']}`
    : 'unknown';
}

function conflict(message: string, hint: string, span?: Diagnostic['span']): Diagnostic {
  return { code: 'E_CONFLICT', severity: 'error', message, hint, ...(span ? { span } : {}) };
}

function takenNames({ loaded, observed }: PlanInput, scale: Readonly<Record<string, number>>): Diagnostic[] {
  const { project, provenance } = loaded;
  const byName = new Map(observed.containers.map((container) => [container.name, container]));
  return Object.entries(project.services).flatMap(([name, service]) => {
    const count = scale[name] ?? 1;
    const found: Diagnostic[] = [];
    for (let number = 1; number <= Math.max(1, count); number++) {
      const container = byName.get(containerName(project, name, number));
      if (!container || container.labels[labels.project] === project.name) continue;
      const owner = ownerOf(container);
      const span = provenance.find(['services', name, service.container_name ? 'container_name' : 'image']);
      found.push(
        conflict(
          `service "${name}": the container name "${container.name}" is taken by ${owner}`,
          'remove that container, or choose another name',
          span,
        ),
      );
    }
    return found;
  });
}

function ownerOf(container: ObservedContainer): string {
  const other = container.labels[labels.project];
  const folder = container.labels[labels.workingDir];
  if (other === undefined) return 'a container of no project';
  return folder === undefined ? `project "${other}"` : `project "${other}" (${folder})`;
}

function takenPod({ loaded, observed }: PlanInput): Diagnostic[] {
  const { project, workingDir } = loaded;
  const pod = observed.pods.find(({ name }) => name === podName(project.name));
  if (!pod) return [];
  if (pod.labels[labels.own] !== project.name)
    return [
      conflict(
        `the pod name "${pod.name}" is taken by somebody else's pod`,
        `remove it with: podman pod rm ${pod.name}`,
      ),
    ];
  const there = pod.labels[labels.podWorkingDir];
  if (there === undefined || there === workingDir) return [];
  return [
    conflict(
      `project "${project.name}" belongs to ${there}`,
      'choose another name with -p or name:, or replace it with --take-over',
    ),
  ];
}

/** Containers of the project that no service of the file asks for. */
export function orphans(
  observed: Observed,
  project: string,
  known: ReadonlySet<string>,
): ObservedContainer[] {
  return observed.containers.filter(
    (container) =>
      container.labels[labels.project] === project &&
      !container.isInfra &&
      container.labels[labels.oneoff] !== 'True' &&
      !known.has(container.labels[labels.service] ?? ''),
  );
}
