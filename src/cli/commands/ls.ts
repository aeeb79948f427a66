import { fail } from '../../base/errors.ts';
import { labels } from '../../plan/names.ts';
import type { ObservedContainer } from '../../podman/types.ts';
import { defineCommand } from '../command.ts';
import { stateWord } from '../container-view.ts';
import { formatList } from '../template.ts';

interface ProjectRow {
  readonly Name: string;
  /** "running(2), exited(1)" */
  readonly Status: string;
  readonly ConfigFiles: string;
}

export const ls = defineCommand({
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List the projects of the engine.',
  flags: {
    all: { type: 'boolean', short: 'a', text: 'Also projects of which nothing runs' },
    filter: { type: 'list', text: 'name=REGULAR-EXPRESSION' },
    format: { type: 'string', text: 'table, json, or a template' },
    quiet: { type: 'boolean', short: 'q', text: 'Print names only' },
  },
  operands: { min: 0, max: 0 },
  examples: [
    ['tscompose ls', 'what runs here?'],
    ['tscompose ls -a --format json', 'everything, as one JSON array'],
  ],
  run: async ({ flags }, session) => {
    const names = flags.filter.map(nameFilter);
    const engine = await session.engine();
    const containers = await engine.listContainers(
      { label: [labels.project] },
      { signal: session.interrupts.signal },
    );
    const rows = projects(containers, flags.all).filter(({ Name }) => names.every((name) => name.test(Name)));
    if (flags.quiet) session.print(rows.map(({ Name }) => `${Name}\n`).join(''));
    else {
      session.print(
        formatList({
          format: flags.format,
          rows,
          columns: [
            ['NAME', (row) => row.Name],
            ['STATUS', (row) => row.Status],
            ['CONFIG FILES', (row) => row.ConfigFiles],
          ],
          json: 'array',
        }),
      );
    }
    return 0;
  },
});

function nameFilter(text: string): RegExp {
  const [, key, value = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (key !== 'name')
    throw fail('E_USAGE', `--filter ${text} is not supported`, { hint: 'use --filter name=shop' });
  try {
    return new RegExp(value);
  } catch {
    throw fail('E_USAGE', `--filter: "${value}" is not a regular expression`);
  }
}

function projects(containers: readonly ObservedContainer[], all: boolean): ProjectRow[] {
  const byName = new Map<string, ObservedContainer[]>();
  for (const container of containers) {
    const name = container.labels[labels.project] ?? '';
    if (container.isInfra || name === '' || container.labels[labels.oneoff] === 'True') continue;
    byName.set(name, [...(byName.get(name) ?? []), container]);
  }
  return [...byName]
    .filter(([, own]) => all || own.some(({ state }) => stateWord(state) === 'running' || state === 'paused'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Name, own]) => ({
      Name,
      Status: statusOf(all ? own : own.filter(({ state }) => stateWord(state) !== 'exited')),
      ConfigFiles: own[0]?.labels[labels.configFiles] ?? '',
    }));
}

function statusOf(containers: readonly ObservedContainer[]): string {
  const counts = new Map<string, number>();
  for (const { state } of containers) counts.set(stateWord(state), (counts.get(stateWord(state)) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([state, count]) => `${state}(${count})`).join(', ');
}
