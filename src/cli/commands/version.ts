import { defineCommand } from '../command.ts';
import { composeLevel, ownVersion, versionLine } from '../version.ts';

export const version = defineCommand({
  name: 'version',
  usage: '[OPTIONS]',
  summary: "Print the level of docker compose's command line that is kept, and tscompose's own version.",
  flags: {
    format: { type: 'string', short: 'f', choices: ['pretty', 'json'], text: 'pretty or json' },
    short: { type: 'boolean', text: 'Print the number only' },
  },
  operands: { min: 0, max: 0 },
  examples: [
    ['tscompose version --short', 'the number that tools compare'],
    ['tscompose version --format json', "with Podman's version"],
  ],
  run: async ({ flags }, session) => {
    if (flags.short) session.print(`${composeLevel}\n`);
    else if (flags.format === 'json') {
      const engine = await session.engine().catch(() => undefined);
      const podman = engine === undefined ? {} : { podman: engine.capabilities.version };
      session.print(`${JSON.stringify({ version: `v${composeLevel}`, tscompose: ownVersion, ...podman })}\n`);
    } else session.print(`${versionLine}\n`);
    return 0;
  },
});
