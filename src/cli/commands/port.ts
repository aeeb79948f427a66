import { fail } from '../../base/errors.ts';
import { defineCommand } from '../command.ts';
import { publishersOf } from '../container-view.ts';
import { findContainer } from '../one-container.ts';

export const port = defineCommand({
  name: 'port',
  usage: '[OPTIONS] SERVICE PRIVATE_PORT',
  summary: "Print the address and port where a container's port is published.",
  flags: {
    index: { type: 'number', text: 'Number of the container, where a service has several' },
    protocol: { type: 'string', choices: ['tcp', 'udp', 'sctp'], text: 'tcp, udp or sctp; default: tcp' },
  },
  operands: { min: 2, max: 2 },
  examples: [
    ['tscompose port web 80', 'prints 0.0.0.0:8080'],
    ['curl "$(tscompose port web 80)"', 'in a script'],
  ],
  run: async ({ flags, operands }, session) => {
    const [service = '', text = ''] = operands;
    const [, digits, suffix] = /^(\d+)(?:\/(\w+))?$/.exec(text) ?? [];
    if (digits === undefined) throw fail('E_USAGE', `"${text}" is not a port`);
    const protocol = suffix ?? flags.protocol ?? 'tcp';
    const container = await findContainer(session, { service, index: flags.index, mustRun: true });
    const match = publishersOf(container).find(
      (publisher) => publisher.TargetPort === Number(digits) && publisher.Protocol === protocol,
    );
    if (!match) throw fail('E_NO_CONTAINER', `no port ${digits}/${protocol} for container ${container.name}`);
    const host = match.URL.includes(':') ? `[${match.URL}]` : match.URL;
    session.print(`${host}:${match.PublishedPort}\n`);
    return 0;
  },
});
