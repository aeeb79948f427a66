import { didYouMean } from '../base/did-you-mean.ts';
import { ComposeError, fail } from '../base/errors.ts';
import type { Loaded } from '../compose/types.ts';
import type { Observed, ObservedContainer } from '../podman/types.ts';
import { type KnownServices, knownServices, servicesOf } from './answers/known-services.ts';
import type { Session } from './session.ts';

/** The project and what the engine has of it. */
export interface Found {
  readonly loaded: Loaded;
  readonly observed: Observed;
  /** There is no file: the project was read from its containers' labels. */
  readonly fromLabels: boolean;
}

/** The project's services and all containers there are, of other projects too. */
export interface FoundContainers extends KnownServices {
  readonly containers: readonly ObservedContainer[];
  readonly fromLabels: boolean;
}

export interface FindRequest {
  readonly services?: readonly string[];
  /** Waits for other commands on the project; absent: only looks. */
  readonly lockFor?: string;
}

/**
 * The project of a command that works on existing containers. With a file it is loaded; `-p NAME` alone will do where containers of
 * that name exist.
 *
 * @throws {ComposeError} the loader's, `E_SERVICE_UNKNOWN`
 */
export async function findProject(session: Session, request: FindRequest): Promise<Found> {
  const isLook = request.lockFor === undefined;
  if (isLook) await session.startLooking();
  else session.startConnecting();
  const loaded = await ifThere(session, () => session.load());
  const name = nameOf(session, loaded);
  if (request.lockFor !== undefined) await session.lock(name, request.lockFor);
  const observed =
    (isLook ? await session.foreseen(name, []) : undefined) ?? (await session.observe(name, [], false));
  const found = loaded ?? (await projectOf(session, observed.containers));
  refuseUnknown(servicesOf(found), observed.containers, request.services);
  return { loaded: found, observed, fromLabels: !loaded };
}

/** The same for commands that only show containers: nothing else is asked of the engine, and of the file only the services count. */
export async function findContainers(
  session: Session,
  services: readonly string[],
): Promise<FoundContainers> {
  const listing = await session.startListing();
  const known = await ifThere(session, () => knownServices(session));
  const containers = await listing.containers;
  const found = known ?? servicesOf(await projectOf(session, containers));
  refuseUnknown(found, containers, services);
  return { ...found, containers, fromLabels: !known };
}

function nameOf(session: Session, loaded: Loaded | undefined): string {
  return loaded?.project.name ?? session.options.projectName ?? session.env['COMPOSE_PROJECT_NAME'] ?? '';
}

async function projectOf(session: Session, containers: readonly ObservedContainer[]): Promise<Loaded> {
  const { projectFromObserved } = await import('../plan/project-from-observed.ts');
  const name = nameOf(session, undefined);
  return projectFromObserved(name, containers) ?? emptyProject(name, session.cwd);
}

/** Undefined: there is no file, but a name was given. Profiles do not matter to what exists: all services are known. */
async function ifThere<T>(session: Session, load: () => Promise<T>): Promise<T | undefined> {
  const name = session.options.projectName ?? session.env['COMPOSE_PROJECT_NAME'];
  try {
    return await load();
  } catch (error) {
    const isMissing = error instanceof ComposeError && error.code === 'E_FILE_NOT_FOUND';
    if (isMissing && name !== undefined && name !== '' && session.options.files.length === 0)
      return undefined;
    throw error;
  }
}

function refuseUnknown(
  { project, services: written }: KnownServices,
  containers: readonly ObservedContainer[],
  services: readonly string[] = [],
): void {
  const known = new Set(written);
  for (const container of containers) {
    const service = container.labels['com.docker.compose.service'];
    if (container.labels['com.docker.compose.project'] === project && service !== undefined)
      known.add(service);
  }
  for (const name of services) {
    if (known.has(name)) continue;
    const hint = didYouMean(name, known) ?? `the services are ${[...known].sort().join(', ')}`;
    throw fail('E_SERVICE_UNKNOWN', `no such service: ${name}`, { hint });
  }
}

function emptyProject(name: string, cwd: string): Loaded {
  return {
    project: { name, services: {} },
    provenance: { find: () => undefined },
    diagnostics: [],
    workingDir: cwd,
    files: [],
    envFiles: [],
    environment: {},
    disabledServices: {},
    digests: { secrets: {}, configs: {} },
  };
}
