/**
 * Every code a diagnostic can carry, with its exit code and one line of meaning.
 *
 * Codes are public: scripts match on them and `docs/errors.md` is generated from this table.
 * Exit codes: 1 failed while doing, 2 wrong usage, 3 the compose file is wrong, 4 engine missing or too old,
 * 5 lock not had in time, 6 not healthy in time, 130/143 signals.
 */
export const codes = {
  // 2: usage
  E_USAGE: { exit: 2, title: 'The command line is wrong.' },
  E_SERVICE_UNKNOWN: { exit: 2, title: 'A service named on the command line does not exist in the project.' },
  // 3: the compose file
  E_FILE_NOT_FOUND: { exit: 3, title: 'A compose, env, include or extends file does not exist.' },
  E_FILE_UNREADABLE: { exit: 3, title: 'A file cannot be read, is not a regular file, or is too large.' },
  E_YAML: { exit: 3, title: 'The text is not valid YAML.' },
  E_YAML_DUPLICATE_KEY: { exit: 3, title: 'A mapping has one key twice.' },
  E_YAML_LIMIT: { exit: 3, title: 'The document is nested too deeply or expands to too many nodes.' },
  E_INTERPOLATION: { exit: 3, title: 'A ${...} expression is malformed, or a required variable is missing.' },
  E_ENV_FILE: { exit: 3, title: 'A line of an env file cannot be read.' },
  E_MERGE: { exit: 3, title: 'Two files give one attribute in forms that cannot be merged.' },
  E_EXTENDS: { exit: 3, title: 'extends names a service that does not exist, or goes round in a circle.' },
  E_INCLUDE: { exit: 3, title: 'include goes round in a circle, conflicts, or names something remote.' },
  E_SCHEMA: { exit: 3, title: 'An attribute is unknown or has the wrong type.' },
  E_VALUE: { exit: 3, title: 'A value has the right type but not the right form.' },
  E_CONSISTENCY: { exit: 3, title: 'Two parts of the model contradict each other.' },
  E_UNDEFINED: { exit: 3, title: 'A name refers to something that is not defined.' },
  E_CYCLE: { exit: 3, title: 'Services depend on each other in a circle.' },
  E_UNSUPPORTED: { exit: 3, title: 'Podman, or this version of it, cannot do what the attribute asks.' },
  E_CONTAINERFILE: { exit: 3, title: 'A Containerfile is wrong.' },
  E_PROJECT_NAME: { exit: 3, title: 'The project name is empty or has characters that are not allowed.' },
  // 1: doing
  E_NO_CONTAINER: {
    exit: 1,
    title: 'The container, or its port, that the command line names is not there or not running.',
  },
  E_CONFLICT: { exit: 1, title: 'Something of that name belongs to someone else.' },
  E_EXTERNAL_MISSING: { exit: 1, title: 'An external network, volume, secret or config does not exist.' },
  E_PORT_TAKEN: { exit: 1, title: 'A published port is already in use on the host.' },
  E_ENGINE: { exit: 1, title: 'Podman refused a request.' },
  E_IMAGE: { exit: 1, title: 'An image is missing and cannot be pulled.' },
  E_BUILD: { exit: 1, title: 'An image could not be built.' },
  E_DEPENDENCY: { exit: 1, title: 'A service that others depend on failed to reach its condition.' },
  E_NO_SPACE: { exit: 1, title: 'The disk is full.' },
  E_IO: { exit: 1, title: 'Reading or writing failed.' },
  E_INTERNAL: { exit: 1, title: 'A bug in tscompose.' },
  // 4: engine
  E_ENGINE_UNREACHABLE: { exit: 4, title: 'Podman cannot be reached or is not installed.' },
  E_ENGINE_TOO_OLD: { exit: 4, title: 'Podman is older than 4.3.' },
  // 5, 6
  E_LOCKED: { exit: 5, title: 'Another command works on the project and did not end in time.' },
  E_UNHEALTHY: { exit: 6, title: 'A service did not become healthy in time.' },
  // warnings
  W_UNSET_VARIABLE: { exit: 0, title: 'A variable is not set and counts as empty.' },
  W_OBSOLETE: { exit: 0, title: 'An attribute is obsolete and ignored.' },
  W_UNSUPPORTED: { exit: 0, title: 'An attribute has no effect on Podman.' },
  W_AMBIGUOUS: { exit: 0, title: 'Two readings were possible; the message says which was taken.' },
  W_ORPHANS: { exit: 0, title: 'Containers of the project belong to no service of the file.' },
  W_VOLUME_KEPT: { exit: 0, title: 'An anonymous volume is mounted no more, and is kept.' },
  W_VOLUME_DIFFERS: {
    exit: 0,
    title:
      'A volume is there that is not the project’s own, or has other labels, another driver or other options than the file says.',
  },
  W_CONTAINERFILE: { exit: 0, title: 'A Containerfile has something that is allowed but odd.' },
  W_EXITED: { exit: 0, title: 'A container ended right after it was started.' },
  W_BUILD_WHOLE: {
    exit: 0,
    title: 'An image is built as a whole by podman build, without the layer builder.',
  },
  W_ENGINE: { exit: 0, title: 'Podman warned about something.' },
} as const satisfies Record<string, { exit: number; title: string }>;

export type Code = keyof typeof codes;

/** The exit code that belongs to a diagnostic's code. */
export function exitCodeOf(code: Code): number {
  return codes[code].exit;
}
