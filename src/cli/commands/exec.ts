import { defineCommand } from '../command.ts';
import { findContainer } from '../one-container.ts';

export const exec = defineCommand({
  name: 'exec',
  usage: '[OPTIONS] SERVICE COMMAND [ARGS...]',
  summary:
    'Run a command in a running container and exit with its code. What follows the service belongs to the command.',
  flags: {
    detach: { type: 'boolean', short: 'd', text: 'Run it in the background' },
    env: { type: 'list', short: 'e', text: 'KEY=VALUE, or KEY to take the value from here; may be repeated' },
    index: { type: 'number', text: 'Number of the container, where a service has several' },
    interactive: { type: 'boolean', short: 'i', on: true, text: 'Keep standard input open', hidden: true },
    'no-tty': { type: 'boolean', short: 'T', also: ['no-TTY'], text: 'Do not allocate a terminal' },
    privileged: { type: 'boolean', text: 'Give the command all capabilities' },
    tty: { type: 'boolean', short: 't', on: true, text: 'Allocate a terminal', hidden: true },
    user: { type: 'string', short: 'u', text: 'Run as this user' },
    workdir: { type: 'string', short: 'w', text: 'Run in this directory of the container' },
  },
  operands: { min: 2, max: Number.POSITIVE_INFINITY },
  interspersed: false,
  examples: [
    ['tscompose exec db psql -U postgres', 'at the terminal'],
    ['tscompose exec -T db pg_dump app > dump.sql', 'in a script'],
  ],
  run: async ({ flags, operands }, session) => {
    const [service = '', ...command] = operands;
    const container = await findContainer(session, { service, index: flags.index, mustRun: true });
    const { runPodman } = await import('../../podman/cli-bridge.ts');
    const { stdin, stdout } = session.streams;
    const hasTerminal = stdin.isTTY === true && stdout.isTTY === true;
    const wantsTerminal = flags.tty && !flags['no-tty'] && hasTerminal && !flags.detach;
    // Values are handed over in podman's environment, as its arguments can be read by everybody.
    const pairs = flags.env.map((text): [string, string | undefined] => {
      const equals = text.indexOf('=');
      return equals === -1 ? [text, session.env[text]] : [text.slice(0, equals), text.slice(equals + 1)];
    });
    const shared = pairs.filter(([key]) => !isPodmans(key));
    const args = [
      'exec',
      ...(flags.detach ? ['--detach'] : []),
      ...(flags.interactive && !flags.detach ? ['--interactive'] : []),
      ...(wantsTerminal ? ['--tty'] : []),
      ...(flags.privileged ? ['--privileged'] : []),
      ...(flags.user === undefined ? [] : [`--user=${flags.user}`]),
      ...(flags.workdir === undefined ? [] : [`--workdir=${flags.workdir}`]),
      ...pairs.map(([key, value]) => (isPodmans(key) ? `--env=${key}=${value ?? ''}` : `--env=${key}`)),
      container.id,
      ...command,
    ];
    const engine = await session.engine();
    const { exitCode } = await runPodman({
      url: engine.capabilities.url,
      args,
      environment: { ...session.env, ...Object.fromEntries(shared) },
      stdio: 'inherit',
    });
    return exitCode;
  },
});

/** Names that would change how podman itself runs. */
function isPodmans(key: string): boolean {
  return /^(?:PATH|HOME|TMPDIR|LD_.*|XDG_.*|CONTAINER.*|DOCKER_.*|STORAGE_.*|_.*)$/.test(key);
}
