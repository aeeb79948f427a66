import { fail } from '../../base/errors.ts';
import { parseBytes } from '../../base/units.ts';
import type { Action } from '../../plan/types.ts';
import { anyServices, defineCommand } from '../command.ts';
import type { FlagTable } from '../flag.ts';
import type { Environment } from '../global-options.ts';
import { runImages } from '../images-command.ts';
import type { Session } from '../session.ts';

const flags = {
  'build-arg': { type: 'list', text: 'KEY=VALUE, or KEY to take the value from here; may be repeated' },
  builder: { type: 'string', text: 'Accepted and without effect: there is one builder', hidden: true },
  check: { type: 'boolean', text: 'Look through the Containerfiles for mistakes and build nothing' },
  compress: { type: 'boolean', text: 'Accepted and without effect', hidden: true },
  'force-rm': { type: 'boolean', text: 'Accepted and without effect', hidden: true },
  memory: { type: 'string', short: 'm', text: 'Memory limit of the build' },
  'no-cache': { type: 'boolean', text: 'Use nothing from earlier builds' },
  'no-rm': { type: 'boolean', text: 'Accepted and without effect', hidden: true },
  print: { type: 'boolean', text: 'Print the plan of the build as JSON and do nothing' },
  provenance: { type: 'string', text: 'Not supported', hidden: true },
  pull: { type: 'boolean', text: 'Look for newer base images' },
  push: { type: 'boolean', text: 'Push the images when they are built' },
  quiet: { type: 'boolean', short: 'q', text: 'Print image ids only' },
  sbom: { type: 'string', text: 'Not supported', hidden: true },
  ssh: { type: 'string', text: 'SSH agent socket or keys for the build' },
  'with-dependencies': { type: 'boolean', text: 'Also build what the services depend on' },
} as const satisfies FlagTable;

export const build = defineCommand({
  name: 'build',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Build the images of the services, those that do not need each other at the same time.',
  flags,
  operands: anyServices,
  examples: [
    ['tscompose build', 'build all images'],
    ['tscompose build --pull --no-cache web', 'build one from scratch'],
    ['tscompose build --build-arg VERSION=2', 'with another value of an ARG'],
    ['tscompose build --check', 'look for mistakes only'],
  ],
  run: async ({ flags: given, operands: services }, session) => {
    for (const name of ['provenance', 'sbom'] as const)
      if (given[name]) session.warn(`--${name} has no equivalent on Podman and is ignored`);
    if (given.check) return (await import('../check-builds.ts')).checkBuilds(session, services);
    const memory = given.memory === undefined ? undefined : parseBytes(given.memory);
    if (given.memory !== undefined && memory === undefined)
      throw fail('E_USAGE', `--memory: "${given.memory}" is not a size`, { hint: 'write 512m or 2g' });
    const { exitCode, references } = await runImages(session, {
      services,
      options: {
        build: 'always',
        noDeps: !given['with-dependencies'],
        ...(given['no-cache'] ? { noCache: true } : {}),
        ...(given.pull ? { pullBase: true } : {}),
        buildArgs: buildArgs(given['build-arg'], session.env),
      },
      keep: (action) => (action.kind === 'image.pull' ? undefined : withFlags(action, given.ssh, memory)),
      push: given.push,
      print: given.print,
      quiet: given.quiet,
      failureMode: 'continue',
    });
    if (exitCode === 0 && given.quiet && !given.print) await printIds(session, references);
    return exitCode;
  },
});

/** KEY alone takes the value of the environment, and is left out where there is none. */
function buildArgs(texts: readonly string[], env: Environment): Record<string, string> {
  const pairs = texts.flatMap((text): [string, string][] => {
    const equals = text.indexOf('=');
    if (equals !== -1) return [[text.slice(0, equals), text.slice(equals + 1)]];
    const value = env[text];
    return value === undefined ? [] : [[text, value]];
  });
  return Object.fromEntries(pairs);
}

function withFlags(action: Action, ssh: string | undefined, memory: number | undefined): Action {
  if (action.kind !== 'image.build') return action;
  return {
    ...action,
    request: {
      ...action.request,
      ...(ssh === undefined ? {} : { ssh: [...action.request.ssh, ssh] }),
      ...(memory === undefined ? {} : { memory }),
    },
  };
}

async function printIds(session: Session, references: readonly string[]): Promise<void> {
  const engine = await session.engine();
  for (const reference of references) {
    const image = await engine.inspectImage(reference);
    if (image) session.print(`${image.id}\n`);
  }
}
