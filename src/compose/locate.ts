/** Phase `locate`: which files make up the project, where it lives, and the environment that interpolation sees. */
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { fail } from '../base/errors.ts';
import type { Environment, Reporter } from './context.ts';
import { parseEnvFile } from './dotenv.ts';
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
  const os = new Map<string, string>();
  for (const [key, value] of Object.entries(request.env)) if (value !== undefined) os.set(key, value);
  const early = readEnvFiles(request, os, envFileList(request, os, [request.cwd], reader), reader);
  const setting = (name: string): string | undefined =>
    os.get(name) ?? (name.startsWith('COMPOSE_') ? early.get(name) : undefined);
  const files = findFiles(request, setting, reader, report);
  const first = files.find((file) => file !== '-');
  const workingDir =
    request.projectDirectory !== undefined
      ? resolve(request.cwd, request.projectDirectory)
      : first === undefined
        ? request.cwd
        : dirname(first);
  const envFiles = envFileList(request, os, [workingDir, request.cwd], reader);
  const values = readEnvFiles(request, os, envFiles, reader);
  return { files, workingDir, envFiles, environment: new Map([...values, ...os]) };
}

/** `--env-file`, else COMPOSE_ENV_FILES, else `.env` of the project directory under that of the current one. */
function envFileList(
  request: LocateRequest,
  os: ReadonlyMap<string, string>,
  folders: readonly string[],
  reader: SourceReader,
): string[] {
  if (request.envFiles && request.envFiles.length > 0)
    return request.envFiles.map((file) => resolve(request.cwd, file));
  const listed = os.get('COMPOSE_ENV_FILES');
  if (listed) return listed.split(',').map((file) => resolve(request.cwd, file));
  if (/^(1|true|yes|on)$/i.test(os.get('COMPOSE_DISABLE_ENV_FILE') ?? '')) return [];
  return [...new Set(folders.map((folder) => join(folder, '.env')))].filter(
    (file) => reader.kind(file) === 'file',
  );
}

function readEnvFiles(
  request: LocateRequest,
  os: ReadonlyMap<string, string>,
  files: readonly string[],
  reader: SourceReader,
): Map<string, string> {
  const values = new Map<string, string>();
  for (const file of files) {
    const lookup = (name: string): string | undefined => os.get(name) ?? values.get(name);
    for (const [key, value] of parseEnvFile(file, readEnvFile(file, reader), { lookup }))
      values.set(key, value);
  }
  void request;
  return values;
}

function readEnvFile(file: string, reader: SourceReader): string {
  try {
    return reader.readText(file);
  } catch (error) {
    if (!(error instanceof ReadProblem)) throw error;
    if (error.reason === 'missing') throw fail('E_FILE_NOT_FOUND', `couldn't find env file: ${file}`);
    throw fail('E_FILE_UNREADABLE', `env file ${file} cannot be read: it is ${error.reason}`);
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
        );
      }
      const names = /^(podman|container)-/.test(first) ? podmanOverrides : overrides;
      const override = names.find((name) => reader.kind(join(folder, name)) === 'file');
      return override === undefined ? [join(folder, first)] : [join(folder, first), join(folder, override)];
    }
    if (dirname(folder) === folder) break;
  }
  throw fail('E_FILE_NOT_FOUND', 'no configuration file provided: not found', {
    hint: `looked for ${candidates.slice(0, 4).join(', ')} in ${start} and its parents; name one with -f`,
  });
}

/** The project's name: -p, COMPOSE_PROJECT_NAME, the file's `name`, the directory's name. */
export function projectName(
  explicit: string | undefined,
  environment: Environment,
  fileName: string | undefined,
  workingDir: string,
): string {
  const given = explicit || environment.get('COMPOSE_PROJECT_NAME');
  if (given) {
    if (/^[a-z0-9][a-z0-9_-]*$/.test(given)) return given;
    throw fail(
      'E_PROJECT_NAME',
      `invalid project name "${given}": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`,
      { hint: `try "${normalName(given) || 'app'}"` },
    );
  }
  const name = normalName(fileName ?? '') || normalName(basename(workingDir));
  if (name === '')
    throw fail('E_PROJECT_NAME', 'the project has no name', {
      hint: 'give it one with -p or a top-level name:',
    });
  return name;
}

/** Lower case, only letters, digits, `_` and `-`, starting with a letter or digit. */
export function normalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}
