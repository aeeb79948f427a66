import { labels } from '../../plan/names.ts';
import { anyServices, defineCommand } from '../command.ts';
import { findProject } from '../find-project.ts';
import { formatList } from '../template.ts';

export const volumes = defineCommand({
  name: 'volumes',
  usage: '[OPTIONS] [SERVICE...]',
  summary: "List the project's volumes that exist.",
  flags: {
    format: { type: 'string', text: 'table, json, or a template' },
    quiet: { type: 'boolean', short: 'q', text: 'Print names only' },
  },
  operands: anyServices,
  examples: [['tscompose volumes -q', 'names, one a line']],
  run: async ({ flags, operands: services }, session) => {
    const { loaded, observed } = await findProject(session, { services });
    const used = new Set(
      services.flatMap((name) =>
        (loaded.project.services[name]?.volumes ?? []).flatMap(({ type, source }) =>
          type === 'volume' && source !== undefined ? [loaded.project.volumes?.[source]?.name ?? source] : [],
        ),
      ),
    );
    const rows = observed.volumes
      .filter((volume) => volume.labels[labels.project] === loaded.project.name)
      .filter(({ name }) => services.length === 0 || used.has(name))
      .map(({ name, driver, labels: own }) => ({
        Driver: driver,
        Labels: Object.entries(own)
          .map(([key, value]) => `${key}=${value}`)
          .join(','),
        Name: name,
        Scope: 'local',
      }));
    if (flags.quiet) session.print(rows.map(({ Name }) => `${Name}\n`).join(''));
    else {
      session.print(
        formatList({
          format: flags.format,
          rows,
          columns: [
            ['DRIVER', (row) => row.Driver],
            ['VOLUME NAME', (row) => row.Name],
          ],
          json: 'lines',
        }),
      );
    }
    return 0;
  },
});
