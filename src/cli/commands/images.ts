import { containersByService } from '../../plan/model.ts';
import { anyServices, defineCommand } from '../command.ts';
import { findContainers } from '../find-project.ts';
import { humanDuration } from '../human-time.ts';
import { formatList } from '../template.ts';

interface ImageRow {
  readonly ID: string;
  readonly ContainerName: string;
  readonly Repository: string;
  readonly Tag: string;
  readonly Platform: string;
  /** RFC 3339. */
  readonly LastTagTime: string;
}

export const images = defineCommand({
  name: 'images',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'List the images that the containers use.',
  flags: {
    format: { type: 'string', text: 'table, json, or a template' },
    quiet: { type: 'boolean', short: 'q', text: 'Print ids only' },
  },
  operands: anyServices,
  examples: [['tscompose images --format json', 'as one JSON array']],
  run: async ({ flags, operands: services }, session) => {
    const { project, containers: there } = await findContainers(session, services);
    const engine = await session.engine();
    const all = containersByService({ containers: there }, project);
    const names = services.length > 0 ? services : [...all.keys()].sort();
    const containers = names.flatMap((name) => all.get(name) ?? []);
    const rows = await Promise.all(
      containers.map(async (container): Promise<ImageRow> => {
        const image = await engine.inspectImage(container.imageId, { signal: session.interrupts.signal });
        const [, repository = container.image, tag = 'latest'] =
          /^(.*?)(?::([^/:]+))?$/.exec(container.image) ?? [];
        return {
          ID: container.imageId,
          ContainerName: container.name,
          Repository: repository,
          Tag: tag,
          Platform: image ? `${image.os}/${image.architecture}` : '',
          LastTagTime: image?.createdAt ?? '',
        };
      }),
    );
    if (flags.quiet) session.print([...new Set(rows.map(({ ID }) => `${ID}\n`))].join(''));
    else {
      session.print(
        formatList({
          format: flags.format,
          rows,
          columns: [
            ['CONTAINER', (row) => row.ContainerName],
            ['REPOSITORY', (row) => row.Repository],
            ['TAG', (row) => row.Tag],
            ['PLATFORM', (row) => row.Platform],
            ['IMAGE ID', (row) => row.ID.slice(0, 12)],
            ['CREATED', (row) => `${humanDuration((Date.now() - Date.parse(row.LastTagTime)) / 1000)} ago`],
          ],
          json: 'array',
        }),
      );
    }
    return 0;
  },
});
