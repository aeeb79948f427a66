/** Builds a whole Containerfile with `podman build`: what the layer builder falls back on. Secrets go by file or environment. */
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ComposeError } from '../base/errors.ts';
import type { Span } from '../base/span.ts';
import { type BuilderEnd, clearAway } from './build-end.ts';
import { makeTemporary } from './build-temporary.ts';
import { runPodman } from './cli-bridge.ts';
import { isRemote } from './remote-context/address.ts';
import type { FetchPlace } from './remote-context/made-once.ts';
import { secretOption } from './segment-build.ts';
import type { BuildSpec } from './spec.ts';
import { wholePrefix } from './stale-builds.ts';
import type { StorePlace } from './types.ts';
import { markOption, withoutMark } from './working-containers.ts';

export interface PodmanBuildContext {
  readonly url: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Private directory for what is written on the way. */
  readonly folder: string;
  /** On this machine. */
  readonly store: StorePlace | undefined;
  /** The engine's runtime, where it is on this machine. */
  readonly runtimePath: string | undefined;
  readonly signal?: AbortSignal;
  readonly output: (line: string) => void;
  /** For the error. */
  readonly what: string;
  readonly span?: Span;
}

/** @throws {ComposeError} `E_BUILD` with the last lines of the build */
export async function buildWithPodman(
  written: BuildSpec,
  tags: readonly string[],
  context: PodmanBuildContext,
): Promise<void> {
  const folder = await mkdtemp(join(context.folder, `${wholePrefix}${process.pid}-`));
  let end: BuilderEnd = 'other';
  try {
    if (written.platforms.length > 1) await freeNames(tags, context);
    const request = await withFetched(written, {
      folder: join(folder, 'contexts'),
      environment: context.environment,
    });
    const error = await tryBuild(request, tags, folder, context);
    if (error?.code === 'E_NO_SPACE') end = 'full';
    if (error) throw error;
    end = 'done';
    if (written.platforms.length > 1) await nameList(tags, context);
  } finally {
    await clearAway(folder, end, context);
  }
}

/** @returns why it failed */
async function tryBuild(
  request: BuildSpec,
  tags: readonly string[],
  folder: string,
  context: PodmanBuildContext,
): Promise<ComposeError | undefined> {
  const { url, environment, store, signal } = context;
  const mark = store ? [markOption(basename(folder))] : [];
  const args = await buildArguments(request, tags, { folder, mark });
  const temporary = makeTemporary(folder, { environment, graphRoot: store?.graphRoot });
  const lines: string[] = [];
  const result = await runPodman({
    url,
    args,
    environment: { ...environment, ...buildArgValues(request), ...temporary },
    stdio: 'pipe',
    ...(signal ? { signal } : {}),
    onLine: (said) => {
      const line = withoutMark(said);
      if (line === undefined) return;
      lines.push(line);
      if (lines.length > 200) lines.shift();
      context.output(line);
    },
  });
  return result.exitCode === 0 ? undefined : buildError(context, result.exitCode, lines);
}

/** Podman would be given addresses as arguments, and arguments are public: a name and a password in them would be seen. */
async function withFetched(request: BuildSpec, place: FetchPlace): Promise<BuildSpec> {
  const local = async (context: string): Promise<string> => {
    if (!isRemote(context)) return context;
    const { fetchContext } = await import('./remote-context/fetch-context.ts');
    return fetchContext(context, place);
  };
  const additionalContexts: Record<string, string> = {};
  for (const [name, context] of Object.entries(request.additionalContexts))
    additionalContexts[name] = await local(context);
  return { ...request, context: await local(request.context), additionalContexts };
}

type Asking = Pick<PodmanBuildContext, 'url' | 'environment' | 'signal'>;

function ask(args: readonly string[], { url, environment, signal }: Asking): ReturnType<typeof runPodman> {
  return runPodman({ url, environment, args, stdio: 'pipe', ...(signal ? { signal } : {}) });
}

/** A build adds to a list of that name that is there, and fails for an image of that name. */
async function freeNames(tags: readonly string[], context: Asking): Promise<void> {
  for (const tag of tags) {
    const isList = (await ask(['manifest', 'exists', tag], context)).exitCode === 0;
    if (!isList || (await ask(['manifest', 'rm', tag], context)).exitCode !== 0)
      await ask(['untag', tag, tag], context);
  }
}

/** A build gives a list one name. */
async function nameList([first = '', ...others]: readonly string[], context: Asking): Promise<void> {
  for (const tag of others) {
    const { exitCode, stderr } = await ask(['tag', first, tag], context);
    if (exitCode !== 0)
      throw new ComposeError({ code: 'E_BUILD', severity: 'error', message: `${tag}: ${stderr.trim()}` });
  }
}

function buildError(context: PodmanBuildContext, exitCode: number, lines: readonly string[]): ComposeError {
  const isForeign = lines.some((line) => /exec format error/i.test(line));
  const full = lines.some((line) => /no space left on device/i.test(line));
  return new ComposeError({
    code: full ? 'E_NO_SPACE' : 'E_BUILD',
    severity: 'error',
    message: `${context.what} could not be built (podman build ended with ${exitCode})`,
    details: lines.slice(-20),
    ...(context.span ? { span: context.span } : {}),
    ...(isForeign
      ? { hint: 'this machine cannot run programs of that platform: install qemu-user-static' }
      : {}),
  });
}

/**
 * Names that podman, its libraries or the loader read from their own environment: in it such an argument would change the builder
 * instead of the build. Proxies are none of them, as a builder may well use the one that the build uses, and they hold passwords.
 */
const builderNames =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TMP|TEMP|TZ|TERM|PWD|LANG|LC_.*|LD_.*|GLIBC_.*|MALLOC_.*|GO[A-Z]*|GOTRACEBACK|SSL_CERT_.*|XDG_.*|DBUS_.*|LISTEN_.*|NOTIFY_SOCKET|SSH_.*|GNUPGHOME|GPG_.*|_?CONTAINERS?_.*|STORAGE_.*|BUILDAH_.*|PODMAN_.*|DOCKER_.*|REGISTRY_.*|NETAVARK_.*|CNI_.*|SOURCE_DATE_EPOCH)$/;

/** Values of build arguments are handed over in the environment: `--build-arg NAME` takes them from there, and argv is public. */
function buildArgValues({ args }: BuildSpec): Record<string, string> {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !builderNames.test(name)));
}

function buildArgOptions({ args }: BuildSpec): string[] {
  return Object.entries(args).map(([name, value]) =>
    builderNames.test(name) ? `--build-arg=${name}=${value}` : `--build-arg=${name}`,
  );
}

async function buildArguments(
  request: BuildSpec,
  tags: readonly string[],
  { folder, mark }: { readonly folder: string; readonly mark: readonly string[] },
): Promise<string[]> {
  const args = ['build', '--format=docker', ...names(request, tags)];
  if (request.dockerfileInline !== undefined) {
    const file = join(folder, 'Containerfile');
    await writeFile(file, request.dockerfileInline, { mode: 0o600 });
    args.push(`--file=${file}`);
  } else if (request.dockerfile !== undefined) {
    args.push(`--file=${fileOf(request, request.dockerfile)}`);
  }
  args.push(...mark, ...valueOptions(request), ...request.secrets.map(secretOption));
  args.push('--', request.context);
  return args;
}

/** Images of several platforms are held together by a manifest list. */
function names({ platforms }: BuildSpec, tags: readonly string[]): string[] {
  if (platforms.length > 1) return tags.slice(0, 1).map((tag) => `--manifest=${tag}`);
  return tags.map((tag) => `--tag=${tag}`);
}

/** The file's path; a context without a Dockerfile may have a Containerfile in its stead. */
function fileOf({ context }: BuildSpec, dockerfile: string): string {
  if (dockerfile.startsWith('/')) return dockerfile;
  const path = join(context, dockerfile);
  const other = join(context, 'Containerfile');
  return dockerfile === 'Dockerfile' && !existsSync(path) && existsSync(other) ? other : path;
}

function valueOptions(request: BuildSpec): string[] {
  const many = (option: string, values: readonly string[]): string[] =>
    values.map((value) => `--${option}=${value}`);
  return [
    ...buildArgOptions(request),
    ...many(
      'label',
      Object.entries(request.labels).map(([key, value]) => `${key}=${value}`),
    ),
    ...many(
      'build-context',
      Object.entries(request.additionalContexts).map(
        ([key, value]) => `${key}=${value.replace(/^docker-image:/, 'container-image:')}`,
      ),
    ),
    ...many('cache-from', request.cacheFrom),
    ...many('cache-to', request.cacheTo),
    ...many('add-host', request.extraHosts),
    ...many('ulimit', request.ulimits),
    ...many('ssh', request.ssh),
    ...(request.platforms.length > 0 ? [`--platform=${request.platforms.join(',')}`] : []),
    ...(request.target ? [`--target=${request.target}`] : []),
    ...(request.network ? [`--network=${request.network}`] : []),
    // Old Buildahs take a step of one platform for the same step of another.
    ...(request.noCache || request.platforms.length > 0 ? ['--no-cache'] : []),
    ...(request.pull ? ['--pull=always'] : []),
    ...(request.privileged ? ['--cap-add=all', '--security-opt=label=disable'] : []),
    ...(request.shmSize === undefined ? [] : [`--shm-size=${request.shmSize}`]),
    ...(request.memory === undefined ? [] : [`--memory=${request.memory}`]),
  ];
}
