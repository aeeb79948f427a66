import { fail } from '../../base/errors.ts';
import { labels } from '../../plan/names.ts';
import type { LogLine, LogOptions, ObservedContainer } from '../../podman/types.ts';
import { anyServices, defineCommand } from '../command.ts';
import { type FoundContainers, findContainers } from '../find-project.ts';
import type { FlagTable, FlagValues } from '../flag.ts';
import { followProject } from '../follow-project.ts';
import { LogPrinter, shortName } from '../log-stream.ts';
import { logTime } from '../log-time.ts';
import type { Session } from '../session.ts';

const flags = {
  follow: { type: 'boolean', short: 'f', text: 'Go on as more is written' },
  index: { type: 'number', text: 'Number of the container, where a service has several' },
  'no-color': { type: 'boolean', text: 'Do not colour the output' },
  'no-log-prefix': { type: 'boolean', text: "Do not put the container's name before each line" },
  since: { type: 'string', text: 'From this time on: 2024-05-01T10:00:00Z, or 42m for 42 minutes ago' },
  tail: { type: 'string', short: 'n', text: 'Only this many lines from the end of each container, or all' },
  timestamps: { type: 'boolean', short: 't', text: 'Show when each line was written' },
  until: { type: 'string', text: 'Up to this time' },
} as const satisfies FlagTable;

export const logs = defineCommand({
  name: 'logs',
  usage: '[OPTIONS] [SERVICE...]',
  summary: "Show the containers' output.",
  flags,
  operands: anyServices,
  examples: [
    ['tscompose logs -f web', 'follow one service'],
    ['tscompose logs --since 10m --no-color > log', 'the last ten minutes of all, into a file'],
  ],
  run: async ({ flags: given, operands: services }, session) => {
    const now = Date.now();
    const log: LogOptions = {
      follow: given.follow,
      timestamps: given.timestamps,
      ...tailOf(given.tail),
      ...(given.since === undefined ? {} : { since: logTime('--since', given.since, now) }),
      ...(given.until === undefined ? {} : { until: logTime('--until', given.until, now) }),
    };
    const found = await findContainers(session, services);
    const containers = chosen(found, services, given.index);
    const { project } = found;
    const printer = new LogPrinter({
      stdout: session.streams.stdout,
      stderr: session.streams.stderr,
      colour: !given['no-color'] && session.colour(session.streams.stdout),
      prefix: !given['no-log-prefix'],
      names: containers.map(({ name }) => shortName(project, name)),
    });
    if (log.follow) await follow(session, { found, containers, services, log, printer, given });
    else await printInOrder(session, containers, project, log, printer);
    return session.interrupts.exitCode ?? 0;
  },
});

function tailOf(text: string | undefined): { tail?: number } {
  if (text === undefined || text === 'all' || text === '-1') return {};
  if (!/^\d+$/.test(text))
    throw fail('E_USAGE', `--tail: "${text}" is not a number of lines`, { hint: 'a number, or all' });
  return { tail: Number(text) };
}

function chosen(
  { project, containers }: FoundContainers,
  services: readonly string[],
  index: number | undefined,
): ObservedContainer[] {
  return containers.filter((container) => {
    const own = container.labels;
    if (own[labels.project] !== project || container.isInfra) return false;
    if (index !== undefined && own[labels.number] !== String(index)) return false;
    if (own[labels.oneoff] === 'True' && services.length === 0) return false;
    return services.length === 0 || services.includes(own[labels.service] ?? '');
  });
}

/** Lines of one container in their order; the containers one after the other, by name. */
async function printInOrder(
  session: Session,
  containers: readonly ObservedContainer[],
  project: string,
  log: LogOptions,
  printer: LogPrinter,
): Promise<void> {
  const engine = await session.engine();
  const { signal } = session.interrupts;
  // Asked for at once, printed in turn.
  const all = containers.map(async ({ name }): Promise<LogLine[]> => {
    const lines: LogLine[] = [];
    for await (const line of engine.logs(name, log, { signal })) lines.push(line);
    return lines;
  });
  for (const [index, lines] of (await Promise.all(all)).entries()) {
    const name = shortName(project, containers[index]?.name ?? '');
    for (const line of lines) printer.print(name, line);
  }
}

interface Following {
  readonly found: FoundContainers;
  readonly containers: readonly ObservedContainer[];
  readonly services: readonly string[];
  readonly log: LogOptions;
  readonly printer: LogPrinter;
  readonly given: FlagValues<typeof flags>;
}

async function follow(
  session: Session,
  { found, containers, services, log, printer, given }: Following,
): Promise<void> {
  await followProject(session, {
    project: found.project,
    containers,
    log,
    printer,
    signal: session.interrupts.signal,
    wants: (attributes) =>
      (services.length === 0 || services.includes(attributes[labels.service] ?? '')) &&
      (given.index === undefined || attributes[labels.number] === String(given.index)),
    onExit: () => undefined,
  });
}
