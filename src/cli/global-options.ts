import { fail } from '../base/errors.ts';
import type { ProgressMode } from '../report/types.ts';
import type { FlagTable, FlagValues } from './flag.ts';

export const globalFlags = {
  'all-resources': {
    type: 'boolean',
    text: 'Include networks, volumes, secrets and configs that no service uses',
  },
  ansi: {
    type: 'string',
    choices: ['auto', 'always', 'never'],
    text: 'When to print colours: auto, always or never',
  },
  color: { type: 'string', choices: ['auto', 'always', 'never'], text: 'The same as --ansi' },
  'no-ansi': { type: 'boolean', text: 'Do not print colours', hidden: true },
  compatibility: { type: 'boolean', text: 'Join names with _ instead of -' },
  'compat-exit': {
    type: 'boolean',
    text: "docker compose's exit codes: 1 for every error, 130 for every signal",
  },
  debug: { type: 'boolean', text: 'Print every call to the engine with its time' },
  'dry-run': { type: 'boolean', text: 'Print what would be done and do nothing' },
  'env-file': { type: 'list', text: 'Read variables from this file instead of .env; may be repeated' },
  file: { type: 'list', short: 'f', text: 'A compose file, "-" for standard input; may be repeated' },
  'lock-timeout': {
    type: 'string',
    text: 'How long to wait for another command on the project, as 30s or 5m',
  },
  parallel: { type: 'number', text: 'How many calls, builds and pulls at once; -1: no limit' },
  profile: { type: 'list', text: 'Enable a profile, "*" for all; may be repeated' },
  progress: {
    type: 'string',
    choices: ['auto', 'tty', 'plain', 'json', 'quiet', 'rawjson'],
    text: 'How to show progress: auto, tty, plain, json or quiet',
  },
  'project-directory': {
    type: 'string',
    text: 'Where relative paths start; default: the folder of the first file',
  },
  'project-name': { type: 'string', short: 'p', text: 'Name of the project' },
  quiet: { type: 'boolean', short: 'q', text: 'Show errors and warnings only' },
  strict: { type: 'boolean', text: 'Treat warnings about the files as errors' },
  url: { type: 'string', text: "Address of Podman's API, as unix:///run/podman/podman.sock" },
  verbose: { type: 'boolean', text: 'Show more', hidden: true },
  version: { type: 'boolean', short: 'v', text: 'Print the version' },
  workdir: { type: 'string', text: 'Deprecated: use --project-directory', hidden: true },
} as const satisfies FlagTable;

/** Flags before the command, with the environment's settings behind them. */
export interface GlobalOptions {
  readonly colour: 'auto' | 'always' | 'never';
  readonly compatibility: boolean;
  readonly compatExit: boolean;
  readonly debug: boolean;
  readonly dryRun: boolean;
  readonly envFiles: readonly string[];
  readonly files: readonly string[];
  /** Seconds as a duration text. */
  readonly lockTimeout: string | undefined;
  readonly parallel: number | undefined;
  readonly profiles: readonly string[];
  readonly progress: ProgressMode;
  readonly projectDirectory: string | undefined;
  readonly projectName: string | undefined;
  readonly strict: boolean;
  readonly url: string | undefined;
  readonly verbose: boolean;
  readonly allResources: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Flags that may also come after the command, where the command has none of that name. `-f` and `-p` mean something else there. */
export const anywhereFlags: FlagTable = Object.fromEntries(
  Object.entries(globalFlags)
    .filter(([name]) => name !== 'version' && name !== 'workdir')
    .map(([name, { type, text, ...flag }]) => [
      name,
      {
        type,
        text,
        hidden: true as const,
        ...('choices' in flag ? { choices: flag.choices } : {}),
        ...(name === 'quiet' ? { short: 'q' } : {}),
      },
    ]),
);

/** Settles the flags with the environment: a flag wins over COMPOSE_* and NO_COLOR. */
export function globalOptions(flags: FlagValues<typeof globalFlags>, env: Environment): GlobalOptions {
  const isSet = (name: string): boolean => /^(1|t|true|yes|on)$/i.test(env[name] ?? '');
  return {
    colour: colourOf(flags, env),
    compatibility: flags.compatibility || isSet('COMPOSE_COMPATIBILITY'),
    compatExit: flags['compat-exit'] || isSet('TSCOMPOSE_COMPAT_EXIT'),
    debug: flags.debug,
    dryRun: flags['dry-run'],
    envFiles: flags['env-file'],
    files: flags.file,
    lockTimeout: flags['lock-timeout'] ?? env['TSCOMPOSE_LOCK_TIMEOUT'],
    parallel: flags.parallel ?? parallelLimit(env),
    profiles: flags.profile,
    progress: flags.quiet
      ? 'quiet'
      : progressOf(flags.progress ?? env['COMPOSE_PROGRESS'] ?? env['BUILDKIT_PROGRESS']),
    projectDirectory: flags['project-directory'] ?? flags.workdir,
    projectName: flags['project-name'],
    strict: flags.strict,
    url: flags.url,
    verbose: flags.verbose,
    allResources: flags['all-resources'],
  };
}

function colourOf(flags: FlagValues<typeof globalFlags>, env: Environment): 'auto' | 'always' | 'never' {
  if (flags['no-ansi']) return 'never';
  const asked = flags.color ?? flags.ansi ?? env['COMPOSE_ANSI'];
  return asked === 'always' || asked === 'never' ? asked : 'auto';
}

function progressOf(text: string | undefined): ProgressMode {
  switch (text) {
    case 'tty':
    case 'plain':
    case 'json':
    case 'quiet':
      return text;
    case 'rawjson':
      return 'json';
    default:
      return 'auto';
  }
}

function parallelLimit(env: Environment): number | undefined {
  const text = env['COMPOSE_PARALLEL_LIMIT'];
  if (text === undefined || text === '') return undefined;
  if (!/^-?\d+$/.test(text))
    throw fail('E_USAGE', `COMPOSE_PARALLEL_LIMIT must be a whole number (is "${text}")`);
  return Number(text);
}
