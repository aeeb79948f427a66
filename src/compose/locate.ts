/** Phase `locate`: which files make up the project, where it lives, and the environment that interpolation sees. */
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { refuse } from './advice.ts';
import type { Reporter } from './context.ts';
import { parseEnvFile } from './dotenv.ts';
import type { Place } from './node.ts';
import { ReadProblem, type SourceReader } from './reader.ts';

/** In order of preference; the second group is what other Podman tools read. */
const candidates = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yml',
  'docker-compose.yaml',
  'podman-compose.yaml',
  'podman-compose.yml',
  'container-compose.yml',
  'container-compose.yaml',
];
const overrides = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];
const podmanOverrides = [
  'podman-compose.override.yml',
  'podman-compose.override.yaml',
  'container-compose.override.yml',
  'container-compose.override.yaml',
];

export interface LocateRequest {
  readonly cwd: string;
  /** The OS environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files?: readonly string[];
  readonly projectDirectory?: string;
  readonly envFiles?: readonly string[];
}

export interface Located {
  /** Absolute paths, or "-". */
  readonly files: readonly string[];
  readonly workingDir: string;
  readonly envFiles: readonly string[];
  readonly environment: Map<string, string>;
}

/** @throws {ComposeError} `E_FILE_NOT_FOUND` when there is no compose file, or an env file is missing */
export function locate(request: LocateRequest, reader: SourceReader, report: Reporter): Located {
  const os = osEnvironment(request);
  const named = request.files?.find((file) => file !== '-');
  const start =
    request.projectDirectory !== undefined
      ? resolve(request.cwd, request.projectDirectory)
      : named === undefined
        ? request.cwd
        : dirname(resolve(request.cwd, named));
  const chosen = chosenEnvFiles(request, os);
  const first = chosen ?? defaultEnvFile(start, os, reader);
  const read = readEnvFiles(os, first, reader, report);
  const setting = (name: string): string | undefined => os.get(name) ?? read.get(name);
  // A default env file may say itself that it is not to be read: its settings of the command count all the same.
  const isRead = chosen !== undefined || !isDisabled(setting(disabling));
  const early = isRead ? read : new Map([...read].filter(([name]) => name.startsWith('COMPOSE_')));
  const files = findFiles(request, setting, reader, report);
  const main = files.find((file) => file !== '-');
  const workingDir = request.projectDirectory !== undefined || main === undefined ? start : dirname(main);
  const late = workingDir === start || chosen || !isRead ? [] : defaultEnvFile(workingDir, os, reader);
  const environment = new Map([...early, ...os]);
  for (const [key, value] of readEnvFiles(environment, late, reader, report))
    if (!environment.has(key)) environment.set(key, value);
  const envFiles = [...(isRead ? first : []), ...late];
  return { files, workingDir, envFiles, environment };
}

/** `--env-file`, else COMPOSE_ENV_FILES. */
function chosenEnvFiles(request: LocateRequest, os: ReadonlyMap<string, string>): string[] | undefined {
  const listed = (os.get('COMPOSE_ENV_FILES') ?? '').split(',').filter((file) => file !== '');
  const files = request.envFiles && request.envFiles.length > 0 ? request.envFiles : listed;
  return files.length === 0 ? undefined : files.map((file) => resolve(request.cwd, file));
}

/**
 * `.env` of a folder: first of the one that the command line names (or the current one), then, with less weight, of the one that the
 * compose file was found in.
 */
function defaultEnvFile(folder: string, os: ReadonlyMap<string, string>, reader: SourceReader): string[] {
  if (isDisabled(os.get(disabling))) return [];
  const file = join(folder, '.env');
  return reader.kind(file) === 'file' ? [file] : [];
}

const disabling = 'COMPOSE_DISABLE_ENV_FILE';

function isDisabled(setting: string | undefined): boolean {
  if (setting === undefined || /^(?:0|f|false)$/i.test(setting)) return false;
  if (/^(?:1|t|true)$/i.test(setting)) return true;
  throw refuse('E_USAGE', `${disabling} is "${setting}", which is neither true nor false`, {
    hint: 'set it to true or false',
  });
}

function readEnvFiles(
  environment: ReadonlyMap<string, string>,
  files: readonly string[],
  reader: SourceReader,
  report: Reporter,
): Map<string, string> {
  const onUnset = (name: string, at: Place): void => report.unset(name, at);
  const values = new Map<string, string>();
  for (const file of files) {
    const lookup = (name: string): string | undefined => environment.get(name) ?? values.get(name);
    for (const [key, value] of parseEnvFile(file, readEnvFile(file, reader), { lookup, onUnset }))
      values.set(key, value);
  }
  return values;
}

function readEnvFile(file: string, reader: SourceReader): string {
  try {
    return reader.readText(file);
  } catch (error) {
    if (!(error instanceof ReadProblem)) throw error;
    const { hint } = error;
    if (error.reason === 'missing')
      throw refuse('E_FILE_NOT_FOUND', `couldn't find env file: ${file}`, { hint });
    throw refuse('E_FILE_UNREADABLE', `env file ${file} cannot be read: it is ${error.reason}`, { hint });
  }
}

function findFiles(
  request: LocateRequest,
  setting: (name: string) => string | undefined,
  reader: SourceReader,
  report: Reporter,
): string[] {
  if (request.files && request.files.length > 0)
    return request.files.map((file) => absolute(request.cwd, file));
  const listed = setting('COMPOSE_FILE');
  if (listed) {
    const separator = setting('COMPOSE_PATH_SEPARATOR') ?? delimiter;
    const names = listed.split(separator).filter((name) => name !== '');
    return names.map((file) => absolute(request.cwd, file));
  }
  return searchUpwards(
    request.projectDirectory === undefined ? request.cwd : resolve(request.cwd, request.projectDirectory),
    reader,
    report,
  );
}

function absolute(cwd: string, file: string): string {
  if (file === '-') return file;
  return isAbsolute(file) ? resolve(file) : resolve(cwd, file);
}

function searchUpwards(start: string, reader: SourceReader, report: Reporter): string[] {
  for (let folder = start; ; folder = dirname(folder)) {
    const found = candidates.filter((name) => reader.kind(join(folder, name)) !== 'missing');
    const [first, second] = found;
    if (first !== undefined) {
      if (second !== undefined) {
        report.add(
          'W_AMBIGUOUS',
          `Found multiple config files with supported names: ${found.join(', ')}; using ${join(folder, first)}`,
          undefined,
          { hint: 'name the one that you mean with -f' },
        );
      }
      const names = /^(podman|container)-/.test(first) ? podmanOverrides : overrides;
      const override = names.find((name) => reader.kind(join(folder, name)) === 'file');
      return override === undefined ? [join(folder, first)] : [join(folder, first), join(folder, override)];
    }
    if (dirname(folder) === folder) break;
  }
  throw refuse('E_FILE_NOT_FOUND', 'no configuration file provided: not found', {
    hint: `looked for ${candidates.slice(0, 4).join(', ')} in ${start} and its parents; name one with -f`,
  });
}

function osEnvironment(request: LocateRequest): Map<string, string> {
  const os = new Map<string, string>();
  for (const [key, value] of Object.entries(request.env)) if (value !== undefined) os.set(key, value);
  // Compose files may say ${PWD} where the shell has not exported it.
  if (!os.has('PWD')) os.set('PWD', request.cwd);
  return os;
}
