import { fail } from '../base/errors.ts';
import type { ImagesOptions, UpOptions } from '../plan/inputs.ts';
import type { FlagTable, FlagValues } from './flag.ts';
import { parseScale } from './scale.ts';

/** Flags of `up`, `create` and `plan` that decide what is planned. */
export const planningFlags = {
  'always-recreate-deps': {
    type: 'boolean',
    text: 'Recreate the containers that the services depend on, too',
  },
  build: { type: 'boolean', text: 'Build images even when they are there' },
  'force-recreate': { type: 'boolean', text: 'Recreate containers even when nothing changed' },
  'ignore-volume-config': {
    type: 'boolean',
    text: 'Use volumes although their driver, options or labels differ from the file',
  },
  'no-build': { type: 'boolean', text: 'Never build an image' },
  'no-deps': { type: 'boolean', text: 'Leave the services alone that the named ones depend on' },
  'no-recreate': { type: 'boolean', text: 'Keep containers that exist although they changed' },
  pull: {
    type: 'string',
    choices: ['always', 'missing', 'never', 'policy', 'build', 'if_not_present', 'newer'],
    text: 'When to pull images: always, missing, never, or as each service says (policy)',
  },
  'quiet-build': { type: 'boolean', text: "Do not show the builds' output" },
  'quiet-pull': { type: 'boolean', text: 'Do not show how pulls go on' },
  'remove-orphans': {
    type: 'boolean',
    text: 'Remove containers of services that are not in the file any more',
  },
  'renew-anon-volumes': {
    type: 'boolean',
    short: 'V',
    text: 'Make anonymous volumes anew instead of keeping their data',
  },
  scale: { type: 'list', text: 'SERVICE=NUMBER: how many containers; may be repeated' },
  'take-over': { type: 'boolean', text: 'Replace a project of this name that belongs to another folder' },
  timeout: { type: 'number', short: 't', text: 'Seconds that containers have to stop' },
  yes: { type: 'boolean', short: 'y', also: ['y'], text: 'Answer every question with yes' },
} as const satisfies FlagTable;

export type PlanningFlags = FlagValues<typeof planningFlags>;

/** @throws {ComposeError} `E_USAGE` for flags that contradict each other */
export function imagesOptions(flags: PlanningFlags): ImagesOptions {
  if (flags.build && flags['no-build']) throw incompatible('build', 'no-build');
  const pull = pullOf(flags.pull);
  return {
    build: flags['no-build'] ? 'never' : flags.build || flags.pull === 'build' ? 'always' : 'missing',
    noDeps: flags['no-deps'],
    ...(pull === undefined ? {} : { pull }),
  };
}

function pullOf(text: string | undefined): ImagesOptions['pull'] {
  switch (text) {
    case 'always':
    case 'newer':
      return 'always';
    case 'missing':
    case 'if_not_present':
      return 'missing';
    case 'never':
      return 'never';
    default:
      return undefined;
  }
}

export interface UpWishes {
  readonly start: boolean;
  readonly wait: boolean;
  /** COMPOSE_REMOVE_ORPHANS. */
  readonly removeOrphans: boolean;
}

/** @throws {ComposeError} `E_USAGE` for flags that contradict each other */
export function upOptions(flags: PlanningFlags, wishes: UpWishes): UpOptions {
  const force = flags['force-recreate'];
  if (force && flags['no-recreate']) throw incompatible('force-recreate', 'no-recreate');
  if (flags['always-recreate-deps'] && flags['no-recreate'])
    throw incompatible('always-recreate-deps', 'no-recreate');
  if (flags['renew-anon-volumes'] && flags['no-recreate'])
    throw incompatible('renew-anon-volumes', 'no-recreate');
  return {
    start: wishes.start,
    recreate: force ? 'force' : flags['no-recreate'] ? 'never' : 'changed',
    alwaysRecreateDeps: flags['always-recreate-deps'],
    noDeps: flags['no-deps'],
    removeOrphans: flags['remove-orphans'] || wishes.removeOrphans,
    renewAnonymousVolumes: flags['renew-anon-volumes'],
    takeOver: flags['take-over'],
    ignoreVolumeConfig: flags['ignore-volume-config'],
    scale: parseScale(flags.scale),
    wait: wishes.wait,
    ...(flags.timeout === undefined ? {} : { timeout: flags.timeout }),
  };
}

export function incompatible(one: string, other: string): Error {
  return fail('E_USAGE', `--${one} and --${other} cannot be combined`);
}
