import { anyServices, defineCommand } from '../command.ts';

export const config = defineCommand({
  name: 'config',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Check the compose files and print the project in canonical form.',
  flags: {
    format: { type: 'string', choices: ['yaml', 'json'], text: 'yaml or json' },
    quiet: { type: 'boolean', short: 'q', text: 'Only check' },
    services: { type: 'boolean', text: 'Print names of services' },
  },
  operands: anyServices,
  examples: [['tscompose config -q', 'only check the files']],
  run: async ({ flags, operands }, session) => {
    const loaded = await session.load({ services: operands, onlyServices: true, resolve: false });
    if (flags.quiet) return 0;
    if (flags.services)
      session.print(
        Object.keys(loaded.project.services)
          .map((name) => `${name}\n`)
          .join(''),
      );
    else session.print(`${JSON.stringify(loaded.project, null, 2)}\n`);
    return 0;
  },
});
