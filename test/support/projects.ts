import type { Loaded, Project, Service } from '../../src/compose/types.ts';

/** A loaded project around plain services: what loading gives, without files. */
export function loadedFrom(services: Record<string, Partial<Service>>, more: Partial<Project> = {}): Loaded {
  const full = Object.fromEntries(
    Object.entries(services).map(([name, service]): [string, Service] => [
      name,
      {
        command: null,
        entrypoint: null,
        image: 'app',
        ...(service.network_mode ? {} : { networks: { default: null } }),
        ...service,
      },
    ]),
  );
  const project: Project = {
    name: 'p',
    networks: { default: { name: 'p_default', ipam: {} } },
    services: full,
    ...more,
  };
  return {
    project,
    provenance: { find: (path) => ({ path: path.join('.'), line: 1, column: 1 }) },
    diagnostics: [],
    workingDir: '/work/p',
    files: ['/work/p/compose.yaml'],
    envFiles: [],
    environment: {},
    disabledServices: {},
    digests: { secrets: {}, configs: {} },
  };
}
