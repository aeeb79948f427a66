import { fail } from '../../base/errors.ts';
import { parseBytes } from '../../base/units.ts';
import type { Action } from '../../plan/types.ts';
import { anyServices, defineCommand } from '../command.ts';
import type { FlagTable, FlagValues } from '../flag.ts';
import type { Environment } from '../global-options.ts';
import { runImages } from '../images-command.ts';
import type { Session } from '../session.ts';
import type { PlanFormat } from '../show-plan.ts';

const flags = {
  'build-arg': { type: 'list', text: 'KEY=VALUE, or KEY to take the value from here; may be repeated' },
  builder: { type: 'string', text: 'Accepted and without effect: there is one builder', hidden: true },
  check: { type: 'boolean', text: 'Look through the Containerfiles for mistakes and build nothing' },
  compress: { type: 'boolean', text: 'Accepted and without effect', hidden: true },
  'force-rm': { type: 'boolean', text: 'Accepted and without effect', hidden: true },
  format: {
    type: 'string',
    choices: ['text', 'json', 'dot', 'mermaid'],
    text: 'How --print and --dry-run print the steps',
  },
  jobs: {
    type: 'number',
    text: 'How many steps that run something at once; default: two for each CPU, and four at least',
  },
  memory: { type: 'string', short: 'm', text: 'Memory limit of the build' },
  'no-cache': { type: 'boolean', text: 'Use nothing from earlier builds' },
  'no-rm': { type: 'boolean', text: 'Accepted and without effect', hidden: true },
  // As docker compose's: no number here, unlike the flag before the command.
  parallel: { type: 'boolean', text: 'Accepted and without effect: builds run at once', hidden: true },
  print: { type: 'boolean', text: 'Print the steps that are to be done, as JSON, and do nothing' },
  provenance: { type: 'string', text: 'Not supported', hidden: true },
  prune: {
    type: 'boolean',
    text: 'Then forget the steps that the project no longer needs, and remove their images; and fetched contexts that no build has used for a week',
  },
  pull: { type: 'boolean', text: 'Look for newer base images' },
  push: { type: 'boolean', text: 'Push the images when they are built' },
  quiet: { type: 'boolean', short: 'q', text: 'Print image ids only' },
  sbom: { type: 'string', text: 'Not supported', hidden: true },
  ssh: { type: 'string', text: 'SSH agent socket or keys for the build' },
  trace: { type: 'string', text: 'Write what ran when to this file, for Perfetto' },
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
    if (given.trace !== undefined) session.trace = new (await import('../trace.ts')).Trace();
    if (given.jobs !== undefined) session.jobs = Math.max(1, given.jobs);
    const { exitCode, references } = await runImages(session, {
      services,
      options: {
        build: 'always',
        onlyBuilds: true,
        noDeps: !given['with-dependencies'],
        ...(given['no-cache'] ? { noCache: true } : {}),
        ...(given.pull ? { pullBase: true } : {}),
        buildArgs: buildArgs(given['build-arg'], session.env),
      },
      keep: (action) => (action.kind === 'image.pull' ? undefined : withFlags(action, given.ssh, memory)),
      push: given.push,
      print: given.print || given.format !== undefined,
      ...(given.format === undefined ? {} : { format: given.format as PlanFormat }),
      quiet: given.quiet,
      failureMode: 'continue',
      keepsAnswer: isPlain(given),
    });
    await afterwards(session, given, { exitCode, references });
    return exitCode;
  },
});

/** Does nothing but build what is not there. */
function isPlain(given: FlagValues<typeof flags>): boolean {
  const more = [
    'no-cache',
    'print',
    'provenance',
    'prune',
    'pull',
    'push',
    'quiet',
    'sbom',
    'ssh',
    'trace',
  ] as const;
  return !more.some((name) => given[name]);
}

async function afterwards(
  session: Session,
  given: FlagValues<typeof flags>,
  { exitCode, references }: { readonly exitCode: number; readonly references: readonly string[] },
): Promise<void> {
  if (given.trace !== undefined) session.trace?.write(given.trace);
  if (exitCode !== 0 || given.print) return;
  if (given.prune) await prune(session);
  if (given.quiet) await printIds(session, references);
}

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

/** What the whole project needs is looked up anew: its images are there now. */
async function prune(session: Session): Promise<void> {
  const [{ planProjectBuilds }, { pruneBuilds }, { pruneKept }, { cacheHome }, room] = await Promise.all([
    import('../images-command.ts'),
    import('../prune-builds.ts'),
    import('../prune-kept.ts'),
    import('../../base/cache-home.ts'),
    session.buildRoom(),
  ]);
  if (!room) return;
  // Until its container is gone an image is in use.
  await room.settle();
  const { project, keys } = await planProjectBuilds(session);
  const removed = await pruneBuilds(session, room, { project, needed: keys });
  pruneKept(cacheHome(session.env), Date.now());
  session.warn(`${removed} images of earlier builds removed`);
}
