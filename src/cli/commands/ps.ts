import { fail } from '../../base/errors.ts';
import { labels } from '../../plan/names.ts';
import type { ObservedContainer } from '../../podman/types.ts';
import { anyServices, defineCommand } from '../command.ts';
import { type ContainerView, stateWord, viewContainer } from '../container-view.ts';
import { type FoundContainers, findContainers } from '../find-project.ts';
import type { FlagTable, FlagValues } from '../flag.ts';
import type { Session } from '../session.ts';
import { formatList, type ListFormat } from '../template.ts';

const flags = {
  all: { type: 'boolean', short: 'a', text: 'Also what has stopped, and one-off containers' },
  filter: { type: 'list', text: 'status=STATE; may be repeated' },
  format: { type: 'string', text: 'table, json, json-array, or a template such as "{{.Name}} {{.State}}"' },
  'no-trunc': { type: 'boolean', text: 'Do not cut ids and commands' },
  orphans: { type: 'boolean', on: true, text: 'Include services that are not in the file' },
  quiet: { type: 'boolean', short: 'q', text: 'Print ids only' },
  services: { type: 'boolean', text: 'Print names of services only' },
  status: { type: 'list', text: 'Only those in this state; may be repeated' },
} as const satisfies FlagTable;

const states = ['paused', 'restarting', 'removing', 'running', 'dead', 'created', 'exited'];

export const ps = defineCommand({
  name: 'ps',
  usage: '[OPTIONS] [SERVICE...]',
  summary: "List the project's containers.",
  flags,
  operands: anyServices,
  examples: [
    ['tscompose ps -a', 'also what has ended, with exit codes'],
    ['tscompose ps --format json', 'one JSON object a line'],
    ['tscompose ps --services --status running', 'which services run?'],
  ],
  run: async ({ flags: given, operands: services }, session) => {
    const wanted = wantedStates(given);
    const found = await findContainers(session, services);
    const chosen = choose(found, given, wanted, services);
    if (given.quiet) session.print(chosen.map(({ id }) => `${id}\n`).join(''));
    else if (given.services)
      session.print(
        serviceNames(chosen)
          .map((name) => `${name}\n`)
          .join(''),
      );
    else {
      const options = { nowMs: Date.now(), truncate: !given['no-trunc'] };
      const shown = showsVolumes(given.format) ? await detailed(session, found, chosen) : chosen;
      const rows = shown.map((container) => viewContainer(container, options));
      session.print(formatList({ format: given.format, rows, columns, json: 'lines' }));
    }
    return 0;
  },
});

/** The table has no column for them, and they cost a request for each container. */
function showsVolumes(format: string | undefined): boolean {
  return format !== undefined && format !== 'table';
}

async function detailed(
  session: Session,
  { project }: FoundContainers,
  chosen: readonly ObservedContainer[],
): Promise<ObservedContainer[]> {
  const [{ withVolumes }, engine] = await Promise.all([
    import('../../podman/with-volumes.ts'),
    session.engine(),
  ]);
  const { signal } = session.interrupts;
  return withVolumes(chosen, project, (id) => engine.inspectContainer(id, { signal }));
}

const columns: ListFormat<ContainerView>['columns'] = [
  ['NAME', (row) => row.Name],
  ['IMAGE', (row) => row.Image],
  ['COMMAND', (row) => row.Command],
  ['SERVICE', (row) => row.Service],
  ['CREATED', (row) => row.RunningFor],
  ['STATUS', (row) => row.Status],
  ['PORTS', (row) => row.Ports],
];

function wantedStates(given: FlagValues<typeof flags>): ReadonlySet<string> {
  const filtered = given.filter.map((filter) => {
    const [, key, value = ''] = /^([^=]*)=(.*)$/.exec(filter) ?? [];
    if (key !== 'status')
      throw fail('E_USAGE', `--filter ${filter} is not supported`, { hint: 'use --filter status=running' });
    return value;
  });
  const wanted = [...given.status, ...filtered].flatMap((text) => text.split(','));
  for (const state of wanted) {
    if (!states.includes(state))
      throw fail('E_USAGE', `unknown state "${state}"`, { hint: `one of ${states.join(', ')}` });
  }
  return new Set(wanted);
}

function choose(
  { project, services: written, containers, fromLabels }: FoundContainers,
  given: FlagValues<typeof flags>,
  wanted: ReadonlySet<string>,
  services: readonly string[],
): ObservedContainer[] {
  const known = new Set(written);
  const isOfProject = (container: ObservedContainer): boolean =>
    container.labels[labels.project] === project && !container.isInfra;
  const isWantedService = (service: string): boolean =>
    services.length > 0 ? services.includes(service) : given.orphans || fromLabels || known.has(service);
  const isWantedState = (state: string): boolean =>
    wanted.size > 0 ? wanted.has(state) : given.all || ['running', 'paused', 'restarting'].includes(state);
  return containers
    .filter(
      (container) =>
        isOfProject(container) &&
        isWantedService(container.labels[labels.service] ?? '') &&
        (given.all || container.labels[labels.oneoff] !== 'True') &&
        isWantedState(stateWord(container.state)),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function serviceNames(containers: readonly ObservedContainer[]): string[] {
  return [...new Set(containers.map((container) => container.labels[labels.service] ?? ''))].sort();
}
